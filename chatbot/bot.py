"""The order of the stages, and nothing else."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from importlib.resources import files

from chatbot.abstain import (
    BANK_HOW_MUCH,
    TEXT_HOW_MUCH,
    gates_for,
    hits_to_show,
    reason_to_abstain,
)
from chatbot.citation import cite
from chatbot.conversation import Conversation, looks_like_follow_up, only_points, readings_of
from chatbot.reply import (
    AbstainReason,
    Answer,
    Clarify,
    ClarifyReason,
    OutOfScope,
    Reply,
    SmallTalk,
)
from chatbot.smalltalk import load_small_talk, recognise
from chatbot.templates import Templates, page_list
from corpus.passage import Language, Passage
from corpus.subjects import SLOT
from index.hit import Found, Hit
from index.passage_index import PassageIndex
from index.query import Query, read_query

MOST_CHARACTERS = 2_000
SEARCHED_PASSAGES = 8
SUGGESTIONS = 3
EXAMPLES = 6


@dataclass(frozen=True, slots=True)
class Turn:
    """A reply, and the conversation as the next turn finds it."""

    reply: Reply
    conversation: Conversation


class Chatbot:
    """Answers from one index. Holds no conversation: what was said is passed in and handed back."""

    def __init__(self, index: PassageIndex, templates: Templates | None = None) -> None:
        self.index = index
        self.templates = templates or Templates()
        self._small_talk = load_small_talk()
        self._example_ids = load_example_ids()
        self._has_bank = index.has_bank

    def reply(self, question: str, conversation: Conversation = Conversation()) -> Turn:  # noqa: B008
        """Return what to say to a question."""
        if len(question) > MOST_CHARACTERS:
            return Turn(self._clarify(ClarifyReason.TOO_LONG), conversation)
        query = read_query(question)
        if not query.terms:
            return Turn(self._clarify(ClarifyReason.EMPTY), conversation)
        topic = recognise(query, self._small_talk)
        if topic is not None:
            return Turn(SmallTalk(topic.text, self.examples()), conversation)
        if self._has_no_subject(query, conversation):
            return Turn(self._clarify(ClarifyReason.NO_SUBJECT), conversation)
        found = self.index.search(readings_of(query, conversation), top_k=SEARCHED_PASSAGES)
        return self._decide(query, found, conversation)

    def _decide(self, query: Query, found: Found, conversation: Conversation) -> Turn:
        reason = reason_to_abstain(found, gates_for(found, has_bank=self._has_bank))
        if reason is not None:
            return Turn(
                self._out_of_scope(reason, found), replace(conversation, question=query.question)
            )
        shown = hits_to_show(found, BANK_HOW_MUCH if self._has_bank else TEXT_HOW_MUCH)
        heading = shown[0].passage.heading
        return Turn(self._answer(shown, found), Conversation(query.question, heading))

    def _answer(self, shown: tuple[Hit, ...], found: Found) -> Answer:
        passages = [hit.passage for hit in shown]
        companions = self._companions(passages)
        citations = cite([*passages, *companions])
        pages = sorted({page for passage in passages for page in passage.pages})
        lead = "lead_with_companion" if len(citations) > len(passages) else "lead"
        text = self.templates.say("answer", lead, pages=page_list(tuple(pages)))
        cited = {citation.passage.passage_id for citation in citations}
        return Answer(text, citations, self._related(found, cited))

    def _companions(self, passages: list[Passage]) -> list[Passage]:
        """Return what must stand beside these passages (hazard H1): one for each that asks."""
        shown = {passage.passage_id for passage in passages}
        added: list[Passage] = []
        for passage in passages:
            if passage.companions and not shown & set(passage.companions):
                shown.add(passage.companions[0])
                added.append(self.index.guide.by_id[passage.companions[0]])
        return added

    def _out_of_scope(self, reason: AbstainReason, found: Found) -> OutOfScope:
        name = found.topic.topic.phrase if found.topic else ""
        text = self.templates.say("out_of_scope", reason.value, topic=name)
        if reason is AbstainReason.TOO_FAR:  # it may be a sign that nobody has recognised
            text += self.templates.say("out_of_scope", "care")
        if reason in (AbstainReason.NOTHING_SHARED, AbstainReason.UNRELATED):
            suggestions, label = self.examples(), "can_answer"
        else:
            suggestions, label = self._related(found, set()), "nearest"
        text += self.templates.say("out_of_scope", label)
        return OutOfScope(text, reason, suggestions)

    def _clarify(self, reason: ClarifyReason) -> Clarify:
        return Clarify(self.templates.say("clarify", reason.value), reason, self.examples())

    def _has_no_subject(self, query: Query, conversation: Conversation) -> bool:
        """Whether a first message only points at something: 「它要打多久？」."""
        return not conversation.question and looks_like_follow_up(query) and only_points(query)

    def _related(self, found: Found, cited: set[str]) -> tuple[str, ...]:
        """Return questions that the next passages answer."""
        others = (hit.passage for hit in found.hits if hit.passage.passage_id not in cited)
        return tuple(dict.fromkeys(suggestion_of(passage) for passage in others))[:SUGGESTIONS]

    def examples(self) -> tuple[str, ...]:
        """Return questions to start with."""
        by_id = self.index.guide.by_id
        chosen = [by_id[name] for name in self._example_ids if name in by_id]
        if not chosen:
            chosen = [section.passages[0] for section in self.index.guide.sections]
        return tuple(dict.fromkeys(map(suggestion_of, chosen)))[:EXAMPLES]


def load_example_ids() -> tuple[str, ...]:
    """Return the passages whose first question is offered to start with."""
    source = tomllib.loads((files("chatbot") / "examples.toml").read_text(encoding="utf-8"))
    return tuple(source["passages"])


def suggestion_of(passage: Passage) -> str:
    """Return a question that `passage` answers, or its heading where it has no bank."""
    asked = (q for q in passage.questions.get(Language.TAIWAN, ()) if not SLOT.search(q))
    return next(asked, passage.heading or passage.section)
