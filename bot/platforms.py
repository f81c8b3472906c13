"""The platforms beyond this machine: built from what everything stands on, where a token is set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.channels.channel import Link, NotNow, Platform, ReadFile, no_link
from bot.channels.telegram.bot import Bot, build_bot
from bot.channels.telegram.inside import Inside as TelegramInside
from bot.channels.telegram.telegram import Telegram
from bot.channels.telegram_group.group import StaffGroup
from bot.channels.viber.inside import Inside
from bot.channels.viber.viber import Viber
from bot.derived import derived
from bot.file_links import FileLinks, can_fetch
from bot.metrics import Metrics
from bot.staff_group import staff_group_of
from bot.store import files
from bot.store.errors import StoreAway
from bot.store.store import Store
from bot.uploads import Upload
from handlers.messages import Message, Reply

if TYPE_CHECKING:
    from bot.app import Handling, Parts


@dataclass(frozen=True)
class Platforms:
    """What was built."""

    channels: Mapping[str, Platform]
    """By name."""
    staff_group: StaffGroup | None
    """None: Telegram is off, or no number of a group is set."""


def platforms_of(parts: "Parts", handling: "Handling", metrics: Metrics) -> Platforms:
    """A channel for each platform whose token is set, and the staff's group."""
    environment = parts.settings.environment
    built: list[Platform] = []
    group = None
    if environment.telegram_token:
        bot = build_bot(environment.telegram_token, environment.telegram_api)
        group = staff_group_of(parts, bot)
        built.append(_telegram(parts, metrics, bot, group))
    if environment.viber_token:
        built.append(_viber(parts, handling, metrics))
    return Platforms({one.name: one for one in built}, group)


def _telegram(parts: "Parts", metrics: Metrics, bot: Bot, group: StaffGroup | None) -> Telegram:
    environment, store = parts.settings.environment, parts.store
    inside = TelegramInside(
        keep=metrics.counting_received(store.keep),
        left=partial(store.person_left, Telegram.name),
        back=partial(store.person_back, Telegram.name),
        alone=store.alone,
        ignored=metrics.counting_ignored(Telegram.name),
        away=StoreAway,
        read_file=reading_files(store),
    )
    return Telegram(
        bot,
        inside,
        public_url=environment.public_url,
        webhook_secret=derived(parts.secret, "telegram webhook"),
        texts=lambda: parts.newest().content.texts,
        clock=parts.clock,
        sleep=parts.sleep,
        group=group,
    )


def _viber(parts: "Parts", handling: "Handling", metrics: Metrics) -> Viber:
    environment, store = parts.settings.environment, parts.store

    async def welcome(message: Message) -> Sequence[Reply]:
        return (await handling.welcome(message)).replies

    inside = Inside(
        keep=metrics.counting_received(store.keep),
        welcome=welcome,
        left=partial(store.person_left, Viber.name),
        back=partial(store.person_back, Viber.name),
        receipt=partial(store.receipt, Viber.name),
        arrived=partial(store.arrived, Viber.name),
        ignored=metrics.counting_ignored(Viber.name),
        link=_links_for_viber(parts),
    )
    return Viber(
        inside,
        api_url=environment.viber_api,
        token=environment.viber_token,
        public_url=environment.public_url,
        texts=lambda: parts.newest().content.texts,
        clock=parts.clock,
        sleep=parts.sleep,
    )


def reading_files(store: Store) -> ReadFile:
    """The files that are kept, by their number."""

    async def read(number: int) -> Upload | None:
        try:
            found = await store.read(lambda tx: files.read(tx, number))
        except StoreAway as away:
            raise NotNow from away
        return None if found is None else found.upload

    return read


def _links_for_viber(parts: "Parts") -> Link:
    """Viber fetches through TLS only, from where the internet reaches us."""
    public = parts.settings.environment.public_url
    if not can_fetch(public):
        return no_link
    return FileLinks(parts.secret, parts.clock, public).link
