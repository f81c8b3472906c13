"""The settings of one deployment: the environment and config.yaml, declared in one place.

Each setting is a type, a default, how it is read, and a sentence. All that is wrong is found in one
go and said with file and line, or with the name of the variable.
"""

# ruff: noqa: RUF009 - setting() and words() make dataclass fields

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args

from bot.declaring import (
    Wrong,
    address,
    any_text,
    group_number,
    one_of,
    secret,
    setting,
    share,
    whole,
    words,
)
from bot.mail_server import MailServer, mail_address, mail_server
from bot.reading_hours import Hours
from bot.refused import Refused
from knowledge_base.files.marked_yaml import Marked, read
from knowledge_base.model import LANGUAGES, Both, Language
from knowledge_base.problems import Problem

LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["console", "json"]


class WrongSettings(Refused):
    """Something in the environment or in config.yaml cannot be used. Holds every sentence."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))


@dataclass(frozen=True)
class Environment:
    """What differs from machine to machine, and every secret: environment variables."""

    host: str = setting("127.0.0.1", any_text, "The address to listen on.", variable="UDHA_HOST")
    port: int = setting(
        8080, whole(0, 65535), "The port to listen on; 0 takes any free one.", variable="UDHA_PORT"
    )
    database_url: str = setting(
        "",
        any_text,
        "The store, as sqlite:///path or postgresql://…; without it a file under var/.",
        variable="UDHA_DATABASE_URL",
    )
    config: str = setting("", any_text, "The path of another config.yaml.", variable="UDHA_CONFIG")
    knowledge: str = setting(
        "", any_text, "Another knowledge base folder.", variable="UDHA_KNOWLEDGE"
    )
    secret_key: str = setting(
        "",
        secret,
        "What all encryption keys are derived from; without it one is made in var/.",
        variable="UDHA_SECRET_KEY",
    )
    new_secret_key: str = setting(
        "",
        secret,
        "For `udha keys rotate` only: the secret to change to.",
        variable="UDHA_NEW_SECRET_KEY",
    )
    public_url: str = setting(
        "",
        address,
        "The address under which the internet reaches Udha; set, platforms are told to call it.",
        variable="UDHA_PUBLIC_URL",
    )
    telegram_token: str = setting(
        "",
        any_text,
        "The token of the Telegram bot; without it Telegram is off.",
        variable="TELEGRAM_BOT_TOKEN",
    )
    telegram_api: str = setting(
        "https://api.telegram.org",
        address,
        "Where Telegram's interface is.",
        variable="TELEGRAM_API_URL",
    )
    telegram_staff_chat: str = setting(
        "",
        group_number,
        "The number of the staff's Telegram group, such as -1001234567890.",
        variable="TELEGRAM_STAFF_CHAT_ID",
    )
    viber_token: str = setting(
        "",
        any_text,
        "The token of the Viber bot; without it Viber is off.",
        variable="VIBER_AUTH_TOKEN",
    )
    viber_api: str = setting(
        "https://chatapi.viber.com/pa",
        address,
        "Where Viber's interface is.",
        variable="VIBER_API_URL",
    )
    smtp: MailServer | None = setting(
        None,
        mail_server,
        "The mail server for alarms, as smtps://user:password@host:465?from=udha@host.",
        variable="UDHA_SMTP_URL",
    )


@dataclass(frozen=True)
class Service:
    """Who answers: said to the people who ask. What is left empty, the bot says is not known."""

    operator: str = setting("", any_text, "Who runs this service.")
    legal_basis: Both = words("On what legal basis personal data is kept.")
    reply_time: Both = words("How soon a person of the team answers.")


@dataclass(frozen=True)
class Matching:
    """How sure Udha must be before it answers."""

    precision: float = setting(
        0.81, share(0.5, 0.99), "Of 100 answers given, how many must be right, as a share."
    )


@dataclass(frozen=True)
class Keeping:
    """How long things are kept before they are deleted."""

    unanswered_days: int = setting(
        7, whole(1, 90), "Days that a question nobody asked a person about stays in the queue."
    )
    closed_days: int = setting(90, whole(1, 730), "Days that a closed ticket is kept.")
    person_months: int = setting(
        12, whole(1, 36), "Months after the last message until a person is forgotten."
    )
    audit_months: int = setting(24, whole(1, 120), "Months that it is kept who of staff did what.")
    stale_days: int = setting(
        14, whole(1, 365), "Days without a word after which an open case is called out to staff."
    )


@dataclass(frozen=True)
class Limits:
    """How much at once, and how long a reply is worth sending."""

    workers: int = setting(32, whole(1, 256), "How many chats are answered at the same time.")
    reply_expires_hours: int = setting(
        12, whole(1, 72), "Hours after which the bot's own reply is not sent any more."
    )


@dataclass(frozen=True)
class Staff:
    """The people behind Udha."""

    language: Language = setting(
        "sq", one_of(LANGUAGES), "Which language the staff's group reads: sq or en."
    )
    reply_within_hours: int | None = setting(
        None, whole(1, 400), "Within how many working hours people are promised an answer."
    )


@dataclass(frozen=True)
class Alarm:
    """An urgent case that nobody claims."""

    email_to: str = setting("", mail_address, "Who gets a mail about it.")
    after_minutes: int = setting(
        30, whole(5, 720), "Minutes after which it is sent, and then between two of them."
    )


@dataclass(frozen=True)
class Logging:
    """What is written to the log (standard error). Never what people write."""

    level: LogLevel = setting(
        "info", one_of(get_args(LogLevel)), "From which level on: debug, info, warning, error."
    )
    format: LogFormat = setting(
        "console", one_of(get_args(LogFormat)), "console for eyes, json for machines."
    )


@dataclass(frozen=True)
class Settings:
    """Everything that can be set, sound. Groups after the first stand in config.yaml."""

    home: Path
    """The folder in which var/ lies."""
    environment: Environment = field(default_factory=Environment)
    service: Service = field(default_factory=Service)
    matching: Matching = field(default_factory=Matching)
    keeping: Keeping = field(default_factory=Keeping)
    limits: Limits = field(default_factory=Limits)
    staff: Staff = field(default_factory=Staff)
    hours: Hours = field(default_factory=Hours)
    alarm: Alarm = field(default_factory=Alarm)
    logging: Logging = field(default_factory=Logging)
    unknown_variables: tuple[str, ...] = ()
    """Names such as UDHA_PROT in the environment: probably slips of the pen."""

    @property
    def var(self) -> Path:
        """Where the database, the key and the cache lie unless settings say otherwise."""
        return self.home / "var"

    @property
    def database_url(self) -> str:
        return self.environment.database_url or f"sqlite:///{self.var / 'udha.db'}"


GROUPS = {
    "service": Service,
    "matching": Matching,
    "keeping": Keeping,
    "limits": Limits,
    "staff": Staff,
    "hours": Hours,
    "alarm": Alarm,
    "logging": Logging,
}
"""The groups of config.yaml, in its order."""


def variables() -> dict[str, str]:
    """Every environment variable that Udha reads, with its sentence."""
    return {f.metadata["variable"]: f.metadata["says"] for f in fields(Environment)}


def load(environ: Mapping[str, str], home: Path) -> Settings:
    """The settings of this deployment. Raises WrongSettings with all that is wrong."""
    sentences: list[str] = []
    environment = _environment(environ, sentences)
    config = Path(environment.config) if environment.config else home / "config.yaml"
    problems: list[Problem] = []
    groups: dict[str, Any] = {}
    # Only a file that was asked for must be there: every setting has a default.
    if environment.config and not config.is_file():
        sentences.append(f"UDHA_CONFIG: there is no file {config}.")
    elif config.exists():
        groups = _config(config, problems)
    sentences += [str(problem) for problem in problems]
    if sentences:
        raise WrongSettings(sentences)
    known = variables()
    unknown = tuple(sorted(n for n in environ if n.startswith("UDHA_") and n not in known))
    return Settings(home, environment, unknown_variables=unknown, **groups)


def _environment(environ: Mapping[str, str], sentences: list[str]) -> Environment:
    values: dict[str, Any] = {}
    for one in fields(Environment):
        name = one.metadata["variable"]
        text = environ.get(name, "").strip()
        if not text:
            continue
        try:
            values[one.name] = one.metadata["reads"](text)
        except Wrong as wrong:
            sentences.append(f"{name}: {wrong}")
    return Environment(**values)


def _config(path: Path, problems: list[Problem]) -> dict[str, Any]:
    marked = read(path.parent, path.name, problems)
    if marked is None:
        return {}
    written = marked.fields((), list(GROUPS))
    groups = {name: _group(GROUPS[name], value) for name, value in written.items()}
    promised = groups.get("staff", Staff()).reply_within_hours
    if promised is not None and not any(groups.get("hours", Hours()).week):
        _line(written["staff"], "reply_within_hours").problem(
            "without working hours it cannot be counted.",
            'Fill in "hours", or leave this empty.',
        )
    return groups


def _group(group: type[Any], marked: Marked) -> Any:
    declared = {one.name: one for one in fields(group)}
    values: dict[str, Any] = {}
    for name, value in marked.fields((), list(declared)).items():
        metadata = declared[name].metadata
        several = metadata.get("list", False)
        found = (_each if several else _value)(value, metadata.get("reads"))
        if found is not None:
            values[name] = found
    return group(**values)


def _value(marked: Marked, reads: Callable[[str], Any] | None) -> Any:
    """What stands there; None for nothing, or where it is wrong and has been noted."""
    if marked.is_empty():
        return None
    if reads is None:
        return marked.both()
    text = marked.text()
    try:
        return reads(text) if text else None
    except Wrong as wrong:
        marked.problem(wrong.what, wrong.advice)
        return None


def _each(marked: Marked, reads: Callable[[str], Any] | None) -> Any:
    """Whatever of a list can be read."""
    found = (_value(item, reads) for item in marked.items())
    return tuple(one for one in found if one is not None)


def _line(group: Marked, name: str) -> Marked:
    """The value of a key that stands in a group."""
    node = next(value for key, value in group.node.value if key.value == name)
    return replace(group, node=node, where=f"{group.where}, {name}")


def nearest_variable(name: str) -> str | None:
    """The variable that was probably meant."""
    return next(iter(get_close_matches(name, list(variables()), n=1)), None)
