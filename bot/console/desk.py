"""What every page of the console has at hand."""

from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from bot.clock import Clock
from bot.console.live import Live
from bot.console.pages import Pages
from bot.console.passwords import Passwords
from bot.settings import Settings
from bot.store.accounts import Role
from bot.store.store import Store
from handlers.desk import Knowledge
from knowledge_base.model import Language, Texts


@dataclass(frozen=True)
class Me:
    """Who is signed in."""

    id: int
    name: str
    role: Role
    language: Language
    session: int
    """The number of the session."""
    csrf: str
    """What every form of theirs carries."""

    def may(self, role: Role) -> bool:
        """Does their role include this one? An admin may all that an editor may, and so on."""
        ranks: tuple[Role, ...] = ("staff", "editor", "admin")
        return ranks.index(self.role) >= ranks.index(role)


ME = web.RequestKey("me", Me)


@dataclass(frozen=True)
class Desk:
    """What pages are built on."""

    settings: Settings
    store: Store
    newest: Callable[[], Knowledge]
    clock: Clock
    pages: Pages
    live: Live
    secret: str
    """What secrets are derived from."""
    secure: bool
    """Browsers reach Udha through TLS: cookies must not go another way."""
    passwords: Passwords = field(default_factory=Passwords)

    @property
    def texts(self) -> Texts:
        return self.newest().content.texts

    def say(self, me: Me, key: str, **values: object) -> str:
        """A text in the language that somebody reads the console in."""
        return self.texts.say(key, me.language, **values)


def me_of(request: web.Request) -> Me:
    """Who asks. Only for pages behind the guard."""
    return request[ME]
