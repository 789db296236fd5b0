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
from chatbot.mention import Mention, folded, mentions
from chatbot.parts import Part, compared, parts_at_commas, parts_of
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
            shown = hits_to_show(found, self._how_much)
            asked = understood.question if understood.carried else query.asked
            whole = Choice(self._with_both_sides(asked, found, shown), None, judgement.doubt)
        if understood.carried:
            return whole
        parts = parts_of(query) or parts_at_commas(query)
        return self._side_by_side(query, parts, whole, found) if parts else whole

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
            together = (Reading(asked), Reading(query, BESIDE_PART))
            found = self._index.search(together, top_k=SEARCHED_PASSAGES, before=before)
            own = found
            if not looks_like_follow_up(asked):  # then it must be answered by itself
                own = self._index.search(together[:1], top_k=SEARCHED_PASSAGES, before=found)
            judgement = self._judge(own, part.text, asked)
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


def _speaks_of(hit: Hit, side: Mention) -> bool:
    text = f"{hit.passage.heading}\n{hit.passage.text}"
    return any(mention.name == side.name for mention in mentions(folded(text)))


def _unique(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    return tuple({hit.passage.passage_id: hit for hit in hits}.values())
