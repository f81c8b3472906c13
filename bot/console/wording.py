"""Which texts the console says, and what it fills in: read from its templates."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from jinja2 import Environment, nodes

from bot.console.pages import TEMPLATES

SAY = "say"
"""What templates call: say("console_queue_title", count=3). A key may end in something computed:
say("console_role_" ~ role)."""


def texts_needed(folder: Path = TEMPLATES) -> Mapping[str, frozenset[str]]:
    """Key, or a pattern such as "console_role_*" → the placeholders that are filled."""
    found: dict[str, frozenset[str]] = {}
    for path in sorted(folder.rglob("*.html")):
        tree = Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
        for key, filled in _calls(tree):
            found[key] = found.get(key, filled) & filled
    return found


def _calls(tree: nodes.Template) -> Iterator[tuple[str, frozenset[str]]]:
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == SAY:
            yield _pattern(call.args[0]), frozenset(one.key for one in call.kwargs)


def _pattern(key: nodes.Expr) -> str:
    match key:
        case nodes.Const(value=str(text)):
            return text
        case nodes.Concat(nodes=[nodes.Const(value=str(text)), *_]):
            return f"{text}*"
    raise ValueError(f"line {key.lineno}: say() needs a text's key, or the beginning of one")
