"""Settings: what is wrong is said in a sentence, with the place, all at once."""

from pathlib import Path

import pytest

from bot.settings import Settings, WrongSettings, load

CONFIG = Path(__file__).parents[1] / "config.yaml"


def loaded(folder: Path, config: str = "", **environ: str) -> Settings:
    if config:
        (folder / "config.yaml").write_text(config, encoding="utf-8")
    return load(environ, folder)


def refusal(folder: Path, config: str = "", **environ: str) -> list[str]:
    with pytest.raises(WrongSettings) as caught:
        loaded(folder, config, **environ)
    return str(caught.value).splitlines()


def test_nothing_set(tmp_path: Path) -> None:
    """Without any setting Udha listens on 127.0.0.1:8080 with a database under var/."""
    settings = loaded(tmp_path)
    assert (settings.environment.host, settings.environment.port) == ("127.0.0.1", 8080)
    assert settings.database_url == f"sqlite:///{tmp_path}/var/udha.db"


def test_shipped_config_equals_defaults(tmp_path: Path) -> None:
    """The config.yaml that comes with Udha shows every setting with its default."""
    shipped = load({"UDHA_CONFIG": str(CONFIG)}, tmp_path)
    plain = load({}, tmp_path)
    for group in ("service", "matching", "keeping", "limits", "logging"):
        assert getattr(shipped, group) == getattr(plain, group)


def test_values_are_read(tmp_path: Path) -> None:
    """What config.yaml and the environment say is what Udha uses."""
    config = """
service:
  operator: Shoqata Shembull
  reply_time: {sq: "brenda një dite", en: "within a day"}
limits: {workers: 3}
logging: {level: DEBUG}
"""
    settings = loaded(tmp_path, config, UDHA_PORT="9000", UDHA_DATABASE_URL="sqlite:///x.db")
    assert settings.service.operator == "Shoqata Shembull"
    assert settings.service.reply_time["en"] == "within a day"
    assert settings.service.legal_basis["sq"] == ""
    assert (settings.limits.workers, settings.logging.level) == (3, "debug")
    assert (settings.environment.port, settings.database_url) == (9000, "sqlite:///x.db")


def test_empty_variable_is_not_set(tmp_path: Path) -> None:
    """An empty variable, as container tools pass it, is a variable that is not set."""
    assert loaded(tmp_path, UDHA_PORT="", UDHA_SECRET_KEY=" ").environment.port == 8080


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        (
            "limits:\n  workers: many\n",
            'config.yaml:2: limits, workers: "many" cannot be used. Write a number from 1 to 256.',
        ),
        (
            "limits:\n  worker: 3\n",
            'config.yaml:2: limits: there is no key "worker" here. Write "workers" or take the '
            "line out.",
        ),
        (
            "matching: {precision: 1.5}\n",
            'config.yaml:1: matching, precision: "1.5" cannot be used. '
            "Write a share from 0.5 to 0.99.",
        ),
        (
            "logging:\n  format: xml\n",
            'config.yaml:2: logging, format: "xml" is not possible here. '
            "Write one of: console, json.",
        ),
        (
            "service:\n  reply_time: {sq: një ditë}\n",
            'config.yaml:2: service, reply_time: "en" is missing. Add a line "en: …".',
        ),
    ],
)
def test_wrong_config(tmp_path: Path, config: str, sentence: str) -> None:
    """A wrong line of config.yaml is named with its number and what to write instead."""
    assert refusal(tmp_path, config) == [sentence]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("UDHA_PORT", "80a", '"80a" cannot be used. Write a number from 0 to 65535.'),
        ("UDHA_PUBLIC_URL", "udha.org", "it is not a web address. It begins with https://."),
        *(
            (
                "UDHA_PUBLIC_URL",
                wrong,
                "it cannot be called. Write one such as https://udha.example.",
            )
            for wrong in ("https://", "https://udha example", "https://udha.example/?x=1")
        ),
        (
            "UDHA_SECRET_KEY",
            "short",
            "it is too short. Write 32 characters or more, best made by chance.",
        ),
        (
            "UDHA_SECRET_KEY",
            "\udcff" * 40,
            "it is not written in UTF-8. Letters and digits always are.",
        ),
        (
            "UDHA_PORT",
            "9" * 5000,
            f'"{"9" * 5000}" cannot be used. Write a number from 0 to 65535.',
        ),
    ],
)
def test_wrong_variable(tmp_path: Path, name: str, value: str, sentence: str) -> None:
    """A wrong environment variable is named, with what to write instead."""
    assert refusal(tmp_path, **{name: value}) == [f"{name}: {sentence}"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://udha.example/", "https://udha.example"),
        ("https://udha.example/bot/", "https://udha.example/bot"),
        ("HTTPS://udha.example:8443", "https://udha.example:8443"),
    ],
)
def test_address(tmp_path: Path, written: str, read: str) -> None:
    """An address is taken with a path, and however its beginning and end are written."""
    assert loaded(tmp_path, UDHA_PUBLIC_URL=written).environment.public_url == read


def test_all_at_once(tmp_path: Path) -> None:
    """Everything that is wrong is said in one go."""
    config = "limits: {workers: 0, reply_expires_hours: 99}\n"
    assert len(refusal(tmp_path, config, UDHA_PORT="x")) == 3


def test_config_that_is_not_there(tmp_path: Path) -> None:
    """A config.yaml that was asked for must be there."""
    missing = str(tmp_path / "no.yaml")
    assert refusal(tmp_path, UDHA_CONFIG=missing) == [f"UDHA_CONFIG: there is no file {missing}."]


def test_slip_of_the_pen(tmp_path: Path) -> None:
    """A variable that begins with UDHA_ but is none of ours is noticed."""
    assert loaded(tmp_path, UDHA_PROT="1").unknown_variables == ("UDHA_PROT",)


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    """The text form of settings holds no secret."""
    secrets = {
        "UDHA_SECRET_KEY": "k" * 40,
        "TELEGRAM_BOT_TOKEN": "1234:telegram",
        "VIBER_AUTH_TOKEN": "viber-token",
    }
    shown = repr(loaded(tmp_path, **secrets))
    assert not any(secret in shown for secret in secrets.values())
