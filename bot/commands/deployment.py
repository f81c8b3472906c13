"""What a command works on: this deployment's settings and knowledge."""

import os
from pathlib import Path

from bot import settings as declared
from bot.refused import Refused
from bot.settings import Settings
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.problems import ContentProblems

CONTENT = Path(__file__).parents[2] / "knowledge_base" / "content"


def settings() -> Settings:
    """The settings of this deployment. Raises Refused."""
    return declared.load(os.environ, home())


def home() -> Path:
    """The checkout, so that the commands find the same var/ from every folder; else the folder
    the command was started in."""
    checkout = Path(__file__).parents[2]
    return checkout if (checkout / "config.yaml").exists() else Path.cwd()


def knowledge_folder(settings: Settings) -> Path:
    """Where the content is."""
    return Path(settings.environment.knowledge) if settings.environment.knowledge else CONTENT


def knowledge(settings: Settings) -> KnowledgeBase:
    """The knowledge base, built or read from its cache. Raises Refused."""
    folder = knowledge_folder(settings)
    if not folder.is_dir():
        raise Refused(f"UDHA_KNOWLEDGE: there is no folder {folder}.")
    try:
        return KnowledgeBase.build(folder, cache=settings.var / "cache")
    except ContentProblems as problems:
        raise Refused(f"The content in {folder} cannot be used:\n{problems}") from problems
