"""The content and the understanding of a deployment, for commands that need them."""

import fnmatch
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bot.commands.deployment import content_folder
from bot.needed_texts import needed_texts
from bot.refused import Refused
from bot.settings import Settings
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.loading import load
from knowledge_base.model import Content
from knowledge_base.problems import ContentProblems


def content(settings: Settings) -> Content:
    """The content alone, for what needs no matching. Raises Refused."""
    try:
        return load(content_folder(settings))
    except ContentProblems as problems:
        raise _unusable(settings, problems) from problems


def knowledge(settings: Settings) -> KnowledgeBase:
    """The knowledge base, built or read from its cache. Raises Refused."""
    try:
        return learning(settings)()
    except ContentProblems as problems:
        raise _unusable(settings, problems) from problems


def learning(settings: Settings) -> Callable[[], KnowledgeBase]:
    """How the knowledge base is built; can be pickled. What it gives raises ContentProblems."""
    return partial(
        KnowledgeBase.build,
        content_folder(settings),
        cache=_cache(settings),
        precision=settings.matching.precision,
    )


def _cache(settings: Settings) -> Path:
    """Where what was learnt is kept. A try with other content does not push the usual out."""
    return settings.var / "cache" / ("other" if settings.environment.knowledge else "")


def knowledge_to_talk_with(settings: Settings) -> KnowledgeBase:
    """The knowledge base with every text that a conversation needs. Raises Refused."""
    found = knowledge(settings)
    there = [text.key for text in found.content.texts]
    missing = [name for name in needed_texts() if not fnmatch.filter(there, name)]
    if missing:
        raise Refused(
            f"The content in {content_folder(settings)} lacks texts: {', '.join(missing)}. "
            "Add them to a file in its folder texts."
        )
    return found


def _unusable(settings: Settings, problems: ContentProblems) -> Refused:
    return Refused(f"The content in {content_folder(settings)} cannot be used:\n{problems}")
