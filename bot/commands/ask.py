"""`udha ask`: one question, and what Udha makes of it."""

from collections.abc import Iterator, Sequence

import click

from bot.commands import deployment, understanding
from bot.refused import Refused
from knowledge_base.decision import Decision, Ranked
from knowledge_base.model import LANGUAGES, Content, Language


@click.command()
@click.argument("question")
@click.option("--lang", type=click.Choice(LANGUAGES), help="The language of the chat so far.")
@click.option("--after", metavar="ENTRY", help="The entry shown just before.")
@click.option("--explain", is_flag=True, help="Which words and ways of asking carried it.")
def ask(question: str, lang: Language | None, after: str | None, explain: bool) -> None:
    """Ask one question, as a person would write it."""
    knowledge = understanding.knowledge(deployment.settings())
    if after is not None and knowledge.content.find(after) is None:
        raise Refused(f'No entry is called "{after}".')
    decision = knowledge.decide(question, lang, after)
    for line in _lines(decision, knowledge.content):
        click.echo(line)
    if explain:
        click.echo()
        for line in knowledge.explain(question, lang, after).lines():
            click.echo(line)


def _lines(decision: Decision, content: Content) -> Iterator[str]:
    yield f"{decision.kind} ({decision.language})"
    yield ""
    if decision.goes_on_from is not None and decision.goes_on_from == decision.ranked[0].entry_id:
        label = content.entries[decision.goes_on_from].label[decision.language]
        yield content.texts.say("in_the_answer_above", decision.language, label=label)
        yield from _suggestions(decision.ranked[1:4], decision, content)
    elif decision.kind == "answer":
        yield from _answer(decision, content)
        yield from _suggestions(decision.ranked[1:2] if decision.second else (), decision, content)
    elif decision.kind == "suggest":
        shown = decision.ranked[:2] if decision.second else decision.ranked[:4]
        yield from _suggestions(shown, decision, content)
    else:
        yield _text(decision, content)


def _suggestions(shown: Sequence[Ranked], decision: Decision, content: Content) -> Iterator[str]:
    for ranked in shown:
        question = content.entries[ranked.entry_id].question[decision.language]
        yield f"{ranked.confidence:4.0%}  {question}  [{ranked.entry_id}]"


def _answer(decision: Decision, content: Content) -> Iterator[str]:
    best = decision.ranked[0]
    entry = content.entries[best.entry_id]
    yield f"{best.confidence:4.0%}  {entry.question[decision.language]}  [{entry.id}]"
    yield ""
    yield entry.answer[decision.language].rstrip()
    for source in entry.sources[:1]:
        yield ""
        yield f"{source.title} ({source.date or 'undated'}): {source.url}"


def _text(decision: Decision, content: Content) -> str:
    """What is said instead of an entry."""
    for name, prefix in (
        (decision.danger, "danger"),
        (decision.small_talk, "small_talk"),
        (decision.out_of_scope, "out_of_scope"),
    ):
        if name:
            return content.texts.say(f"{prefix}_{name}", decision.language)
    return "No entry fits: the person is offered the topics, and a member of staff."
