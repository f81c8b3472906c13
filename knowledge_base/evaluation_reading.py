"""A file of questions to measure with, JSON lines or our YAML → the questions, or what is wrong."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge_base.files.evaluation_file import (
    KINDS,
    LANGUAGES,
    MeasuringQuestion,
    read_evaluation,
)
from knowledge_base.files.marked_yaml import read
from knowledge_base.model import Place
from knowledge_base.problems import ContentProblems, Problem


def read_questions(file: Path) -> tuple[MeasuringQuestion, ...]:
    """The questions of a file. Raises ContentProblems with every line that is wrong."""
    problems: list[Problem] = []
    if file.suffix in (".yaml", ".yml"):
        top = read(file.parent, file.name, problems)
        questions = read_evaluation(top) if top else ()
    else:
        questions = tuple(_json_lines(file, problems))
    if problems:
        raise ContentProblems(problems)
    return questions


def _json_lines(file: Path, problems: list[Problem]) -> Iterator[MeasuringQuestion]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = "cannot be opened" if isinstance(error, OSError) else "is not written in UTF-8"
        problems.append(Problem(Place(file.name, 1), "file", f"it {reason}.", "Name another file."))
        return
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield _question(json.loads(line), Place(file.name, number))
            except (ValueError, RecursionError) as error:
                problems.append(_problem(Place(file.name, number), error))


def _question(found: Any, place: Place) -> MeasuringQuestion:
    """One line's question. Raises ValueError saying what is wrong with it."""
    if not isinstance(found, dict):
        raise ValueError("it is no JSON object")
    for key in ("text", "kind", "language", "style"):
        if not isinstance(found.get(key), str):
            raise ValueError(f'"{key}" is missing or no text')
    for key, options in (("kind", KINDS), ("language", LANGUAGES)):
        if found[key] not in options:
            raise ValueError(f'"{found[key]}" is no {key}; possible: {", ".join(options)}')
    expect = found.get("expect", [])
    if not isinstance(expect, list) or not all(isinstance(entry, str) for entry in expect):
        raise ValueError('"expect" is no list of entry ids')
    return MeasuringQuestion(
        found["text"], found["kind"], found["language"], found["style"], tuple(expect), place
    )


def _problem(place: Place, error: ValueError | RecursionError) -> Problem:
    what = str(error)
    if isinstance(error, json.JSONDecodeError):
        what = "it is not JSON"
    elif isinstance(error, RecursionError):
        what = "it is nested too deeply"
    advice = 'Write {"text": …, "kind": …, "language": …, "style": …, "expect": […]}.'
    return Problem(place, "question", f"{what}.", advice)
