"""What the operator has set: the environment first, then the TOML file that it names.

`BONEHEALTH_CONFIG` names the file; its keys are the settings in lower case, without the prefix.
`chatbot/settings.py` says which there are and checks them.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corpus.languages import user_language
from corpus.messages import Messages

PREFIX = "BONEHEALTH_"
CONFIG_VARIABLE = "BONEHEALTH_CONFIG"
SENTENCES = Path(__file__).with_name("configuration.toml")


class ConfigurationError(Exception):
    """The settings cannot be used. Each problem is a sentence that names key and source."""

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


def say_setting(name: str, /, **values: object) -> str:
    """Return a sentence about settings in the language of the person at the terminal."""
    return Messages(SENTENCES).say(user_language(), name, **values)


def configuration_file() -> Path | None:
    """Return the file that the operator named, or none."""
    name = os.environ.get(CONFIG_VARIABLE)
    return Path(name).expanduser() if name else None


def read_configuration() -> Mapping[str, Any]:
    """Return what the file sets, by name; nothing where no file is named.

    Raises:
        ConfigurationError: The file is missing, cannot be read, or is not TOML.
    """
    path = configuration_file()
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        sentence = say_setting("unreadable", file=path, reason=error.strerror or error)
        raise ConfigurationError(sentence) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(say_setting("not_toml", file=path, reason=error)) from error


def environment() -> Mapping[str, str]:
    """Return what the environment sets, by name in lower case; empty values set nothing."""
    return {
        name.upper().removeprefix(PREFIX).lower(): value
        for name, value in os.environ.items()
        if name.upper().startswith(PREFIX) and value
    }


def configured(name: str) -> str | None:
    """Return one setting as a text, or none where nobody set it.

    Raises:
        ConfigurationError: The file cannot be used.
    """
    chosen = environment().get(name)
    if chosen is not None:
        return chosen
    value = read_configuration().get(name)
    return None if value in (None, "") else str(value)
