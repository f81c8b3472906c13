"""What an address of the queue asks for: a view, filters, a page; or words to look for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from bot.console.pages import ALBANIA
from bot.store.queue import VIEWS, Filters, View
from knowledge_base.model import LANGUAGES

AGES: Mapping[str, int] = {"over_1": 1, "over_3": 3, "over_7": 7}
"""Name → days. The one more age is TODAY."""
TODAY = "today"
LONGEST_WORDS = 200
LAST_PAGE = 10_000


@dataclass(frozen=True)
class Asked:
    """One address of the queue; whatever in it makes no sense counts as not said."""

    view: View | None = None
    """None: whichever needs us most."""
    words: str = ""
    topic: str = ""
    age: str = ""
    channel: str = ""
    language: str = ""
    unclaimed: bool = False
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        """Read from the part of an address after the question mark."""
        age, language = query.get("age", ""), query.get("language", "")
        page = query.get("page", "1")
        return cls(
            view=next((view for view in VIEWS if view == query.get("view")), None),
            words=query.get("q", "").strip()[:LONGEST_WORDS],
            topic=query.get("topic", ""),
            age=age if age in (TODAY, *AGES) else "",
            channel=query.get("channel", ""),
            language=language if language in LANGUAGES else "",
            unclaimed=query.get("whose") == "nobody",
            page=min(int(page), LAST_PAGE) if page.isdecimal() and len(page) < 6 else 1,
        )

    def but(self, **changes: Any) -> "Asked":
        """The same with changes; on the first page unless one is named."""
        return replace(self, **{"page": 1, **changes})

    @property
    def address(self) -> str:
        """As it is written: what is not asked for is left out."""
        said = {
            "view": self.view or "",
            "q": self.words,
            "topic": self.topic,
            "age": self.age,
            "channel": self.channel,
            "language": self.language,
            "whose": "nobody" if self.unclaimed else "",
            "page": str(self.page) if self.page > 1 else "",
        }
        return f"/console/?{urlencode({name: value for name, value in said.items() if value})}"

    @property
    def filtered(self) -> bool:
        """Is anything left out of the view?"""
        return bool(self.topic or self.age or self.channel or self.language or self.unclaimed)

    def filters(self, now: datetime) -> Filters:
        """What it leaves in."""
        not_before = before = None
        if self.age == TODAY:
            there = now.astimezone(ALBANIA)
            not_before = there.replace(hour=0, minute=0, second=0, microsecond=0)
        elif self.age:
            before = now - timedelta(days=AGES[self.age])
        return Filters(self.topic, self.channel, self.language, self.unclaimed, not_before, before)
