"""`udha evaluate`: the measures of understanding over questions whose right answer is known."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from bot.commands import deployment, understanding
from bot.commands.printing import console
from bot.refused import Refused
from knowledge_base.evaluation import Measures, Outcome, counted, decided
from knowledge_base.evaluation_reading import read_questions
from knowledge_base.evaluation_runs import NotARun, Run, changes
from knowledge_base.files.evaluation_file import MeasuringQuestion
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.misses import described, summary
from knowledge_base.problems import ContentProblems

TABLE_WIDTH = 140
MOST_CONFUSIONS = 10
"""Without --misses."""


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="A JSON object instead of a table.")
@click.option("--misses", is_flag=True, help="Every question that went wrong, and what it lacked.")
@click.option(
    "--save", type=click.Path(dir_okay=False, path_type=Path), help="Keep this run, for --since."
)
@click.option(
    "--since",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What has changed since a run that --save kept.",
)
def evaluate(
    file: Path, as_json: bool, misses: bool, save: Path | None, since: Path | None
) -> None:
    """Measure over FILE: JSON lines, or a YAML file such as the content's evaluation.yaml."""
    before = _before(since)
    questions = _questions(file)
    knowledge = understanding.knowledge(deployment.settings())
    outcomes = _decided(questions, knowledge)
    measures = counted(outcomes)
    now = Run.of(measures, outcomes)
    if as_json:
        click.echo(json.dumps(measures.as_json(), ensure_ascii=False, indent=2))
    else:
        _print(measures, outcomes, knowledge if misses else None)
        if before:
            _print_lines(["", f"Since {since}:", *changes(before, now)])
    if save:
        _save(now, save)


def _questions(file: Path) -> tuple[MeasuringQuestion, ...]:
    try:
        return read_questions(file)
    except ContentProblems as problems:
        raise Refused(f"{file} cannot be used:\n{problems}") from problems


def _before(file: Path | None) -> Run | None:
    """Read before anything is measured: nobody waits to hear that the file is the wrong one."""
    try:
        return Run.read(file) if file else None
    except NotARun as error:
        raise Refused(str(error)) from error


def _decided(
    questions: tuple[MeasuringQuestion, ...], knowledge: KnowledgeBase
) -> tuple[Outcome, ...]:
    """With a progress bar where somebody looks."""
    to_whom = Console(stderr=True)
    with Progress(console=to_whom, transient=True, disable=not to_whom.is_terminal) as progress:
        task = progress.add_task("Asking", total=len(questions))
        return decided(
            questions,
            knowledge.decide,
            lambda entry_id: knowledge.content.find(entry_id) is not None,
            lambda done: progress.update(task, completed=done),
        )


def _print(measures: Measures, outcomes: Sequence[Outcome], explains: KnowledgeBase | None) -> None:
    """`explains`: whoever can say what each miss lacked; None: the misses are only counted."""
    console(at_least=TABLE_WIDTH).print(measures.table())
    most = MOST_CONFUSIONS if explains is None else len(outcomes)
    _print_lines(["", *summary(outcomes, most)])
    if explains is not None:
        _print_lines(described(outcomes, lambda outcome: _advice(explains, outcome)))


def _advice(knowledge: KnowledgeBase, outcome: Outcome) -> list[str]:
    """What the question lacked, for one of the entries that it should have got."""
    question = outcome.question
    explanation = knowledge.explain(question.text)
    if question.kind != "faq" or outcome.decision.kind in ("urgent", "smalltalk"):
        return [explanation.reason]
    lines = (knowledge.lacking(question.text, entry) for entry in question.expect)
    lacking = next((found for found in lines if found), [])
    match = explanation.match
    spoke = match.spoke_for_winner() if match and match.winner not in question.expect else ""
    return [*lacking, spoke] if spoke else lacking


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _save(run: Run, file: Path) -> None:
    try:
        run.save(file)
    except OSError as error:
        raise Refused(f"{file} cannot be written: {error.strerror}.") from error
