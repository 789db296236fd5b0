"""Template sentences: the only words of its own that the assistant says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template

from corpus.passage import Passage, PassageKind

TEMPLATE_FOLDER = Path(str(files("chatbot"))) / "templates"
DEFAULT_LANGUAGE = "zh-Hant"
WHOSE_WORDS = {
    PassageKind.LIST: "restated_list",
    PassageKind.TABLE: "restated_table",
    PassageKind.CHART: "restated_chart",
    PassageKind.OVERVIEW: "restated_overview",
}


class Templates:
    """Sentences by group and name, filled strictly: a missing value is an error."""

    def __init__(self, path: Path = TEMPLATE_FOLDER / f"{DEFAULT_LANGUAGE}.toml") -> None:
        self._groups = tomllib.loads(path.read_text(encoding="utf-8"))
        self._environment = Environment(undefined=StrictUndefined, autoescape=False)

    @cached_property
    def _compiled(self) -> Mapping[tuple[str, str], Template]:
        return {
            (group, name): self._environment.from_string(source)
            for group, sentences in self._groups.items()
            for name, source in sentences.items()
        }

    def say(self, group: str, name: str, **values: str) -> str:
        """Return a sentence.

        Raises:
            KeyError: There is no such sentence.
        """
        return self._compiled[group, name].render(**values)

    def whose_words(self, passage: Passage) -> str:
        """Return whose words a quotation of `passage` carries."""
        name = WHOSE_WORDS.get(passage.kind, "restated")
        return self.say("whose_words", "publisher" if passage.span is not None else name)

    def publisher_beside(self, passage: Passage) -> str:
        """Return the publisher's own sentences that `passage` restates, or nothing."""
        if not passage.publisher:
            return ""
        words = " ".join(sentence.text for sentence in passage.publisher)
        pages = sorted({page for sentence in passage.publisher for page in sentence.pages})
        return self.say(
            "whose_words", "publisher_beside", pages=page_list(tuple(pages)), words=words
        )


def page_list(pages: tuple[int, ...]) -> str:
    """Return printed page numbers as they are written in a sentence: `9、26`."""
    return "、".join(str(page) for page in pages)
