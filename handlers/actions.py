"""What a button does, as one short text that is the same on every channel.

The text is "name" or "name:argument" and at most 64 bytes long, the least that a platform allows
(Telegram's callback_data). A command ("/help") and a typed request ("a person please") become the
same actions.
"""

from dataclasses import dataclass

LONGEST = 64
"""Bytes in UTF-8."""


@dataclass(frozen=True)
class Action:
    """A parsed action."""

    name: str
    argument: str = ""

    @classmethod
    def parse(cls, text: str) -> "Action":
        """The action of a button's text. Any text gives one; handlers decide what they know."""
        name, _, argument = text.strip().partition(":")
        return cls(name, argument)

    def pack(self) -> str:
        """The text for a button. Raises ValueError where it is longer than a platform takes."""
        text = f"{self.name}:{self.argument}" if self.argument else self.name
        if len(text.encode()) > LONGEST:
            raise ValueError(f"the action {text!r} is longer than {LONGEST} bytes")
        return text


COMMANDS = {
    "/start": Action("start"),
    "/help": Action("help"),
    "/ndihme": Action("help"),
    "/topics": Action("topics"),
    "/temat": Action("topics"),
    "/person": Action("person"),
    "/language": Action("language"),
    "/gjuha": Action("language"),
    "/sq": Action("language", "sq"),
    "/en": Action("language", "en"),
    "/news": Action("news"),
    "/cancel": Action("cancel"),
    "/mydata": Action("mydata"),
    "/privacy": Action("mydata"),
    "/deletemydata": Action("deletemydata"),
}
"""Commands that may be typed on every channel, whether or not its app offers a menu of them."""


def command(text: str) -> Action | None:
    """The action of a text that begins with a command; "unknown_command" for one we do not have.

    Telegram writes "/help@udha_bot" in groups: what follows the @ does not count.
    """
    words = text.strip().split(maxsplit=1)
    if not words or not words[0].startswith("/") or len(words[0]) < 2:
        return None
    return COMMANDS.get(words[0].partition("@")[0].lower(), Action("unknown_command"))
