"""The promise, checked on every reply: each word is a passage of the guide or a template line."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property

from jinja2 import UndefinedError

from chatbot.citation import Citation
from chatbot.contacts import Team, load_numbers
from chatbot.reply import Reply, Urgent, citations_of
from chatbot.said import Line, Said
from chatbot.templates import Templates, in_each_language
from corpus.not_in_guide import Topic
from corpus.passage import Guide
from corpus.subjects import asked_questions
from index.script import to_simplified
from index.stages import stage

NUMBER = re.compile(r"\d+")
PLACES = re.compile(r"[1-9](?:(?:、|, )[1-9])*")  # of questions in the message
NOT_SAID = (  # groups of the page, not of replies
    *("page", "mode", "whose_words", "list", "display", "tools", "passage", "card"),
    *("frame", "about", "help", "down", "refused", "kiosk", "subject"),
)
logger = logging.getLogger("bonehealth")


class Promise:
    """Takes replies apart and names what is neither passage nor template."""

    def __init__(
        self,
        guide: Guide,
        topics: Iterable[Topic],
        templates: Iterable[Templates],
        team: Team,
    ) -> None:
        self._guide = guide
        self._by_language: Mapping[str, Templates] = {t.language: t for t in templates}
        names = {str(t.say("urgent", "team_name")) for t in self._by_language.values()}
        self._values: Mapping[str, frozenset[str]] = {
            "topic": _in_both_scripts(["", *(topic.phrase for topic in topics)]),
            "heading": _in_both_scripts([p.heading for p in guide.passages]),
            "aspect": frozenset(
                say for t in self._by_language.values() for say in t.lines("aspect")
            ),
            "name": frozenset({*names, team.name} - {""}),
            "phone": frozenset({team.phone} - {""}),
            **{name: frozenset({number}) for name, number in load_numbers().items()},
        }
        self._numbers = frozenset({*load_numbers().values(), team.phone} - {""})
        self.broken = 0

    @cached_property
    def _may_be_asked(self) -> frozenset[str]:
        asked = {q for p in self._guide.passages for q in asked_questions(p.questions)}
        named = {name for p in self._guide.passages for name in (p.heading, p.section)}
        undo = in_each_language(self._by_language.values(), "answer", "undo")
        return frozenset(asked | named | undo)

    @stage("promise")
    def holds(self, reply: Reply) -> bool:
        """Return whether a reply keeps the promise; one that does not is counted and logged."""
        faults = tuple(self.faults(reply))
        if faults:
            self.broken += 1
            logger.error("A reply broke the promise: %s", "; ".join(sorted(set(faults))))
        return not faults

    def faults(self, reply: Reply) -> Iterator[str]:
        """Yield what is wrong with a reply, without any of its words."""
        pages = {str(page) for citation in citations_of(reply) for page in citation.pages}
        yield from self._faults_of_text(reply.text, pages)
        if isinstance(reply, Urgent):
            for dial in reply.dials:
                yield from self._faults_of_text(dial.label, set())
                if dial.number not in self._numbers:
                    yield "a number to call stands in no list"
        for citation in citations_of(reply):
            yield from self._faults_of_citation(citation)
        for suggestion in reply.suggestions:
            if suggestion not in self._may_be_asked:
                yield "a suggestion is no question of the bank"

    def _faults_of_text(self, text: Said, pages: Set[str]) -> Iterator[str]:
        if not isinstance(text, Said):
            yield "a text was not said by a template"
            return
        if not text.lines:
            yield "a text is empty"
        rest = str(text)
        for line in text.lines:
            yield from self._faults_of_line(line, pages)
            rest = rest.lstrip()
            if not rest.startswith(line.text.strip()):
                yield "a text is not its lines"
                return
            rest = rest[len(line.text.strip()) :]
        if rest.strip():
            yield "a text holds more than its lines"

    def _faults_of_line(self, line: Line, pages: Set[str]) -> Iterator[str]:
        templates = self._by_language.get(line.language)
        if (
            line.group in NOT_SAID
            or templates is None
            or not templates.holds(line.group, line.name)
        ):
            yield "a line stands in no template"
            return
        try:
            said = templates.say(line.group, line.name, **dict(line.values))
        except UndefinedError:
            yield "a line is filled with too little"
            return
        if said != line.text:
            yield "a line is not what its template says"
        for name, value in line.values:
            yield from self._faults_of_value(name, value, pages)

    def _faults_of_value(self, name: str, value: str, pages: Set[str]) -> Iterator[str]:
        if name == "asked":
            if value not in self._may_be_asked:
                yield "a line names a question that is none of the bank"
        elif name == "pages":
            if not set(NUMBER.findall(value)) <= pages or NUMBER.sub("", value).strip("、, "):
                yield "a line names pages that are not cited"
        elif name == "places":
            if not PLACES.fullmatch(value):
                yield "a line counts questions that cannot be counted"
        elif value not in self._values.get(name, ()):
            yield f"a line is filled with an unknown {name}"

    def _faults_of_citation(self, citation: Citation) -> Iterator[str]:
        passage = self._guide.by_id.get(citation.passage.passage_id)
        if passage is not citation.passage and passage != citation.passage:
            yield "a citation is of another guide"
        elif citation.quote not in passage.text or not citation.quote:
            yield "a quotation is no slice of its passage"


def _in_both_scripts(names: Sequence[str]) -> frozenset[str]:
    return frozenset((*names, *map(to_simplified, names)))
