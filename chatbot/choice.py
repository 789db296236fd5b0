"""Choose what is shown: the fewest passages that answer, or why none does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chatbot.abstain import (
    BANK_HOW_MUCH,
    TEXT_HOW_MUCH,
    Judgement,
    Refusal,
    fits,
    hits_to_show,
    judge,
    judge_alone,
)
from chatbot.conversation import Understood
from chatbot.doubt import Doubts
from chatbot.follow_up import has_no_subject, looks_like_follow_up
from chatbot.medicines import bone_drugs, of_the_named
from chatbot.mention import Mention, folded, mentions
from chatbot.parts import Part, compared, parts_at_commas, parts_of
from chatbot.reply import AbstainReason
from index.hit import Found, Hit
from index.passage_index import PassageIndex, Reading
from index.query import Query, read_query
from index.stages import stage

SEARCHED_PASSAGES = 8
BESIDE_PART = 0.6  # how much the whole message counts beside one of its questions


@dataclass(frozen=True, slots=True)
class Choice:
    """What is shown for a turn.

    Attributes:
        shown: The passages that answer, the first one first; empty where it is refused.
        refusal: Why nothing is shown, or none.
        doubt: Log-odds that the guide does not hold it; `None` where gates decided.
        leaves_out: Which of several questions have no answer, counted from 1.
    """

    shown: tuple[Hit, ...]
    refusal: Refusal | None = None
    doubt: float | None = None
    leaves_out: tuple[int, ...] = ()


class Chooser:
    """Chooses from what one index finds."""

    def __init__(self, index: PassageIndex, doubts: Doubts | None) -> None:
        self._index = index
        self._doubts = doubts
        self._how_much = BANK_HOW_MUCH if index.has_bank else TEXT_HOW_MUCH

    @stage("choose")
    def choose(self, query: Query, understood: Understood, found: Found) -> Choice:
        """Return what is shown for a turn.

        Args:
            query: The turn as it was typed.
            understood: How it was read.
            found: What was found for all readings.
        """
        judgement = self._judge(found, understood.question, query)
        if judgement.refusal is None and understood.leans:
            judgement = self._judge_alone(query, judgement, found)
        whole = Choice((), judgement.refusal, judgement.doubt)
        if judgement.refusal is None:
            asked = understood.question if understood.carried else query.asked
            nearest = hits_to_show(found, self._how_much)
            shown = of_the_named(nearest, query.asked)
            if not shown and understood.names_what:
                shown = of_the_named(nearest, understood.question)
            refusal = None if shown else Refusal(AbstainReason.TOO_FAR)
            whole = Choice(
                self._with_both_sides(asked, found, shown) if shown else (),
                refusal,
                judgement.doubt,
            )
        if understood.carried:
            return whole
        parts = parts_of(query) or parts_at_commas(query)
        return self._side_by_side(query, parts, whole, found) if parts else whole

    def is_sure(self, query: Query, understood: Understood, found: Found) -> bool:
        """Return whether the guide surely holds what a turn asks."""
        return self._is_sure(self._judge(found, understood.question, query), found)

    def _judge(self, found: Found, question: str, query: Query) -> Judgement:
        return judge(
            found,
            question,
            len(query.terms),
            has_bank=self._index.has_bank,
            doubts=self._doubts,
        )

    def _judge_alone(self, query: Query, judgement: Judgement, before: Found) -> Judgement:
        """Return a judgement with why what a turn adds of its own is refused, where it is."""
        together = judgement.doubt
        if self._doubts is None or together is None:
            return judgement  # gates decided
        found = self._index.search((Reading(query),), top_k=SEARCHED_PASSAGES, before=before)
        return Judgement(judge_alone(found, query, before, together, self._doubts), together)

    def _side_by_side(
        self, query: Query, parts: Sequence[Part], whole: Choice, before: Found
    ) -> Choice:
        """Return what answers the message best, then what answers each of its questions.

        A message that is refused as a whole is answered where one of its questions surely is.
        """
        firsts: list[Hit] = []
        refused: list[int] = []
        is_sure = False
        for part in parts:
            asked = read_query(part.text)
            found, own = self._found_for(asked, query, before)
            drug = _drug_before(part, query)
            if drug is not None and _is_on_another(found.hits[0], drug):
                asked = read_query(f"{drug} {part.text}")
                found, own = self._found_for(asked, query, before)
            judgement = self._judge(own, asked.asked, asked)
            leans_on_refused = part.place - 1 in refused and has_no_subject(asked)
            if judgement.refusal is not None or leans_on_refused:
                refused.append(part.place)
                continue
            firsts.append(found.hits[0])
            is_sure = is_sure or self._is_sure(judgement, own)
        if not firsts or (refused and not whole.shown and not is_sure):
            return whole
        shown = list(whole.shown[:1] or firsts[:1])
        for hit in _unique([*firsts, *whole.shown[1:]]):
            if hit.passage is not shown[0].passage and fits(hit, shown, self._how_much):
                shown.append(hit)
        return Choice(tuple(shown), None, whole.doubt, tuple(refused))

    def _found_for(self, part: Query, query: Query, before: Found) -> tuple[Found, Found]:
        """Return what one question finds beside the whole message, and what must answer it.

        That is what it finds by itself where it does not lean on the others.
        """
        together = (Reading(part), Reading(query, BESIDE_PART))
        found = self._index.search(together, top_k=SEARCHED_PASSAGES, before=before)
        if looks_like_follow_up(part):
            return found, found
        own = self._index.search(together[:1], top_k=SEARCHED_PASSAGES, before=found)
        return found, own

    def _is_sure(self, judgement: Judgement, found: Found) -> bool:
        if self._doubts is None or judgement.doubt is None:
            return False
        return self._doubts.weighing(by_meaning=found.by_meaning).surely_holds(judgement.doubt)

    def _with_both_sides(
        self, question: str, found: Found, shown: tuple[Hit, ...]
    ) -> tuple[Hit, ...]:
        """Return the passages with one for each thing that is compared and none speaks of."""
        sides = compared(question)
        added = list(shown)
        for side in sides:
            if any(_speaks_of(hit, side) for hit in added):
                continue
            other = next((hit for hit in found.hits if _speaks_of(hit, side)), None)
            if other is not None and len(added) < self._how_much.most_passages:
                added.append(other)
        return tuple(added)


def _drug_before(part: Part, query: Query) -> str | None:
    """Return the drug that a message named before a question that names none, if it is one."""
    before, own, _ = query.asked.partition(part.text)
    found = bone_drugs(before)
    return found[0] if len(found) == 1 and not bone_drugs(own) else None


def _is_on_another(hit: Hit, drug: str) -> bool:
    found = bone_drugs(hit.passage.text)
    return bool(found) and drug not in found


def _speaks_of(hit: Hit, side: Mention) -> bool:
    text = f"{hit.passage.heading}\n{hit.passage.text}"
    return any(mention.name == side.name for mention in mentions(folded(text)))


def _unique(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    return tuple({hit.passage.passage_id: hit for hit in hits}.values())
