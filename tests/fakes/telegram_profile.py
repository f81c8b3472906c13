"""The Bot API's methods about the bot itself: who it is, its commands, what its profile says."""

import json
import re
from typing import Any

from tests.fakes.telegram_faults import bad_request

Json = dict[str, Any]
LONGEST = {"description": 512, "short_description": 120}
LONGEST_COMMAND_DESCRIPTION, MOST_COMMANDS = 256, 100


class ProfileMethods:
    """Every method raises Refusal for what it refuses. Texts are kept by language, "" for all."""

    def __init__(self, bot: Json) -> None:
        self._bot = bot
        self.commands: dict[tuple[str, str], list[Json]] = {}
        """(scope as JSON, language) → commands"""
        self.texts: dict[tuple[str, str], str] = {}
        """("description" or "short_description", language) → text"""

    def get_me(self, _: Json) -> Json:
        rights = ("can_join_groups", "can_read_all_group_messages", "supports_inline_queries")
        return {**self._bot, **dict.fromkeys(rights, False), "can_join_groups": True}

    def set_my_commands(self, parameters: Json) -> bool:
        commands = parameters.get("commands", [])
        if len(commands) > MOST_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        for one in commands:
            if not re.fullmatch(r"/?[a-z0-9_]{1,32}", one["command"]):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(one["description"]) <= LONGEST_COMMAND_DESCRIPTION:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[_which(parameters)] = commands
        return True

    def get_my_commands(self, parameters: Json) -> list[Json]:
        return self.commands.get(_which(parameters), [])

    def delete_my_commands(self, parameters: Json) -> bool:
        self.commands.pop(_which(parameters), None)
        return True

    def set_my_description(self, parameters: Json) -> bool:
        return self._set("description", parameters)

    def get_my_description(self, parameters: Json) -> Json:
        return self._get("description", parameters)

    def set_my_short_description(self, parameters: Json) -> bool:
        return self._set("short_description", parameters)

    def get_my_short_description(self, parameters: Json) -> Json:
        return self._get("short_description", parameters)

    def _set(self, name: str, parameters: Json) -> bool:
        text = str(parameters.get(name, ""))
        if len(text) > LONGEST[name]:
            raise bad_request(f"{name.replace('_', ' ')} is too long")
        self.texts[name, _language(parameters)] = text
        return True

    def _get(self, name: str, parameters: Json) -> Json:
        return {name: self.texts.get((name, _language(parameters)), "")}


def _which(parameters: Json) -> tuple[str, str]:
    scope = parameters.get("scope") or {"type": "default"}
    return json.dumps(scope, sort_keys=True), _language(parameters)


def _language(parameters: Json) -> str:
    language = str(parameters.get("language_code", ""))
    if not re.fullmatch(r"|[a-z]{2}", language):
        raise bad_request("LANG_CODE_INVALID")
    return language
