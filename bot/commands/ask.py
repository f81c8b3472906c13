"""`udha ask`: one question, and what Udha makes of it."""

from collections.abc import Iterator

import click

from bot.commands import deployment, understanding
from knowledge_base.decision import Decision
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.model import LANGUAGES, Content, Language


@click.command()
@click.argument("question")
@click.option("--lang", type=click.Choice(LANGUAGES), help="The language of the chat so far.")
@click.option("--explain", is_flag=True, help="Which words and ways of asking carried it.")
def ask(question: str, lang: Language | None, explain: bool) -> None:
    """Ask one question, as a person would write it."""
    knowledge = understanding.knowledge(deployment.settings())
    decision = knowledge.decide(question, lang)
    for line in _lines(decision, knowledge.content):
        click.echo(line)
    if explain:
        click.echo()
        _explain(knowledge, question, lang)


def _explain(knowledge: KnowledgeBase, question: str, lang: Language | None) -> None:
    for line in knowledge.explain(question, lang).lines():
        click.echo(line)


def _lines(decision: Decision, content: Content) -> Iterator[str]:
    yield f"{decision.kind} ({decision.language})"
    yield ""
    if decision.kind == "answer":
        yield from _answer(decision, content)
    elif decision.kind == "suggest":
        for ranked in decision.ranked[:4]:
            question = content.entries[ranked.entry_id].question[decision.language]
            yield f"{ranked.confidence:4.0%}  {question}  [{ranked.entry_id}]"
    else:
        yield _text(decision, content)


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
