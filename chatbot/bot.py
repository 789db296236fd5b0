"""The order of the stages, and nothing else."""

from __future__ import annotations

import logging
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from chatbot.abstain import Refusal
from chatbot.choice import SEARCHED_PASSAGES, Choice, Chooser
from chatbot.citation import cite, marks_of
from chatbot.contacts import NO_TEAM, Team
from chatbot.conversation import Conversation, Understood, after_answer, understand
from chatbot.decisions import Decision, load_decisions
from chatbot.doubt import load_weighing
from chatbot.follow_up import has_no_subject, is_garbled, read_leaning
from chatbot.language import spoken
from chatbot.notices import Notices
from chatbot.open_notice import TURNS_AFTER_NOTICE, is_due_again, is_heard_wrongly
from chatbot.parts import asks_on
from chatbot.promise import Promise
from chatbot.remarks import FEELING, REMARK, SITUATION, TOLD, UNASKED, load_remarks
from chatbot.reply import (
    AbstainReason,
    Answer,
    AskClinician,
    Clarify,
    ClarifyReason,
    OutOfScope,
    Reply,
    SmallTalk,
    Urgent,
)
from chatbot.said import Asked, paragraphs
from chatbot.smalltalk import load_small_talk, recognise
from chatbot.templates import Templates, in_each_language, load_languages
from chatbot.triage.finding import Finding, Net, told_again
from chatbot.triage.message import Message, read_message
from chatbot.triage.minimisers import without_minimisers
from chatbot.triage.putting_off import (
    asks_for_help,
    cannot_be_reached,
    is_on_the_way,
    wonders,
)
from chatbot.triage.signs import crises
from chatbot.triage.support import Supports
from chatbot.triage.tier import Tier
from chatbot.triage.triage import SURER_ALONE, Alarm, load_triage
from corpus.passage import Language, Passage
from corpus.subjects import SLOT
from index.hit import Found, Hit
from index.passage_index import PassageIndex
from index.query import Query, detect_language, read_query
from index.script import to_simplified

logger = logging.getLogger("bonehealth")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
MOST_CHARACTERS = 2_000
SUGGESTIONS = 3
EXAMPLES = 6
OFFERED = "passages"  # what is offered to start with, in `examples.toml`
UNRELATED = (AbstainReason.UNRELATED, AbstainReason.NOTHING_SHARED)
MOST_SAID, MOST_SAID_ENGLISH = 40, 100  # characters of a question that a turn was read as
MOST_FOLDED = 2  # passages behind a notice
MOST_ON_DECISION = 2  # passages with a request that is handed to the team


@dataclass(frozen=True, slots=True)
class Turn:
    """A reply, and the conversation as the next turn finds it.

    Attributes:
        reply: What is said.
        conversation: What the next turn may lean on.
        doubt: Log-odds that the guide does not hold what was asked; `None` where it was not
            weighed. For volunteers and for the evaluation.
    """

    reply: Reply
    conversation: Conversation
    doubt: float | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """A turn made ready: what was typed, read for signs and for search."""

    message: Message
    query: Query
    conversation: Conversation


class Chatbot:
    """Answers from one index. Holds no conversation: what was said is passed in and handed back."""

    def __init__(
        self, index: PassageIndex, templates: Templates | None = None, team: Team = NO_TEAM
    ) -> None:
        self.index = index
        self.templates = templates or Templates()
        self._languages = load_languages(self.templates)
        self._small_talk = load_small_talk()
        self._undo = in_each_language(self._languages.values(), "answer", "undo")
        self._offered = load_offered()
        self.triage, problem = load_triage()
        self.decisions, other_problem = load_decisions()
        self.remarks, third_problem = load_remarks()
        doubts, fourth_problem = load_weighing()
        self.chooser = Chooser(index, doubts)
        problems = (problem, other_problem, third_problem, fourth_problem)
        self.problems = tuple(dict.fromkeys(p for p in problems if p))
        self._supports = Supports(index.guide)
        self._notices = Notices(self._languages, team)
        self.promise = Promise(index.guide, index.topics, self._languages.values(), team)

    def reply(self, question: str, conversation: Conversation = Conversation()) -> Turn:  # noqa: B008
        """Return what to say to a question.

        Signs are looked for first, and whatever fails later, their notice is said. A turn that
        undoes what was carried over is the turn before, read by itself.
        """
        if conversation.typed and question.strip() in self._undo:
            return self.reply(conversation.typed, conversation.undone())
        message = read_message(question)
        alone = not self.triage.knows(self.index.encoder_name)
        alarm = self.triage.check(message, conversation.heard, alone=alone)
        language = detect_language(message.text[:MOST_CHARACTERS])
        try:
            query = read_query(question[:MOST_CHARACTERS])
            language = spoken(query, conversation.language)
            query = replace(query, language=language)
            asking = Asking(message, query, conversation)
            turn = self._under_notice(self._turn(asking, alarm), asking)
        except Exception as error:
            alarm = self.triage.check(message, conversation.heard)
            if not alarm.rings:
                raise
            logger.error("A message with a sign failed: %s", type(error).__name__)
            turn = self._alarmed(language, alarm, conversation)
        turn = replace(turn, conversation=replace(turn.conversation, language=language))
        if not self.promise.holds(turn.reply):
            say = self._languages[language].say
            notice = say("out_of_scope", "unsafe", **self._notices.numbers)
            return Turn(OutOfScope(notice, AbstainReason.UNSAFE), turn.conversation)
        return turn

    def _under_notice(self, turn: Turn, asking: Asking) -> Turn:
        """Return a turn with the notice of the turns before kept in sight, or said again."""
        message, query, before = asking.message, asking.query, asking.conversation
        if not before.notice_left:
            return turn
        if isinstance(turn.reply, Urgent):
            if turn.reply.tier is Tier.CRISIS and is_heard_wrongly(turn.reply.findings, message):
                told = self._on_the_way(query.language, before, reminder=True)
                return self._again(asking, before.heard) if cannot_be_reached(message) else told
            return turn
        left = replace(turn.conversation, notice_left=before.notice_left - 1)
        if before.in_crisis:
            if asks_for_help(message):
                return self._again(asking, (f for f in before.heard if f.tier is Tier.CRISIS))
            return replace(turn, conversation=left)
        is_asking = wonders(message) or cannot_be_reached(message)  # 「要去醫院嗎」
        if is_on_the_way(message) and not is_asking:
            if not asks_on(query.question):
                return self._on_the_way(query.language, turn.conversation)
            return replace(turn, conversation=replace(turn.conversation, notice_left=0))
        if isinstance(turn.reply, SmallTalk) and recognise(query, self._small_talk) is not None:
            return replace(turn, conversation=left)
        alone = partial(self._stands_alone, query)
        if is_due_again(turn.reply, message, query, before.heard, alone):
            return self._again(asking, before.heard)
        text = paragraphs(self._notices.still_open(query.language), turn.reply.text)
        return replace(turn, reply=replace(turn.reply, text=text), conversation=left)

    def _again(self, asking: Asking, heard: Iterable[Finding]) -> Turn:
        """Return the notice of what was heard before; the conversation stays as it was."""
        before = asking.conversation
        alarm = Alarm((told_again(heard, "still open"),))
        told = self._alarmed(asking.query.language, alarm, before)
        return replace(told, conversation=replace(before, notice_left=before.notice_left - 1))

    def _on_the_way(
        self, language: Language, conversation: Conversation, *, reminder: bool = False
    ) -> Turn:
        """Return what is said to somebody who does what a notice asked for.

        Args:
            language: Of the reply.
            conversation: As the turn leaves it; the notice need not stay in sight.
            reminder: Whether the numbers for a crisis stand above it.
        """
        said = self._languages[language].say("smalltalk", TOLD, **self._notices.numbers)
        text = paragraphs(self._notices.reminder(language), said) if reminder else said
        after = replace(conversation, notice_left=0)
        return Turn(SmallTalk(text, self.examples(), TOLD), after)

    def _stands_alone(self, query: Query) -> bool:
        """Return whether the guide surely answers a turn without what was said before."""
        understood = understand(query, Conversation())
        found = self.index.search(understood.readings, top_k=SEARCHED_PASSAGES)
        return self.chooser.is_sure(query, understood, found)

    def _turn(self, asking: Asking, alarm: Alarm) -> Turn:
        query, conversation = asking.query, asking.conversation
        if alarm.is_crisis or (alarm.rings and len(asking.message.typed) > MOST_CHARACTERS):
            return self._alarmed(query.language, alarm, conversation)
        if not alarm.rings:
            reply = self._without_search(asking)
            if reply is not None:  # no vector will follow
                alarm = self.triage.check(asking.message, conversation.heard)
                if alarm.rings:
                    return self._alarmed(query.language, alarm, conversation)
                if isinstance(reply, Clarify) and reply.reason is ClarifyReason.NO_SUBJECT:
                    conversation = replace(conversation, awaiting=query.asked)
                return Turn(self._reminded(reply, query.language, conversation), conversation)
        understood = understand(query, conversation)
        found = self.index.search(understood.readings, top_k=SEARCHED_PASSAGES)
        if found.vector is not None:
            alarm = self.hear_vector(alarm, asking.message, found.vector, conversation.heard)
        if alarm.is_crisis:
            return self._alarmed(query.language, alarm, conversation)
        try:
            return self._decide(asking, alarm, understood, found)
        except Exception as error:
            if not alarm.rings:
                raise
            logger.error("A message with a sign failed: %s", type(error).__name__)
            return self._alarmed(query.language, alarm, conversation)

    def hear_vector(
        self,
        alarm: Alarm,
        message: Message,
        vector: NDArray[np.float32],
        heard: tuple[Finding, ...] = (),
    ) -> Alarm:
        """Return the alarm, raised by a message's vector, and by those of its parts.

        That is the message without what makes light of it, and the loudest clause of a long one,
        which must be surer where the whole is silent.

        Args:
            alarm: What the other nets found.
            message: What was typed.
            vector: Its vector, shape (dimension,).
            heard: What was present earlier in the conversation.
        """
        encoder = self.index.encoder_name
        alarm = self.triage.check_vector(alarm, message, vector, encoder, heard)
        plain = without_minimisers(message) if self.triage.knows(encoder) else None
        if plain is not None:
            alarm = self._hear_part(alarm, plain, heard)
        loudest = None if alarm.is_crisis else self.triage.loudest(message, rings=alarm.rings)
        if loudest is not None:
            surer = 0.0 if alarm.rings else SURER_ALONE
            raised = self._hear_part(alarm, loudest, heard, surer=surer)
            alarm = alarm if raised.is_crisis else raised  # a clause alone makes no crisis
        return alarm

    def _hear_part(
        self, alarm: Alarm, part: Message, heard: tuple[Finding, ...], *, surer: float = 0.0
    ) -> Alarm:
        """Return the alarm, raised by the vector of a part of a message, where it has one."""
        vector = self.index.vector_of(part.typed)
        if vector is None:
            return alarm
        encoder = self.index.encoder_name
        return self.triage.check_vector(alarm, part, vector, encoder, heard, surer=surer)

    def _without_search(self, asking: Asking) -> Reply | None:
        """Return a reply to a message that is no question for the guide, or none."""
        query = asking.query
        say = self._languages[query.language].say
        reason: ClarifyReason | None = None
        if len(asking.message.typed) > MOST_CHARACTERS:
            reason = ClarifyReason.TOO_LONG
        elif not query.terms or is_garbled(query):
            reason = ClarifyReason.EMPTY
        else:
            topic = recognise(query, self._small_talk)
            if topic is not None and not _doubts_the_answer(query, asking.conversation):
                said = say("smalltalk", topic, **self._notices.numbers)
                return SmallTalk(said, self.examples(), topic)
            first = not asking.conversation.question
            if first and has_no_subject(query) and not self.decisions.by_form(asking.message):
                reason = ClarifyReason.NO_SUBJECT
        if reason is None:
            return None
        return Clarify(say("clarify", reason.value), reason, self.examples())

    def _decide(self, asking: Asking, alarm: Alarm, understood: Understood, found: Found) -> Turn:
        query, conversation = asking.query, asking.conversation
        asked = read_message(query.asked)
        remark = None if alarm.rings else self._remark(asked, understood, found)
        if remark is not None:
            return self._remarked(remark, alarm, asking, found)
        choice = self.chooser.choose(query, understood, found)
        shown, refusal = choice.shown, choice.refusal
        after = after_answer(conversation, understood, (hit.passage for hit in shown))
        if alarm.rings:
            return self._alarmed(query.language, alarm, after, shown)
        decision = self.decisions.check(
            asked,
            found.compared_vector,
            self.index.encoder_name,
            found.similarity,
            leans=understood.leans,
            refused=refusal is not None,
        )
        if refusal is not None and (refusal.reason in UNRELATED or _is_elsewhere(found)):
            decision = None  # a plain refusal sends to the team too
        is_answered = decision is None and refusal is None
        if not is_answered and not asks_on(query.asked) and not self.decisions.by_form(asked):
            remark = self._remark(asked, understood, found, least=UNASKED)
            if remark is not None:
                return self._remarked(remark, alarm, asking, found)
        reply: Reply
        if decision is not None:
            reply = self._ask_clinician(decision, asking, choice, found)
        elif refusal is not None:
            reply = self._out_of_scope(refusal, found, query.language)
        else:
            reply = self._answer(choice, understood, found, query.language)
        return Turn(self._with_contacts(reply, alarm, asking), after, choice.doubt)

    def _remark(
        self, asked: Message, understood: Understood, found: Found, *, least: str = REMARK
    ) -> str | None:
        """Return the topic of a message that asks nothing, or none."""
        if understood.names_what:
            return None
        vector, encoder = found.compared_vector, self.index.encoder_name
        return self.remarks.check(asked, vector, encoder, found.similarity, least=least)

    def _remarked(self, topic: str, alarm: Alarm, asking: Asking, found: Found) -> Turn:
        """Return what is said to a message that asks nothing.

        Who first tells of a situation is offered questions about it, and is taken to ask about it.
        """
        query, conversation = asking.query, asking.conversation
        said = self._languages[query.language].say("smalltalk", topic, **self._notices.numbers)
        if topic == SITUATION:
            suggestions = self._related(found, set())
            if not conversation.question:
                conversation = replace(conversation, question=query.asked)
        else:
            suggestions = self.examples(FEELING if topic == FEELING else OFFERED)
        reply = SmallTalk(said, suggestions, topic)
        return Turn(self._with_contacts(reply, alarm, asking), conversation)

    def _with_contacts(self, reply: Reply, alarm: Alarm, asking: Asking) -> Reply:
        """Return the reply under a line of contact, after a crisis or where a sign is spoken of."""
        if not alarm.findings or asking.conversation.in_crisis:
            return self._reminded(reply, asking.query.language, asking.conversation)
        of_crisis = _speaks_of_crisis(alarm)
        speak = self._notices.reminder if of_crisis else self._notices.mentioned
        return replace(reply, text=paragraphs(speak(asking.query.language), reply.text))

    def _alarmed(
        self,
        language: Language,
        alarm: Alarm,
        conversation: Conversation,
        shown: tuple[Hit, ...] = (),
    ) -> Turn:
        """Return the notice that an alarm asks for, what else was found folded behind it."""
        after = conversation.alarmed(alarm.present)
        first = next(f for f in alarm.findings if f.tier is Tier.CRISIS or not alarm.is_crisis)
        support = self._supports.of(first.sign)
        if alarm.is_crisis:
            text = self._notices.crisis(language, support)
            dials = self._notices.dials(Tier.CRISIS, language)
            reply = Urgent(text, Tier.CRISIS, cite(support), len(support), alarm.findings, dials)
            return Turn(reply, replace(after, in_crisis=True, notice_left=TURNS_AFTER_NOTICE))
        others = [hit.passage for hit in shown if hit.passage not in support][:MOST_FOLDED]
        folded = others if support else []
        text = self._notices.urgent(
            first.tier,
            language,
            support,
            # What a net alone has named may be named wrongly: then nothing is said of the guide.
            silent=self.triage.rules.signs[first.sign].silent and first.net is Net.RULES,
            folded=bool(folded),
        )
        if _speaks_of_crisis(alarm) and not conversation.in_crisis:
            text = paragraphs(text, self._notices.reminder(language))
        citations = cite([*support, *folded])
        dials = self._notices.dials(first.tier, language)
        reply = Urgent(text, first.tier, citations, len(support), alarm.findings, dials)
        after = replace(after, notice_left=TURNS_AFTER_NOTICE)
        return Turn(self._reminded(reply, language, conversation), after)

    def _ask_clinician(
        self, decision: Decision, asking: Asking, choice: Choice, found: Found
    ) -> AskClinician:
        templates = self._languages[asking.query.language]
        heard = f"{asking.conversation.question} {asking.query.text}"
        brought = [
            self.index.guide.by_id[name]
            for name in self.decisions.brings(decision, heard)
            if name in self.index.guide.by_id
        ]
        near = [hit.passage for hit in (*choice.shown, *found.hits)]
        unique = {passage.passage_id: passage for passage in (*brought, *near)}
        passages = list(unique.values())[:MOST_ON_DECISION]
        if choice.refusal is not None:
            asked, may_stand = asking.query.text, self.decisions.may_stand_by
            passages = [p for p in passages if may_stand(decision, asked, p)]
        if not brought:  # what was read a moment ago stands behind what is new
            passages.sort(key=lambda p: p.heading == asking.conversation.heading)
        pages = templates.pages(passages)
        parts = [
            templates.say("ask_clinician", decision.about),
            templates.say("ask_clinician", "take_along"),
            templates.say("take_along", decision.about),
        ]
        name = "cited" if brought or choice.refusal is None else "near"
        if not pages:
            name = f"{name}_no_page" if passages else "silent"
        parts.append(templates.say("ask_clinician", name, pages=pages))
        return AskClinician(
            paragraphs(*parts),
            decision.about,
            cite([*passages, *self._companions(passages)], marks_of(choice.shown)),
        )

    def _reminded(
        self,
        reply: Reply,
        language: Language,
        conversation: Conversation,
    ) -> Reply:
        """Return the reply with the numbers to call, where there was a crisis before."""
        if not conversation.in_crisis:
            return reply
        reminder = self._notices.reminder(language)
        if isinstance(reply, Urgent):  # its own first line stays first
            return replace(reply, text=paragraphs(reply.text, reminder))
        return replace(reply, text=paragraphs(reminder, reply.text))

    def _answer(
        self, choice: Choice, understood: Understood, found: Found, language: Language
    ) -> Answer:
        shown = choice.shown
        passages = [hit.passage for hit in shown]
        companions = self._companions(passages)
        citations = cite([*passages, *companions], marks_of(shown))
        templates = self._languages[language]
        lead = "lead_with_companion" if len(citations) > len(passages) else "lead"
        text = templates.say("answer", lead, pages=templates.pages(passages))
        if choice.leaves_out:
            places = templates.numbers(choice.leaves_out)
            text = paragraphs(templates.say("answer", "leaves_out", places=places), text)
        if understood.carried:
            asked = asked_in_bank(shown[0], language, understood.question)
            text = paragraphs(templates.say("answer", "understood", asked=asked), text)
        cited = {citation.passage.passage_id for citation in citations}
        undo = (Asked(str(templates.say("answer", "undo"))),) if understood.carried else ()
        return Answer(text, citations, (*undo, *self._related(found, cited)))

    def _companions(self, passages: list[Passage]) -> list[Passage]:
        """Return what must stand beside these passages (hazard H1): one for each that asks."""
        shown = {passage.passage_id for passage in passages}
        added: list[Passage] = []
        for passage in passages:
            if passage.companions and not shown & set(passage.companions):
                shown.add(passage.companions[0])
                added.append(self.index.guide.by_id[passage.companions[0]])
        return added

    def _out_of_scope(self, refusal: Refusal, found: Found, language: Language) -> OutOfScope:
        say, reason = self._languages[language].say, refusal.reason
        written = to_simplified if language is Language.MAINLAND else str
        if reason is AbstainReason.STEP_BESIDE:
            heading = written(found.hits[0].passage.heading)
            aspect = say("aspect", refusal.aspect)
            parts = [say("out_of_scope", reason.value, heading=heading, aspect=aspect)]
        else:
            name = written(found.topic.topic.phrase) if found.topic else ""
            parts = [say("out_of_scope", reason.value, topic=name)]
        # It may be a sign that nobody has recognised.
        if reason in (AbstainReason.TOO_FAR, AbstainReason.NOTHING_SHARED):
            parts.append(say("out_of_scope", "care", **self._notices.numbers))
        if reason in UNRELATED:
            suggestions, label = self.examples(), "can_answer"
        else:
            suggestions, label = self._related(found, set()), "nearest"
        parts.append(say("out_of_scope", label))
        return OutOfScope(parts[0].then(*parts[1:]), reason, suggestions)

    def _related(self, found: Found, cited: set[str]) -> tuple[Asked, ...]:
        """Return questions that the next passages answer."""
        others = (hit.passage for hit in found.hits if hit.passage.passage_id not in cited)
        return tuple(dict.fromkeys(suggestion_of(passage) for passage in others))[:SUGGESTIONS]

    def examples(self, offered: str = OFFERED) -> tuple[Asked, ...]:
        """Return questions to start with, or others of `examples.toml` that are offered."""
        by_id = self.index.guide.by_id
        chosen = [by_id[name] for name in self._offered[offered] if name in by_id]
        if not chosen:
            chosen = [section.passages[0] for section in self.index.guide.sections]
        return tuple(dict.fromkeys(map(suggestion_of, chosen)))[:EXAMPLES]


def load_offered() -> dict[str, tuple[str, ...]]:
    """Return the passages whose first question is offered, by what for."""
    source = tomllib.loads((files("chatbot") / "examples.toml").read_text(encoding="utf-8"))
    return {name: tuple(ids) for name, ids in source.items()}


def asked_in_bank(hit: Hit, language: Language, question: str) -> Asked:
    """Return the question of the bank that a turn was read as, or the heading that it found.

    The bank's own words: what a person typed is never said back. A long question of the bank tells
    somebody else's story, and is not said, nor one with numbers of its own.
    """
    key = hit.support.key.text
    most = MOST_SAID_ENGLISH if language is Language.ENGLISH else MOST_SAID
    has_own_numbers = not set(NUMBER.findall(key)) <= set(NUMBER.findall(question))
    if len(key) <= most and not has_own_numbers and key in hit.passage.questions.get(language, ()):
        return Asked(key)
    return Asked(hit.passage.heading or hit.passage.section)


def suggestion_of(passage: Passage) -> Asked:
    """Return a question that `passage` answers, or its heading where it has no bank."""
    asked = (q for q in passage.questions.get(Language.TAIWAN, ()) if not SLOT.search(q))
    return Asked(next(asked, passage.heading or passage.section))


def _speaks_of_crisis(alarm: Alarm) -> bool:
    """Return whether a crisis is among what was found, a held one too."""
    return any(finding.sign in crises() for finding in alarm.findings)


def _doubts_the_answer(query: Query, conversation: Conversation) -> bool:
    return bool(conversation.question) and read_leaning(query).doubts


def _is_elsewhere(found: Found) -> bool:
    """Return whether words alone were searched and an unrelated topic is closest.

    A request is then known by its form, and 「可以買股票嗎」 has that of 「可以停藥嗎」.
    """
    topic = found.topic
    return not found.by_meaning and topic is not None and topic.topic.is_unrelated
