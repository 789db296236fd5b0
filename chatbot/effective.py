"""The settings in force: read, checked, and told with where each came from."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

from pydantic import SecretStr, ValidationError
from pydantic_core import ErrorDetails

from chatbot.settings import Settings
from corpus.configuration import (
    CONFIG_VARIABLE,
    PREFIX,
    ConfigurationError,
    configuration_file,
    environment,
    read_configuration,
    say_setting,
)

PASSWORD_IN_ADDRESS = re.compile(r"(?<=://)([^:/@\s]*):[^@\s]+@")
MOST_SHOWN = 60  # characters of a wrong value
CONFIG = CONFIG_VARIABLE.removeprefix(PREFIX).lower()


def load_settings(**given: object) -> Settings:
    """Return the settings, those given on the command line first; `None` gives nothing.

    Raises:
        ConfigurationError: One of them is wrong; a sentence for each says which and whence.
    """
    given = {name: value for name, value in given.items() if value is not None}
    unknown = [
        say_setting("unknown_in_file", file=configuration_file(), name=name, near=_near(name))
        for name in read_configuration()
        if name not in Settings.model_fields
    ]
    if unknown:
        raise ConfigurationError(*unknown)
    try:
        return Settings(**given)  # type: ignore[arg-type]  # checked by pydantic
    except ValidationError as error:
        sentences = (_sentence(problem, given) for problem in error.errors())
        raise ConfigurationError(*dict.fromkeys(sentences)) from error


def unknown_variables() -> tuple[str, ...]:
    """Return a sentence for each variable that looks like a setting of ours and is none."""
    known = {*Settings.model_fields, CONFIG}
    return tuple(
        say_setting("unknown_variable", name=f"{PREFIX}{name.upper()}", near=_near(name, PREFIX))
        for name in environment()
        if name not in known
    )


def source_of(name: str, given: Mapping[str, object]) -> str:
    """Return where a setting came from, in words."""
    if name in given:
        return say_setting("from_command_line", option=f"--{name.replace('_', '-')}")
    if name in environment():
        return say_setting("from_environment", variable=f"{PREFIX}{name.upper()}")
    if name in read_configuration():
        return say_setting("from_file", file=configuration_file())
    return say_setting("from_default")


def effective_lines(**given: object) -> tuple[str, ...]:
    """Return a line for each setting: name, value, whence. Secrets are not shown.

    Raises:
        ConfigurationError: One of them is wrong.
    """
    given = {name: value for name, value in given.items() if value is not None}
    settings = load_settings(**given)
    shown = {name: shown_value(getattr(settings, name)) for name in Settings.model_fields}
    width = max(map(len, shown))
    return tuple(
        f"{name:<{width}} = {value}  # {source_of(name, given)}" for name, value in shown.items()
    )


def shown_value(value: object) -> str:
    """Return a value as TOML would have it; a password in it is not shown."""
    match value:
        case None | "":
            return say_setting("nothing")
        case SecretStr():
            return say_setting("hidden" if value.get_secret_value() else "nothing")
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case StrEnum():
            return f'"{value}"'
        case tuple():
            return f"[{', '.join(map(shown_value, value))}]"
        case _:
            return json.dumps(_without_password(str(value)), ensure_ascii=False)


def _without_password(text: str) -> str:
    return PASSWORD_IN_ADDRESS.sub(rf"\1:{say_setting('hidden')}@", text)


def _sentence(problem: ErrorDetails, given: Mapping[str, object]) -> str:
    kind = problem["type"]
    if not problem["loc"]:  # of several settings together
        return say_setting("wrong_together", problem=problem.get("ctx", {}).get("error", kind))
    name = str(problem["loc"][0])
    values = {**problem.get("ctx", {}), "type": kind, "given": _given(name, problem.get("input"))}
    try:
        what = say_setting(kind, **values)
    except KeyError:
        what = say_setting("other", **values)
    return say_setting("wrong", name=name, source=source_of(name, given), problem=what.strip())


def _given(name: str, value: object) -> str:
    """Return what was written, unless it is a secret."""
    if "SecretStr" in str(Settings.model_fields[name].annotation):
        return ""
    text = " ".join(_without_password(str(value)).split())
    text = text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"
    return say_setting("given", value="".join(c for c in text if c.isprintable()))


def _near(name: str, prefix: str = "") -> str:
    """Return the setting that was probably meant, in a question, or nothing."""
    near: Iterable[str] = difflib.get_close_matches(name, Settings.model_fields, n=1, cutoff=0.7)
    meant = next(iter(near), None)
    if meant is None:
        return ""
    return say_setting("near", name=f"{prefix}{meant.upper()}" if prefix else meant)
