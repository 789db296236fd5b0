"""What is remembered of a conversation, and how a turn is read in its light."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from chatbot.denial import Denial, read_denial
from chatbot.follow_up import (
    LAST,
    OTHER,
    Leaning,
    asks_something,
    asks_why,
    classes,
    other_of_pairs,
    read_leaning,
    says_nothing,
)
from chatbot.mention import Mention, folded, mentions, named_by_kind
from chatbot.parts import asks_on, compares
from chatbot.t_score import NAME, names_t_score, reads_t_score
from chatbot.triage.finding import Finding
from corpus.passage import Language, Passage
from index.passage_index import Reading
from index.query import Query, read_query
from index.script import normalise

# Weights of three readings: the turn, the question before with the turn, the last answer's heading
# with the turn. Adding the readings beats choosing one (docs/retrieval.md); what weighs nothing is
# not read: for a question that asks in full the heading brought nothing and cost a third more.
POINTING_WEIGHTS = (0.5, 0.8, 0.5)
SHORT_WEIGHTS = (0.8, 0.5, 0.3)
FRESH_WEIGHTS = (1.0, 0.25, 0.0)
WITH_SUBJECT = 1.0  # a turn that leans, with the subject of the question before
POINTED = 1.5  # with what is pointed at, where that is known for sure
BESIDE_POINTED = 0.2  # the turn alone then
MOST_EARLIER = 8
WHOSE = ("cancer", "purpose")  # kinds of names that go on to what a list held
PURPOSE, STATUS, DRUG = "purpose", "status", "drug"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question that was asked, and the heading of what answered it."""

    question: str
    heading: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """The little that a next turn may lean on; empty at the start. Kept in memory only.

    Attributes:
        question: The question before, as it was understood.
        heading: Heading of the passage that answered last.
        heard: What was found so far of signs that were present: each once, at its highest tier.
        in_crisis: Whether there was a crisis; then the numbers stay in sight.
        listed: What was listed last, in order: what 「第二種」 points at.
        earlier: The exchanges before, the oldest first.
        typed: The last turn as it was typed, where something was carried into it: so that this
            can be undone.
        awaiting: A first question that only pointed and was asked what it is about.
        notice_left: Turns in which the last notice of a sign still stays in sight.
        language: In which the last turn was answered.
    """

    question: str = ""
    heading: str = ""
    heard: tuple[Finding, ...] = ()
    in_crisis: bool = False
    listed: tuple[str, ...] = ()
    earlier: tuple[Exchange, ...] = ()
    typed: str = ""
    awaiting: str = ""
    notice_left: int = 0
    language: Language | None = field(default=None, compare=False)

    @property
    def signs(self) -> tuple[str, ...]:
        """The signs that were present so far."""
        return tuple(finding.sign for finding in self.heard)

    def undone(self) -> Conversation:
        """Return the conversation as if nothing had been asked yet; signs and a crisis stay."""
        return Conversation(heard=self.heard, in_crisis=self.in_crisis, language=self.language)

    def alarmed(self, findings: Iterable[Finding]) -> Conversation:
        """Return the conversation after a notice, with what was found to be present."""
        heard = {finding.sign: finding for finding in self.heard}
        for finding in findings:
            known = heard.get(finding.sign)
            if known is None or finding.tier.urgency > known.tier.urgency:
                heard[finding.sign] = finding
        return replace(self, heard=tuple(heard.values()))


@dataclass(frozen=True, slots=True)
class Understood:
    """How a turn is read.

    Attributes:
        readings: What is searched, the turn alone first.
        question: What the turn asks, with what it leans on; the next turn leans on this.
        carried: Whether something of an earlier turn was put into it.
        by_place: Whether it names a place in the last list, which then stays the last one.
        typed: The turn as it was typed.
        names_what: Whether it says what it leans on, or how.
    """

    readings: tuple[Reading, ...]
    question: str
    carried: bool = False
    by_place: bool = False
    typed: str = ""
    names_what: bool = False

    @property
    def leans(self) -> bool:
        """Whether the turn is read with something of earlier ones."""
        return self.carried or len(self.readings) > 1


def understand(query: Query, conversation: Conversation) -> Understood:
    """Return the ways to read a turn in the light of what was said before."""
    with_score = reads_t_score(query.text, normalise(conversation.question))
    if with_score is not None:
        return _with_t_score(query, with_score, conversation)
    if not conversation.question:
        return _first(query, conversation.awaiting)
    leaning = read_leaning(query)
    if leaning.switches:
        return Understood((Reading(query),), leaning.rest)
    text = folded(leaning.rest)
    put_right = _put_right(read_denial(text), conversation.question)
    again = put_right or _for_whom(text, conversation.question)
    if again is not None:
        return _as_pointed(query, again, names_what=True)
    pointed = _pointed(leaning, text, conversation)
    if pointed is not None:
        by_place = leaning.ordinal is not None
        return _as_pointed(query, pointed, by_place=by_place, names_what=leaning.names_what)
    weights = FRESH_WEIGHTS
    if leaning.points or leaning.corrects:
        weights = POINTING_WEIGHTS
    elif leaning.is_short:
        weights = SHORT_WEIGHTS
    question = _asked_on(query, conversation) if leaning.leans else query.asked
    readings = _added(query, question, conversation, weights)
    return Understood(
        readings,
        question,
        leaning.leans,
        typed=query.question,
        names_what=leaning.names_what,
    )


def _as_pointed(
    query: Query, pointed: str, *, by_place: bool = False, names_what: bool = False
) -> Understood:
    """Return a turn of which it is known for sure what it points at."""
    readings = (Reading(query, BESIDE_POINTED), Reading(read_query(pointed), POINTED))
    return Understood(readings, pointed, True, by_place, query.question, names_what)


def _with_t_score(query: Query, text: str, conversation: Conversation) -> Understood:
    """Return how a turn with a T-score is read; 「-2.6呢」 asks what was asked of another."""
    before = reads_t_score(normalise(conversation.question))
    leans = before is not None and not names_t_score(text)
    read = f"{NAME} {text}" if leans else text
    asked = f"{NAME} {query.asked}" if leans else query.asked
    return Understood((Reading(read_query(read)),), asked, leans, typed=query.question)


def _first(query: Query, awaiting: str) -> Understood:
    """Return how a turn is read before which nothing was asked, or only something that points."""
    text = folded(query.asked)
    own = mentions(text)
    if not awaiting or not own or asks_something(_without(text, own)):
        return Understood((Reading(query),), query.asked)
    return _as_pointed(query, f"{query.asked} {awaiting}", names_what=True)


def _added(
    query: Query, question: str, conversation: Conversation, weights: tuple[float, float, float]
) -> tuple[Reading, ...]:
    """Return the readings of a turn: alone, behind the question before, and with what it leans on.

    That is the subject of the question before where it has one (`question` holds it), which is
    what 「那多久打一次」 asks about; else the heading of what answered it.
    """
    alone, with_question, with_heading = weights
    readings = [Reading(query, alone)]
    before = f"{conversation.question} {query.asked}"
    readings.append(Reading(read_query(before), with_question))
    if question != query.asked:
        readings.append(Reading(read_query(question), WITH_SUBJECT))
    elif conversation.heading and with_heading:
        carried = f"{conversation.heading} {query.asked}"
        readings.append(Reading(read_query(carried), with_heading))
    return tuple(readings)


def _pointed(leaning: Leaning, text: str, conversation: Conversation) -> str | None:
    """Return the turn with what it surely points at in its place, or none.

    Args:
        leaning: How it leans.
        text: What is left of it, folded.
        conversation: What it may lean on.
    """
    if leaning.doubts:
        return conversation.question
    own = mentions(text)
    if leaning.ordinal is not None and not own:
        item = _item(leaning.ordinal, conversation)
        if item is not None:
            return _asked_of_item(item, leaning.rest, conversation.question)
    both = _both(conversation) if leaning.both and not own else ()
    if both:
        return f"{' '.join(both)} {leaning.rest}"
    asks = not says_nothing(_without(text, own))
    if leaning.goes_back:
        return _gone_back(leaning.rest, conversation)
    if leaning.leans and compares(text):
        return _beside_before(own, leaning.rest, conversation)
    if own and (leaning.corrects or not asks):
        swapped = _swapped(text, conversation.question)
        if swapped is not None:
            return swapped
    return None


def _put_right(denial: Denial | None, question: str) -> str | None:
    """Return the question before without what a turn denies, and with what it says, or none.

    A turn that asks something of its own keeps what it asks, and takes the rest. One that denies
    what nobody asked about, where another of its kind was, changes nothing.
    """
    if denial is None:
        return None
    asked = mentions(folded(question))
    kinds = {mention.kind for mention in denial.denied}
    names = {mention.name for mention in denial.denied}
    if any(m.kind in kinds for m in asked) and not any(m.name in names for m in asked):
        return None
    said = " ".join(denial.said)
    if asks_something(_without(denial.rest, mentions(denial.rest))) and asks_on(denial.rest):
        kinds |= {mention.kind for mention in mentions(said)}
        others = [m.name for m in asked if m.kind not in kinds]
        return " ".join(dict.fromkeys([*others, *denial.said, denial.rest]))
    swapped = _swapped(said, question) or folded(question)
    added = [m.name for m in mentions(said) if m.name not in swapped]
    return " ".join([*added, swapped])


def _for_whom(text: str, question: str) -> str | None:
    """Return the question before for what a turn only tells: 「我停經了」「我媽是骨轉移」, or none.

    That is menopause, and for a drug its purpose, which change the answer.
    """
    own = {mention.kind for mention in mentions(text)}
    if asks_on(text) or not asks_on(question) or not own & {PURPOSE, STATUS}:
        return None
    swapped = _swapped(text, question)
    if swapped is not None:
        return swapped
    asked = {mention.kind for mention in mentions(folded(question))}
    if STATUS in own or (DRUG in asked and PURPOSE not in asked):
        return f"{question} {text}"
    return None


def _beside_before(own: tuple[Mention, ...], rest: str, conversation: Conversation) -> str | None:
    """Return a comparison that names one side, with the other side spoken of before, or none."""
    names = {mention.name for mention in own}
    if len(names) != 1:
        return None
    before = mentions(folded(conversation.question))
    others = [m.name for m in before if m.kind == own[0].kind and m.name not in names]
    return f"{others[-1]} {rest}" if others else None


def _asked_of_item(item: str, rest: str, question: str) -> str:
    """Return what is asked of an item of a list: what the turn asks, or what was asked before."""
    alone = _of_whom(item, question)
    if asks_something(folded(rest)):
        return f"{alone} {rest}"
    return _swapped(item, question) or alone


def _both(conversation: Conversation) -> tuple[str, ...]:
    """Return the two that the question before names, or that were listed last, or nothing."""
    for own in named_by_kind(conversation.question).values():
        if len(own) == 2:
            return tuple(mention.name for mention in own)
    return conversation.listed if len(conversation.listed) == 2 else ()


def _item(ordinal: int, conversation: Conversation) -> str | None:
    """Return what a place in the last list holds, or none; the other of a pair needs no list."""
    listed = conversation.listed
    if ordinal == OTHER:
        current = [m.name for m in mentions(folded(conversation.question))]
        others = [item for item in listed if item not in current]
        if len(listed) == 2 and len(others) == 1:
            return others[0]
        pairs = other_of_pairs()
        return next((pairs[name] for name in reversed(current) if name in pairs), None)
    place = len(listed) if ordinal == LAST else ordinal
    return listed[place - 1] if 0 < place <= len(listed) else None


def _of_whom(item: str, question: str) -> str:
    """Return what a list held behind the cancer and the purpose that the question names."""
    names = [m.name for m in _of_other_kinds(item, question) if m.kind in WHOSE]
    return " ".join([*dict.fromkeys(names), item])


def _of_other_kinds(text: str, question: str) -> tuple[Mention, ...]:
    """Return what a question names of kinds that `text` names nothing of."""
    own = {mention.kind for mention in mentions(folded(text))}
    return tuple(m for m in mentions(folded(question)) if m.kind not in own)


def _gone_back(rest: str, conversation: Conversation) -> str:
    """Return what is left of a turn with the earlier question that shares most with it."""
    own = mentions(folded(rest))
    names = {m.name for m in own}
    wanted = set(read_query(rest).terms)

    def shared(exchange: Exchange) -> tuple[int, int]:
        text = f"{exchange.question} {exchange.heading}"
        return (
            len(names & {m.name for m in mentions(folded(text))}),
            len(wanted & set(read_query(text).terms)),
        )

    if not conversation.earlier:
        return rest
    best = max(reversed(conversation.earlier), key=shared)
    return f"{best.question} {rest}"


def _swapped(text: str, question: str) -> str | None:
    """Return a question with the names of `text` in place of those of the same kind, or none."""
    question = folded(question)
    found = mentions(question)
    changed = False
    for new in mentions(folded(text)):
        old = [mention for mention in found if mention.kind == new.kind]
        if not old or any(mention.name == new.name for mention in old):
            continue
        question = question[: old[0].start] + new.name + question[old[0].end :]
        found = mentions(question)
        changed = True
    return question if changed else None


def _without(text: str, names: Iterable[Mention]) -> str:
    for mention in reversed(tuple(names)):
        text = text[: mention.start] + text[mention.end :]
    return text


def _asked_on(query: Query, conversation: Conversation) -> str:
    """Return what a turn that leans asks; 「為什麼」 asks on about the question before."""
    if asks_why(query):
        return f"{conversation.question} {query.asked}"
    return _with_subject(query, conversation)


def _with_subject(query: Query, conversation: Conversation) -> str:
    """Return a turn that names no subject with those of the question before.

    Where that named nothing (「每個月打的那個針是做什麼的」) it is what the answer was about.
    """
    names_some = bool(mentions(folded(conversation.question)))
    before = conversation.question if names_some else conversation.heading
    names = [m.name for m in _of_other_kinds(query.asked, before)]
    return " ".join([*dict.fromkeys(names), query.asked])


def after_answer(
    conversation: Conversation, understood: Understood, shown: Iterable[Passage]
) -> Conversation:
    """Return the conversation as the next turn finds it, after passages were shown.

    A turn that leant on an earlier one and was refused leaves no trace: what follows leans on what
    was answered.
    """
    passages = tuple(shown)
    if understood.carried and not passages:
        return conversation
    heading = passages[0].heading if passages else conversation.heading
    earlier = conversation.earlier
    if conversation.question:
        earlier = (*earlier, Exchange(conversation.question, conversation.heading))
    listed = conversation.listed
    if not understood.by_place:
        listed = listed_in(passages[:1]) or listed
    return replace(
        conversation,
        question=understood.question,
        heading=heading,
        listed=listed,
        earlier=earlier[-MOST_EARLIER:],
        typed=understood.typed if understood.carried else "",
        awaiting="",
    )


def listed_in(passages: Iterable[Passage]) -> tuple[str, ...]:
    """Return what passages name of one kind, in order: the kind with most names, at least two."""
    by_kind: dict[str, dict[str, None]] = {}
    for passage in passages:
        for mention in mentions(folded(passage.text)):
            by_kind.setdefault(mention.kind, {})[mention.name] = None
    if not by_kind:
        return ()
    longest = max(by_kind.values(), key=len)
    named = tuple(longest)
    most = [
        name
        for place, name in enumerate(named)
        if not any(name.startswith(other) or other.startswith(name) for other in named[:place])
    ]
    held = {name: classes().get(name, frozenset()) & set(most) for name in most}
    if len(held[most[0]]) > 1:  # 「雙磷酸鹽有 zoledronate 和 pamidronate」 lists two
        most = most[1:]
    elif len(most) == 2 and any(held.values()):  # a drug and its class are no list
        most = []
    return tuple(most) if len(most) > 1 else ()
