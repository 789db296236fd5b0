"""What may be said, read from the template files alone: an audit that owes nothing to the product.

Each line of a template file becomes a regular expression; a reply's text must be such lines of
one language, one behind the other, and nothing else.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from itertools import product
from pathlib import Path

from chatbot.reply import Reply, Urgent, citations_of
from corpus.source import Source
from index.script import to_simplified
from tests.helpers import ROOT

LANGUAGES = ("zh-Hant", "zh-Hans", "en")
# The groups whose lines each kind may hold; a line of contact may stand under every kind.
GROUPS_OF = {
    "answer": ("answer", "mentioned", "crisis"),
    "out_of_scope": ("out_of_scope", "mentioned", "crisis"),
    "clarify": ("clarify", "crisis"),
    "smalltalk": ("smalltalk", "mentioned", "crisis"),
    "urgent": ("urgent", "crisis"),
    "ask_clinician": ("ask_clinician", "take_along", "mentioned", "crisis"),
}
NEVER = ("out_of_scope", "unsafe")  # a reply that needs it broke the promise
CONDITION = re.compile(r"\{% if pages %\}(.*?)\{% else %\}(.*?)\{% endif %\}", re.DOTALL)
PLACEHOLDER = re.compile(r"\{\{ (\w+) \}\}")
PAGES = "[0-9]+(?:(?:、|, )[0-9]+)*"
BETWEEN = "[ \n]?"


def read_toml(path: Path) -> dict[str, dict[str, str]]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


SENTENCES = {
    language: read_toml(ROOT / "chatbot" / "templates" / f"{language}.toml")
    for language in LANGUAGES
}
NUMBERS = {
    name: row["number"]
    for name, row in read_toml(ROOT / "chatbot" / "contacts.toml").items()
    if "number" in row
}


def any_of(texts: Sequence[str]) -> str:
    """Return a pattern of any of the texts; of none, where there is none."""
    return "(?:" + "|".join(map(re.escape, texts)) + ")" if texts else "(?!)"


def in_both_scripts(names: Sequence[str]) -> list[str]:
    """Return names as the edition has them, and in Simplified characters."""
    return [*names, *map(to_simplified, names)]


def _understood(line: str) -> re.Pattern[str]:
    before, _, after = PLACEHOLDER.split(line)
    return re.compile(f"{re.escape(before)}(.+?){re.escape(after)}")


# What a turn was read as, in each language.
UNDERSTOOD = [_understood(SENTENCES[language]["answer"]["understood"]) for language in LANGUAGES]


class Audit:
    """Names what a reply says beyond templates, passages, phrases and the bank."""

    def __init__(self, source: Source, team_name: str = "", team_phone: str = "") -> None:
        self._source = source
        self._bank = {q for p in source.guide.passages for qs in p.questions.values() for q in qs}
        self._bank |= {SENTENCES[language]["answer"]["undo"] for language in LANGUAGES}
        self._phones = {*NUMBERS.values(), *filter(None, [team_phone])}
        own_names = [SENTENCES[language]["urgent"]["team_name"] for language in LANGUAGES]
        values = {
            "pages": PAGES,
            "places": "[1-9](?:(?:、|, )[1-9])*",
            "heading": any_of(in_both_scripts([p.heading for p in source.guide.passages])),
            "aspect": any_of([a for lang in LANGUAGES for a in SENTENCES[lang]["aspect"].values()]),
            "asked": "[^「」“”\n]+",  # looked up in `stray`: too many for a pattern
            "topic": any_of(in_both_scripts([topic.phrase for topic in source.topics])),
            "name": any_of([team_name] if team_name else own_names),
            "phone": any_of([team_phone] if team_phone else []),
            **{name: re.escape(number) for name, number in NUMBERS.items()},
        }
        self._texts = {
            (kind, language): re.compile(_texts(SENTENCES[language], groups, values))
            for (kind, groups), language in product(GROUPS_OF.items(), LANGUAGES)
        }
        self._labels = [
            re.compile(_texts(SENTENCES[language], ("dial",), values)) for language in LANGUAGES
        ]

    def is_reviewed(self, kind: str, text: str) -> bool:
        """Return whether a text is lines that a reply of this kind may hold."""
        return any(self._texts[kind, language].fullmatch(text) for language in LANGUAGES)

    def stray(self, reply: Reply) -> list[str]:
        """Return what stands in no reviewed file."""
        stray = [] if self.is_reviewed(reply.kind, reply.text) else [str(reply.text)]
        headings = {name for p in self._source.guide.passages for name in (p.heading, p.section)}
        read_as = [found for way in UNDERSTOOD for found in way.findall(str(reply.text))]
        stray += [asked for asked in read_as if asked not in self._bank | headings]
        stray += [suggestion for suggestion in reply.suggestions if suggestion not in self._bank]
        if isinstance(reply, Urgent):
            for dial in reply.dials:
                if not any(label.fullmatch(dial.label) for label in self._labels):
                    stray.append(str(dial.label))
                if dial.number not in self._phones:
                    stray.append(dial.number)
        for citation in citations_of(reply):
            own = self._source.guide.by_id[citation.passage.passage_id]
            slice_ = own.text[citation.start : citation.end]
            if own != citation.passage or not slice_ or citation.quote != slice_:
                stray.append(citation.quote)
        return stray


def _texts(
    sentences: dict[str, dict[str, str]], groups: Iterable[str], values: dict[str, str]
) -> str:
    """Return a pattern of one or more lines of the groups."""
    lines = [
        _line(line, values)
        for group in groups
        for name, line in sentences[group].items()
        if (group, name) != NEVER
    ]
    one = "(?:" + "|".join(lines) + ")"
    return f"{one}(?:{BETWEEN}{one})*"


def _line(line: str, values: dict[str, str]) -> str:
    """Return a pattern of a line, filled in any way that it may be filled."""
    condition = CONDITION.search(line)
    if condition:
        ways = [line.replace(condition[0], way) for way in condition.groups()]
        return "|".join(_line(way, values) for way in ways)
    parts = PLACEHOLDER.split(line)
    assert not any("{" in text for text in parts[::2]), line
    return "".join(
        values[part] if is_name else re.escape(part)
        for part, is_name in zip(parts, [False, True] * len(parts), strict=False)
    )
