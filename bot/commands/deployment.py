"""Which deployment a command works on: its settings and where its content is."""

import os
from pathlib import Path

from bot import settings as declared
from bot.refused import Refused
from bot.settings import Settings

CHECKOUT = Path(__file__).parents[2]


def settings() -> Settings:
    """The settings of this deployment. Raises Refused."""
    return declared.load(os.environ, home())


def home() -> Path:
    """The folder in which var/ lies: the checkout, so that the commands find the same data from
    wherever they are called; without a checkout, the folder they are called in."""
    return CHECKOUT if (CHECKOUT / "config.yaml").exists() else Path.cwd()


def content_folder(settings: Settings) -> Path:
    """Where the content is. Raises Refused where nothing is."""
    folder = Path(settings.environment.knowledge or CHECKOUT / "knowledge_base" / "content")
    if not folder.is_dir():
        raise Refused(f"UDHA_KNOWLEDGE: there is no folder {folder}.")
    return folder
