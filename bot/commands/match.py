"""`udha match`: questions in, decisions out, as JSON lines."""

import json
import sys
from collections.abc import Mapping
from typing import Any

import click

from bot.commands import deployment, understanding
from bot.refused import Refused
from knowledge_base.decision import Decision


@click.command()
def match() -> None:
    """Read {"text": …} lines on standard input; write one decision a line, in order."""
    knowledge = understanding.knowledge(deployment.settings())
    output = sys.stdout.buffer
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if line.strip():
            text = _text(line, number)
            found = as_json(text, knowledge.decide(text))
            # Half a character, which JSON can name, goes out as it came in.
            written = json.dumps(found, ensure_ascii=False).encode("utf-8", "backslashreplace")
            output.write(written + b"\n")
            output.flush()


def as_json(text: str, decision: Decision) -> Mapping[str, Any]:
    """A decision as other programs read it."""
    return {
        "text": text,
        "language": decision.language,
        "decision": decision.kind,
        "entries": [
            {"id": one.entry_id, "confidence": round(one.confidence, 4)} for one in decision.ranked
        ],
    }


def _text(line: bytes, number: int) -> str:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Refused(f'Line {number} is not JSON. Write {{"text": "…"}}.') from error
    if not isinstance(found, dict) or not isinstance(found.get("text"), str):
        raise Refused(f'Line {number} has no "text". Write {{"text": "…"}}.')
    return str(found["text"])
