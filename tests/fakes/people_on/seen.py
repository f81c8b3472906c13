"""What a person sees of a reply in an app, and whether it is what was meant."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from handlers.messages import Reply


@dataclass(frozen=True)
class Seen:
    """One message in an app."""

    text: str
    """Without the app's markup."""
    labels: tuple[str, ...] = ()
    """Of the buttons under it."""
    actions: tuple[str, ...] | None = None
    """Of the same buttons; None where an app keeps them to itself."""
    decision: str | None = None
    """Where an app tells it."""
    always: frozenset[str] = frozenset()
    """Actions and labels of the buttons that an app puts under everything, and not once more."""
    in_place: bool = False
    """It stands where something else stood before."""


def compare(seen: Iterable[Seen], replies: Sequence[Reply]) -> None:
    """All replies were seen, each once, in order and as meant; a long one may come in parts."""
    whole = list(_joined(seen, replies))
    assert len(whole) == len(replies), [one.text for one in whole]
    for one, reply in zip(whole, replies, strict=True):
        meant = reply.in_place if one.in_place and reply.in_place else reply.text
        assert _words(one.text) == _words(meant)
        buttons = [
            button for button in reply.buttons if not {button.action, button.label} & one.always
        ]
        assert one.labels == tuple(button.label for button in buttons)
        assert one.actions in (None, tuple(button.action for button in buttons))
        assert one.decision in (None, reply.decision)


def _joined(seen: Iterable[Seen], replies: Sequence[Reply]) -> Iterator[Seen]:
    """The parts of each reply as one message. Only the last part may have buttons."""
    parts = iter(seen)
    for reply in replies:
        one = next(parts, None)
        while one is not None and not one.labels and _goes_on(one.text, reply.text):
            more = next(parts, None)
            if more is None:
                break
            one = replace(more, text=f"{one.text}\n{more.text}")
        if one is not None:
            yield one
    yield from parts


def _goes_on(part: str, whole: str) -> bool:
    return _words(part) != _words(whole) and _words(whole)[: len(_words(part))] == _words(part)


def _words(text: str) -> list[str]:
    """Where an app breaks a long text, its white space may be another."""
    return text.split()
