"""Template sentences: the only words of its own that the assistant says."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template

from chatbot.said import Line, Said
from corpus.passage import Language, Passage, PassageKind

TEMPLATE_FOLDER = Path(str(files("chatbot"))) / "templates"
DEFAULT_LANGUAGE = "zh-Hant"
FILE_OF = {
    Language.TAIWAN: "zh-Hant",
    Language.HONG_KONG: "zh-Hant",
    Language.MAINLAND: "zh-Hans",
    Language.ENGLISH: "en",
}
WHOSE_WORDS = {
    PassageKind.LIST: "restated_list",
    PassageKind.TABLE: "restated_table",
    PassageKind.CHART: "restated_chart",
    PassageKind.OVERVIEW: "restated_overview",
}


class Templates:
    """Sentences by group and name, filled strictly: a missing value is an error."""

    def __init__(self, path: Path = TEMPLATE_FOLDER / f"{DEFAULT_LANGUAGE}.toml") -> None:
        self.language = path.stem
        self._groups: dict[str, dict[str, str]] = tomllib.loads(path.read_text(encoding="utf-8"))
        self._environment = Environment(undefined=StrictUndefined, autoescape=False)
        self._compiled: dict[tuple[str, str], Template] = {}

    def _template(self, group: str, name: str) -> Template:
        """Return a sentence ready to be filled; made when it is first said, for there are many."""
        template = self._compiled.get((group, name))
        if template is None:
            template = self._environment.from_string(self._groups[group][name])
            self._compiled[group, name] = template
        return template

    def say(self, group: str, name: str, /, **values: str) -> Said:
        """Return a sentence.

        Raises:
            KeyError: There is no such sentence.
        """
        text = self._template(group, name).render(**values)
        filled = tuple(sorted((key, str(value)) for key, value in values.items()))
        return Said(text, (Line(self.language, group, name, filled, text),))

    def pages(self, passages: Iterable[Passage]) -> str:
        """Return the printed pages of passages, each once, as this language lists them."""
        return self.numbers({page for passage in passages for page in passage.pages})

    def numbers(self, numbers: Iterable[int]) -> str:
        """Return numbers in their order, as this language lists them."""
        return page_list(sorted(numbers), self._groups["list"]["between"])

    def lines(self, group: str) -> tuple[str, ...]:
        """Return the sentences of a group that needs no values, in the order of the file."""
        return tuple(str(self.say(group, name)) for name in self._groups.get(group, {}))

    def holds(self, group: str, name: str) -> bool:
        """Return whether there is such a sentence."""
        return name in self._groups.get(group, {})

    def whose_words(self, passage: Passage) -> Said:
        """Return whose words a quotation of `passage` carries."""
        name = WHOSE_WORDS.get(passage.kind, "restated")
        return self.say("whose_words", "publisher" if passage.span is not None else name)

    def cited(self, pages: Iterable[int], *, guide: str, section: str, whose: str) -> Said:
        """Return where a quotation stands, as it is told outside the page: on paper, in a copy."""
        told = {"guide": guide, "section": section, "whose": whose}
        numbers = page_list(pages)
        if not numbers:
            return self.say("card", "cited_no_page", **told)
        return self.say("card", "cited", pages=numbers, **told)

    def publisher_beside(self, passage: Passage) -> str:
        """Return the publisher's own sentences that `passage` restates, or nothing."""
        if not passage.publisher:
            return ""
        words = " ".join(sentence.text for sentence in passage.publisher)
        pages = sorted({page for sentence in passage.publisher for page in sentence.pages})
        return self.say("whose_words", "publisher_beside", pages=page_list(pages), words=words)


@cache
def templates_in(language: str) -> Templates:
    """Return the sentences of a file by its name, such as `en`."""
    return Templates(TEMPLATE_FOLDER / f"{language}.toml")


def foot_of(text: Said) -> Said:
    """Return the line under quotations, in the language in which a reply was said."""
    language = text.lines[0].language if text.lines else DEFAULT_LANGUAGE
    return templates_in(language).say("answer", "foot")


def load_languages(default: Templates) -> Mapping[Language, Templates]:
    """Return the sentences in the language of each kind of question."""
    return {
        language: default if name == DEFAULT_LANGUAGE else templates_in(name)
        for language, name in FILE_OF.items()
    }


def in_each_language(languages: Iterable[Templates], group: str, name: str) -> frozenset[str]:
    """Return a sentence that needs no values, as each language says it."""
    return frozenset(str(templates.say(group, name)) for templates in languages)


def page_list(pages: Iterable[int], between: str = "、") -> str:
    """Return printed page numbers as they are written in a sentence: `9、26`."""
    return between.join(map(str, pages))
