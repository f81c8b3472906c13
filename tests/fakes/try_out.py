"""The try-out page on a real port, with a store in memory and a brain of a few sentences.

To look at the page: python -m tests.fakes.try_out [port]
"""

import asyncio
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path

import yaml
from aiohttp import web

from bot.channels.channel import Outgoing, Sent
from bot.channels.web import Web
from handlers.messages import Button, Message, Reply
from knowledge_base.model import Language, Place, Text, Texts

TEXTS = Path(__file__).parents[2] / "knowledge_base/content/texts"
PHONES = ("112", "129", "116 006", "+355 33 224 078", "0800 32 123", "101")


def texts_of(*files: str) -> Texts:
    """The texts of some files of the real content folder."""
    found: dict[str, Text] = {}
    for file in files:
        for key, words in yaml.safe_load((TEXTS / file).read_text("utf-8")).items():
            found[key] = Text(key, words, Place(f"texts/{file}", 1))
    return Texts(found)


ANSWER: dict[Language, str] = {
    "sq": (
        "Deri në 90 ditë brenda çdo 180 ditësh, me pasaportë biometrike të vlefshme.\n"
        "• Ditët në të gjitha vendet Schengen mblidhen bashkë, edhe ato në Itali ose Greqi.\n"
        "• Për çdo ditë shiko 180 ditët e fundit. Numërohen edhe dita e hyrjes, edhe ajo e "
        "daljes.\n"
        "• Lejohen turizmi, vizitat dhe takimet e biznesit. Për punë duhet më parë leje ose "
        "vizë D.\n"
        "Pyetje të tjera: telefono 0800 32 123, jo 112 euro.\n\n"
        "Burimi: Komisioni Evropian, politika e vizave (2024)\n"
        "https://home-affairs.ec.europa.eu/policies/schengen/visa-policy_en"
    ),
    "en": (
        "Up to 90 days in any 180 days, with a valid biometric passport.\n"
        "• Days in all Schengen countries are added together, also those in Italy or Greece.\n"
        "• For each day, look back over the last 180 days. The day you enter and the day you "
        "leave both count.\n"
        "• Tourism, visits and business meetings are allowed. For a job you first need a permit "
        "or a visa D.\n"
        "Other questions: call 0800 32 123, not 112 euro.\n\n"
        "Source: European Commission, visa policy (2024)\n"
        "https://home-affairs.ec.europa.eu/policies/schengen/visa-policy_en"
    ),
}
URGENT: dict[Language, str] = {
    "sq": (
        "Telefono 112 tani, edhe nëse nuk ke kredi.\n"
        "Nëse dikush të mban mbyllur ose të ka marrë pasaportën: 116 006, falas, në Shqipëri.\n"
        "Nuk je fajtor ti. Mund të thuash vetëm ku je.\n\n"
        "E njoftova menjëherë një person nga ekipi."
    ),
    "en": (
        "Call 112 now, even without credit.\n"
        "If somebody locks you in or has taken your passport: 116 006, free, in Albania.\n"
        "It is not your fault. You can just say where you are.\n\n"
        "I have told a person of the team at once."
    ),
}
SUGGEST: dict[Language, tuple[str, tuple[str, ...]]] = {
    "sq": (
        "Nuk jam i sigurt që të kuptova. A po pyet për një nga këto?",
        ("Pa viza: 90 ditë", "ETIAS: leja e udhëtimit", "Kontrolli në kufi", "Asnjëra nga këto"),
    ),
    "en": (
        "I am not sure I understood you. Is it one of these?",
        ("Visa-free: 90 days", "ETIAS: travel permit", "Checks at the border", "None of these"),
    ),
}
AGAIN: dict[Language, tuple[str, str]] = {
    "sq": ("Po, më ndihmoi", "Jo, nuk më ndihmoi"),
    "en": ("Yes, it helped", "No, it did not"),
}


class Brain:
    """Answers by a word in the question."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def replies(self, message: Message, language: Language) -> list[Reply]:
        """What Udha would say."""
        if message.kind == "start":
            return [self._greeting(language)]
        if message.kind == "button":
            return self._pressed(message.text, language)
        for word, reply in (("pasaport", self._urgent), ("90", self._answer), ("?", self._suggest)):
            if word in message.text:
                return [reply(language)]
        return [Reply(message.text, "info", language)]

    def _greeting(self, language: Language) -> Reply:
        labels = ("Udhëtimi", "Siguria", "Udha") if language == "sq" else ("Travel", "Safety", "Us")
        buttons = [Button(label, f"topic:{label.lower()}") for label in labels]
        buttons.append(Button(self._texts.say("button_person", language), "person"))
        return Reply(self._texts.say("greeting", language), "info", language, tuple(buttons))

    def _pressed(self, action: str, language: Language) -> list[Reply]:
        if action == "delete":
            buttons = (Button("Po, fshiji", "delete:yes"), Button("Jo", "delete:no"))
            text = self._texts.say("delete_really", language)
            return [Reply(text, "info", language, buttons)]
        if action == "delete:yes":
            text = self._texts.say("deleted", language)
            return [Reply(text, "info", language, forgets=True)]
        if action.startswith("language:"):
            chosen: Language = "en" if action == "language:en" else "sq"
            return [Reply(self._texts.say("language_set", chosen), "info", chosen)]
        if action.startswith("entry:"):
            return [self._answer(language)]
        return [Reply(f"{action}.", "info", language, (Button("Fshiji të gjitha", "delete"),))]

    def _answer(self, language: Language) -> Reply:
        yes, no = AGAIN[language]
        buttons = (Button(yes, "helpful:yes:stay"), Button(no, "helpful:no:stay"))
        return Reply(ANSWER[language], "answer", language, buttons, ("visa-free-stay",))

    def _urgent(self, language: Language) -> Reply:
        label = self._texts.say("button_cancel", language)
        return Reply(URGENT[language], "urgent", language, (Button(label, "cancel"),))

    def _suggest(self, language: Language) -> Reply:
        text, labels = SUGGEST[language]
        buttons = tuple(Button(label, f"entry:{number}") for number, label in enumerate(labels))
        return Reply(text, "suggest", language, buttons, ("visa-free-stay", "etias"))


class TryOut:
    """A server that can be stopped and started again on its port; what it has kept stays."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.store_away = False
        self.answers = True
        """Off: messages are kept, and nothing is replied."""
        self._texts = texts_of("page.yaml", "chat.yaml")
        self._brain = Brain(self._texts)
        self._keys: set[str] = set()
        self._languages: dict[str, Language] = {}
        self._outbox: dict[str, list[Outgoing]] = {}
        self._turns: dict[str, asyncio.Lock] = {}
        self._sent = 0
        self._delivering: set[asyncio.Task[None]] = set()
        self._runner: web.AppRunner | None = None
        self._web: Web | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self, port: int = 0) -> None:
        """Listen on the port of before, or on a free one."""
        self._web = Web(
            self.keep,
            self.arrived,
            lambda: self._texts,
            lambda: datetime.now(UTC),
            secrets.token_hex,
            loopback=True,
            phones=lambda: PHONES,
        )
        app = web.Application()
        self._web.add_to(app)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port or port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close all sockets and stop listening."""
        assert self._runner is not None
        await self._runner.cleanup()
        await asyncio.gather(*self._delivering)

    async def keep(self, message: Message) -> bool:
        """The store's door for messages."""
        if self.store_away:
            raise ConnectionError("the store is away")
        if message.update_key in self._keys:
            return False
        self._keys.add(message.update_key)
        self.messages.append(message)
        if self.answers:
            language = self._language(message)
            for reply in self._brain.replies(message, language):
                self.say(message.address, reply)
        return True

    def say(self, address: str, reply: Reply) -> None:
        """Put a reply into the outbox, and send it where the person is there."""
        self._sent += 1
        self._outbox.setdefault(address, []).append(Outgoing(self._sent, address, reply))
        self._deliver_soon(address)

    def again(self, address: str, reply: Reply) -> None:
        """Send the last reply once more, as after a receipt that was lost."""
        self._outbox[address].append(Outgoing(self._sent, address, reply))
        self._deliver_soon(address)

    async def arrived(self, address: str) -> None:
        """A socket of the session opened."""
        self._deliver_soon(address)

    @property
    def waiting(self) -> int:
        """Replies that have not arrived."""
        return sum(len(rows) for rows in self._outbox.values())

    def _language(self, message: Message) -> Language:
        if message.text.startswith("language:"):
            self._languages[message.address] = "en" if message.text.endswith("en") else "sq"
        return self._languages.get(message.address, message.language or "sq")

    def _deliver_soon(self, address: str) -> None:
        task = asyncio.get_running_loop().create_task(self._deliver(address))
        self._delivering.add(task)
        task.add_done_callback(self._delivering.discard)

    async def _deliver(self, address: str) -> None:
        """Send what waits, one reply after the other, until nobody is there."""
        assert self._web is not None
        waiting = self._outbox.get(address, [])
        async with self._turns.setdefault(address, asyncio.Lock()):
            while waiting and isinstance(await self._web.send(waiting[0]), Sent):
                waiting.pop(0)


async def _serve(port: int) -> None:
    try_out = TryOut()
    await try_out.start(port)
    sys.stdout.write(f"{try_out.url}\n")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]) if len(sys.argv) > 1 else 8099))
