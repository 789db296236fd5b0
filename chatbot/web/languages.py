"""In which language a page beside the conversation is shown: `?lang=` picks it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chatbot.templates import DEFAULT_LANGUAGE, Templates, templates_in

TAGS = {"zh-Hant": "zh-Hant-TW", "zh-Hans": "zh-Hans-CN", "en": "en"}  # for `<html lang>`


@dataclass(frozen=True, slots=True)
class Choice:
    """A language that a page can be read in.

    Attributes:
        language: Name of its template file, as `?lang=` gives it.
        tag: Its tag for `lang`.
        name: Its name in itself.
        is_shown: Whether the page is in it now.
    """

    language: str
    tag: str
    name: str
    is_shown: bool


def templates_for(asked: str) -> Templates:
    """Return the sentences in the language that was asked for; in Traditional Chinese else."""
    return templates_in(asked if asked in TAGS else DEFAULT_LANGUAGE)


def choices(shown: str) -> Iterable[Choice]:
    """Return all languages, the one that is shown marked."""
    return [
        Choice(name, tag, templates_in(name).say("frame", "own_name"), name == shown)
        for name, tag in TAGS.items()
    ]
