"""`udha evaluate`: the measures of understanding over questions whose right answer is known."""

import json
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from bot.commands import deployment, understanding
from bot.commands.printing import console
from bot.refused import Refused
from knowledge_base.evaluation import Measures, measure
from knowledge_base.evaluation_reading import read_questions
from knowledge_base.files.evaluation_file import MeasuringQuestion
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.problems import ContentProblems

TABLE_WIDTH = 140


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="A JSON object instead of a table.")
def evaluate(file: Path, as_json: bool) -> None:
    """Measure over FILE: JSON lines, or a YAML file such as the content's evaluation.yaml."""
    try:
        questions = read_questions(file)
    except ContentProblems as problems:
        raise Refused(f"{file} cannot be used:\n{problems}") from problems
    knowledge = understanding.knowledge(deployment.settings())
    measures = _measured(questions, knowledge)
    if as_json:
        click.echo(json.dumps(measures.as_json(), ensure_ascii=False, indent=2))
    else:
        console(at_least=TABLE_WIDTH).print(measures.table())


def _measured(questions: tuple[MeasuringQuestion, ...], knowledge: KnowledgeBase) -> Measures:
    """With a progress bar where somebody looks."""
    to_whom = Console(stderr=True)
    with Progress(console=to_whom, transient=True, disable=not to_whom.is_terminal) as progress:
        task = progress.add_task("Asking", total=len(questions))
        return measure(
            questions,
            knowledge.decide,
            lambda entry_id: knowledge.content.find(entry_id) is not None,
            lambda done: progress.update(task, completed=done),
        )
