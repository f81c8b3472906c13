"""evaluation.yaml → the content's own questions to measure with."""

from dataclasses import dataclass

from knowledge_base.files.marked_yaml import Fields, Marked
from knowledge_base.model import Place

KINDS = ("faq", "urgent", "oos", "smalltalk")
LANGUAGES = ("sq", "en", "mixed")
STYLES = ("standard", "plain", "gheg", "chat", "typo", "keyword", "long", "english", "mixed")


@dataclass(frozen=True)
class MeasuringQuestion:
    """What somebody typed, and what Udha should make of it."""

    text: str
    kind: str
    language: str
    style: str
    expect: tuple[str, ...]
    """Ids of the entries that are a right answer, loaded or not."""
    place: Place


def read_evaluation(top: Marked) -> tuple[MeasuringQuestion, ...]:
    """The questions in the file's order. What is wrong is noted."""
    items = top.fields(["questions"]).list("questions")
    found = [_question(item.named(f"question {n}")) for n, item in enumerate(items, 1)]
    return tuple(question for question in found if question.text)


def _question(item: Marked) -> MeasuringQuestion:
    fields = item.fields(["text", "kind", "language", "style"], ["expect"])
    kind = _choice(fields, "kind", KINDS)
    expect = fields.texts("expect")
    if kind == "faq" and not expect:
        item.problem(
            "no entry is expected here.", 'Name the right one, such as "expect: [overstay]".'
        )
    return MeasuringQuestion(
        text=fields.text("text"),
        kind=kind,
        language=_choice(fields, "language", LANGUAGES),
        style=_choice(fields, "style", STYLES),
        expect=expect,
        place=item.place,
    )


def _choice(fields: Fields, key: str, options: tuple[str, ...]) -> str:
    return fields[key].choice(options) if key in fields else ""
