"""The knowledge base as the other rooms see it: content, and what to do with a question."""

from typing import Protocol

from knowledge_base.decision import Decision
from knowledge_base.model import Content, Language


class KnowledgeBase(Protocol):
    """What handlers need of it."""

    @property
    def content(self) -> Content: ...

    def decide(self, text: str, language: Language | None = None) -> Decision:
        """What to do with a question of any length. `language`: what the chat last spoke."""
        ...
