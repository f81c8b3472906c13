"""What a kind of danger or a subject is recognised by: wordings, and groups of words together."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from knowledge_base.files.marked_yaml import Marked
from knowledge_base.model import Place
from knowledge_base.recognising.identity import ByIdentity
from knowledge_base.recognising.rule_reading import SHORTEST_REPAIRED, RuleReader
from knowledge_base.recognising.wordings import (
    EditorWords,
    Found,
    Word,
    Wording,
    WordingIndex,
    read_wordings,
)
from knowledge_base.words.language_data import LanguageData

WITHIN = 10
"""How many words a combination may span where an editor says nothing else."""

_LONGEST = 40
"""No wording spans more words than that, with all its "…"."""
_RULE = "rule "
"""Before the name of a rule among the names of groups, which hold no space."""

Groups = Mapping[str, tuple[Wording, ...]]


@dataclass(frozen=True)
class Together:
    """Groups that need each other near by, and groups that must not stand there."""

    all: tuple[str, ...]
    ordered: bool
    """They need to stand in this order."""
    unless: tuple[str, ...]
    within: int
    place: Place


@dataclass(frozen=True)
class Rule:
    """All ways in which one kind or subject is recognised."""

    wordings: tuple[Wording, ...] = ()
    together: tuple[Together, ...] = ()


@dataclass(frozen=True)
class Hit:
    """Something was recognised: the words from `start` up to, without, `end`."""

    start: int
    end: int
    because: str
    """What matched, and where an editor wrote it."""
    sure: bool
    """By a wording, not by a combination."""


def read_groups(top: Marked | None, known: EditorWords) -> dict[str, tuple[Wording, ...]]:
    """Lines such as "papers: [pasaport*, letrat]"."""
    pairs = top.pairs() if top else ()
    return {key.text(): read_wordings(value, known) for key, value in pairs}


def read_rule(top: Marked, known: EditorWords, groups: Groups) -> Rule:
    """The keys "phrases" (a list of wordings) and "together" (a list of combinations)."""
    return rule_of(top.fields((), ("phrases", "together")), known, groups)


def rule_of(fields: Mapping[str, Marked], known: EditorWords, groups: Groups) -> Rule:
    """The rule in the fields "phrases" and "together", either of which may be missing."""
    phrases, together = fields.get("phrases"), fields.get("together")
    return Rule(
        read_wordings(phrases, known) if phrases else (),
        tuple(_together(item, groups) for item in together.items()) if together else (),
    )


def _together(item: Marked, groups: Groups) -> Together:
    fields = item.fields((), ("all", "then", "unless", "within"))
    if ("all" in fields) == ("then" in fields):
        item.problem(
            'neither or both of "all" and "then" stand here.',
            'Write "all: […]" for groups in any order or "then: […]" for groups in this order.',
        )
    return Together(
        all=group_names(fields.get("all", fields.get("then")), groups),
        ordered="then" in fields,
        unless=group_names(fields.get("unless"), groups),
        within=_within(fields.get("within")),
        place=item.place,
    )


def group_names(top: Marked | None, groups: Groups) -> tuple[str, ...]:
    """The names of a list; one that no group has is a problem and left out."""
    names: list[str] = []
    for item in top.items() if top else ():
        name = item.text()
        if name in groups:
            names.append(name)
        elif name:
            item.problem(f'no group is called "{name}".', f"Possible here: {', '.join(groups)}.")
    return tuple(names)


def _within(top: Marked | None) -> int:
    if top is None:
        return WITHIN
    text = top.text()
    if text.isdecimal() and 2 <= int(text) <= 40:
        return int(text)
    if text:
        top.problem(f'"{text}" is no number of words.', "Write a number from 2 to 40.")
    return WITHIN


class Reading:
    """One message, read once, in which many rules are looked for."""

    def __init__(self, words: Sequence[Word], found: Mapping[str, Sequence[Found]]) -> None:
        self.names = frozenset(found)
        """The groups and rules of which a wording stands anywhere."""
        self._words = words
        self._found = found

    def found(self, name: str) -> Sequence[Found]:
        """Where the wordings of a group or rule stand, from the beginning of the message on."""
        return self._found.get(name, ())

    def near(self, names: Iterable[str], start: int, end: int, reach: int) -> bool:
        """Does one of the groups stand between `start` and `end`, or up to `reach` words away?"""
        for name in names:
            found = self.found(name)
            first = bisect_left(found, start - reach - _LONGEST, key=_start)
            for one in islice(found, first, None):
                if one.start >= end + reach:
                    break
                if one.end > start - reach:
                    return True
        return False

    def written(self, found: Found) -> str:
        """The person's words, for an explanation that an editor asked for."""
        return " ".join(word.written for word in self._words[found.start : found.end])


class RuleBook:
    """Rules by name, in the order in which they win."""

    def __init__(
        self,
        groups: Groups,
        rules: Mapping[str, Rule],
        data: LanguageData,
        never_slips: Iterable[str] = (),
        shortest_repaired: int = SHORTEST_REPAIRED,
    ) -> None:
        self.names = tuple(rules)
        self._together = {
            name: [(frozenset(one.all), one) for one in rule.together if one.all]
            for name, rule in rules.items()
        }
        owned = [(name, wording) for name, wordings in groups.items() for wording in wordings]
        owned += [(_RULE + name, w) for name, rule in rules.items() for w in rule.wordings]
        self._owners = ByIdentity((wording, name) for name, wording in owned)
        every = [wording for _, wording in owned]
        self._index = WordingIndex(every)
        self._reader = RuleReader(every, data, never_slips, shortest_repaired)

    def read(self, text: str) -> Reading:
        """Read a message for this book's rules."""
        return self._reading(self._reader.read(text))

    def read_sentences(self, sentences: Iterable[Sequence[str]]) -> Reading:
        """The same of sentences as written words."""
        return self._reading(self._reader.read_sentences(sentences))

    def _reading(self, words: Sequence[Word]) -> Reading:
        found: dict[str, list[Found]] = {}
        for one in self._index.find(words):
            found.setdefault(self._owners[one.wording], []).append(one)
        return Reading(words, found)

    def hits(self, name: str, reading: Reading) -> Iterator[Hit]:
        """Everything in a message by which a rule recognises it: wordings first."""
        for found in reading.found(_RULE + name):
            yield Hit(
                found.start,
                found.end,
                f'"{found.wording.text}" ({found.wording.place}) in "{reading.written(found)}"',
                sure=True,
            )
        for names, together in self._together[name]:
            if names <= reading.names:
                yield from _combined(together, reading)


def _combined(together: Together, reading: Reading) -> Iterator[Hit]:
    """The places where all groups of a combination stand near enough, and none that forbids it."""
    found_by_group = [reading.found(name) for name in together.all]
    for parts in (_chains if together.ordered else _bunches)(found_by_group):
        start = min(part.start for part in parts)
        end = max(part.end for part in parts)
        if end - start > together.within:
            continue
        if reading.near(together.unless, start, end, together.within):
            continue
        yield Hit(start, end, _because(together, parts, reading), sure=False)


def _bunches(found_by_group: Sequence[Sequence[Found]]) -> Iterator[Sequence[Found]]:
    """Around each place of the rarest group the nearest places of the others."""
    rarest = min(found_by_group, key=len)
    others = [found for found in found_by_group if found is not rarest]
    for anchor in rarest:
        yield [anchor, *(_nearest(found, anchor) for found in others)]


def _chains(found_by_group: Sequence[Sequence[Found]]) -> Iterator[Sequence[Found]]:
    """From each place of the first group on, the next place of the second, and so on."""
    first, *rest = found_by_group
    for begin in first:
        parts = [begin]
        for found in rest:
            after = bisect_left(found, parts[-1].end, key=_start)
            if after == len(found):
                break
            parts.append(found[after])
        else:
            yield parts


def _because(together: Together, parts: Sequence[Found], reading: Reading) -> str:
    words = " + ".join(f'"{reading.written(part)}"' for part in sorted(parts, key=_start))
    return f"{' + '.join(together.all)} ({together.place}) in {words}"


def _nearest(found: Sequence[Found], anchor: Found) -> Found:
    """The one whose beginning is nearest to the anchor's. `found` is in order."""
    after = bisect_left(found, anchor.start, key=_start)
    candidates = found[max(after - 1, 0) : after + 1] or found[-1:]
    return min(candidates, key=lambda one: abs(one.start - anchor.start))


def _start(found: Found) -> int:
    return found.start
