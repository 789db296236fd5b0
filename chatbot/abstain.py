"""Decide whether what was found answers the question.

With a bank of questions a linear model weighs the evidence (`chatbot.doubt`). An imported guide
has none, and where the weights are damaged there is no model: then gates decide, each on a scale of
its own, for the first passage and for the closest topic that the guide leaves out. The fused order
plays no part. `python -m evals gates` prints how the gates were set.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from chatbot.doubt import Doubts, Weighing, unmet_aspects
from chatbot.follow_up import said_of_its_own
from chatbot.mention import folded, mentions
from chatbot.reply import AbstainReason
from corpus.aspects import hard_aspects
from corpus.passage import Passage
from index.hit import Found, Hit, Support, TopicHit
from index.query import Query


@dataclass(frozen=True, slots=True)
class Gates:
    """Thresholds. A margin is the passages' value minus that of the topic outside the guide.

    Attributes:
        least_similarity: Below it the best key is too far, whatever else is found.
        least_coverage: Below it the question's words are not in the passage.
        least_similarity_margin: Below it the topic's keys are plainly closer.
        least_coverage_margin: Below it the topic holds plainly more of the words.
        even_similarity: Below both this and `even_coverage` the two kinds of evidence agree
            that the topic is closer, if only a little.
        even_coverage: See `even_similarity`.
        least_word_margin: The same for BM25, where there is no encoder.
        sure_similarity: From this margin on, more of the words is no argument for the topic.
        named_similarity: From here on, or from `named_coverage`, the topic is named in the
            refusal as what was asked; below it is only nearest.
        named_coverage: See `named_similarity`.
    """

    least_similarity: float
    least_coverage: float
    least_similarity_margin: float
    least_coverage_margin: float
    even_similarity: float
    even_coverage: float
    least_word_margin: float
    sure_similarity: float = 99.0
    named_similarity: float = 0.83
    named_coverage: float = 0.6


# For a guide with a bank of questions, with an encoder and by words alone.
BANK_GATES = Gates(0.6, 0.0, -0.012, -0.163, 0.003, 0.122, -99.0, sure_similarity=0.15)
BANK_WORD_GATES = Gates(0.0, 0.03, 0.0, -0.07, 0.0, -99.0, -1.5, named_coverage=0.8)
# For an imported guide: a question is compared with text, which is never as close to it as the
# questions of a topic are, so the margins lie far below zero and only plain differences count.
TEXT_GATES = Gates(0.33, 0.0, -0.3, -0.5, -99.0, -99.0, -99.0)
TEXT_WORD_GATES = Gates(0.0, 0.0, 0.0, -0.65, 0.0, -99.0, -99.0)


CANCER = "cancer"  # kind of what a text names
CLOSE_CALL = 1.0  # log-odds above the threshold: a passage may answer it all the same
MOST_BESIDE_ASKING = 3  # characters of a turn that only asks how long
SURELY_NAMED = 0.9  # from here on a turn that leans is known to ask about a topic
NEAR_SIMILARITY = 0.83  # from here on, or from NEAR_COVERAGE, the subject is in the guide
NEAR_COVERAGE = 0.4


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why no passage may be shown as the answer.

    Attributes:
        reason: The reason.
        aspect: What is asked and not stated, where that is the reason.
    """

    reason: AbstainReason
    aspect: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What speaks against the guide holding an answer.

    Attributes:
        refusal: Why it is refused, or none.
        doubt: Log-odds that the guide does not hold it; `None` where gates decided.
    """

    refusal: Refusal | None
    doubt: float | None = None


def judge(
    found: Found, question: str, n_terms: int, *, has_bank: bool, doubts: Doubts | None
) -> Judgement:
    """Return whether what was found answers a question.

    Args:
        found: What a search found.
        question: What was asked, as it was understood.
        n_terms: Number of terms of the question as it was typed.
        has_bank: Whether the guide has a bank of questions.
        doubts: The trained weighing of evidence, where there is one.
    """
    gates = gates_for(found, has_bank=has_bank)
    if _shares_nothing(found):
        return Judgement(Refusal(AbstainReason.NOTHING_SHARED))
    if doubts is None or not has_bank:
        reason = reason_to_abstain(found, gates)
        return Judgement(Refusal(reason) if reason else None)
    weighing = doubts.weighing(by_meaning=found.by_meaning)
    doubt = weighing.doubt(doubts.evidence(question, n_terms, found))
    if doubt < weighing.threshold:
        return Judgement(None, doubt)
    return Judgement(_why(found, question, gates, weighing, doubt), doubt)


def judge_alone(
    found: Found, query: Query, before: Found, together: float, doubts: Doubts
) -> Refusal | None:
    """Return why a turn is refused that leans on earlier ones, or none.

    Args:
        found: What a search for its own words found.
        query: The turn as it was typed.
        before: What was found for the turn as it was understood.
        together: The doubt about the turn as it was understood.
        doubts: The trained weighing of evidence.
    """
    never = next((a for a in hard_aspects(query.text) if a.is_stated_nowhere), None)
    if never is not None:  # 「貴嗎」 is not answered by what it leans on
        return Refusal(AbstainReason.STEP_BESIDE, never.name)
    weighing = doubts.weighing(by_meaning=found.by_meaning)
    if weighing.surely_holds(together) and _only_asks_what(before.hits[0].passage, query):
        return None
    alone = weighing.doubt(doubts.evidence(query.text, len(query.terms), found))
    if weighing.leaning is None or not weighing.leaning.refuses(together, alone):
        return None
    gates = gates_for(found, has_bank=True)
    why = _why(found, query.text, gates, weighing, max(alone, weighing.threshold))
    if why.reason is AbstainReason.NOT_IN_GUIDE and not _is_as_asked(found):
        return Refusal(AbstainReason.TOO_FAR)  # 「how long for」 is close to any topic
    return why


def _is_as_asked(found: Found) -> bool:
    similarity = found.topic.support.similarity if found.topic else None
    return similarity is None or similarity >= SURELY_NAMED


def _only_asks_what(passage: Passage, query: Query) -> bool:
    """Return whether a turn says no more than what it asks of a passage that states it.

    「多久會退」 by itself is close to nothing, and would always be refused.
    """
    asked = hard_aspects(query.text)
    rest = query.text
    for aspect in asked:
        rest = aspect.asked.sub("", rest)
    is_bare = len(said_of_its_own(rest)) <= MOST_BESIDE_ASKING
    return bool(asked) and is_bare and all(aspect.is_met_by(passage) for aspect in asked)


def _why(found: Found, question: str, gates: Gates, weighing: Weighing, doubt: float) -> Refusal:
    """Return how a refusal is put: by the topic, by what is not stated, or by how far it is."""
    first = found.hits[0].support
    topic = found.topic
    is_near = (first.similarity or 0.0) >= NEAR_SIMILARITY
    named = topic is not None and _can_be_named(topic, gates) and _is_meant(topic, question)
    if named and topic is not None and topic.topic.is_unrelated:
        return Refusal(AbstainReason.UNRELATED)
    unmet = unmet_aspects(question, found)
    if unmet and (is_near or first.coverage >= NEAR_COVERAGE):
        return Refusal(AbstainReason.STEP_BESIDE, unmet[0].name)
    if named:
        return Refusal(AbstainReason.NOT_IN_GUIDE)
    if is_near and doubt < weighing.threshold + CLOSE_CALL:
        return Refusal(AbstainReason.CLOSE_CALL)
    return Refusal(AbstainReason.TOO_FAR)


def _shares_nothing(found: Found) -> bool:
    """Return whether words alone were searched and none of the question's was found."""
    return not found.by_meaning and all(hit.support.word_score == 0 for hit in found.hits)


def gates_for(found: Found, *, has_bank: bool) -> Gates:
    """Return the gates that were set for this kind of guide and search."""
    if has_bank:
        return BANK_GATES if found.by_meaning else BANK_WORD_GATES
    return TEXT_GATES if found.by_meaning else TEXT_WORD_GATES


def reason_to_abstain(found: Found, gates: Gates) -> AbstainReason | None:
    """Return why no passage may be shown as the answer, or none."""
    if _shares_nothing(found):
        return AbstainReason.NOTHING_SHARED
    first = found.hits[0].support
    best = found.similarity
    if found.topic is not None and _topic_is_closer(first, best, found.topic, gates):
        if not _can_be_named(found.topic, gates):
            return AbstainReason.TOO_FAR
        unrelated = found.topic.topic.is_unrelated
        return AbstainReason.UNRELATED if unrelated else AbstainReason.NOT_IN_GUIDE
    if first.similarity is not None and best < gates.least_similarity:
        return AbstainReason.TOO_FAR
    if first.coverage < gates.least_coverage:
        return AbstainReason.TOO_FAR
    return None


def _can_be_named(topic: TopicHit, gates: Gates) -> bool:
    similarity, coverage = topic.support.similarity, topic.support.coverage
    return coverage >= gates.named_coverage or (similarity or 0.0) >= gates.named_similarity


def _is_meant(topic: TopicHit, question: str) -> bool:
    """Return whether the closest question of a topic is about no cancer that was not asked for."""
    return _cancers(topic.support.key.text) <= _cancers(question)


def _cancers(text: str) -> frozenset[str]:
    return frozenset(m.name for m in mentions(folded(text)) if m.kind == CANCER)


def _topic_is_closer(first: Support, best: float, topic: TopicHit, gates: Gates) -> bool:
    coverage_margin = first.coverage - topic.support.coverage
    more_words = coverage_margin < gates.least_coverage_margin
    if first.similarity is None or topic.support.similarity is None:
        word_margin = first.word_score - topic.support.word_score
        return more_words or word_margin < gates.least_word_margin
    margin = best - topic.support.similarity
    return (
        margin < gates.least_similarity_margin
        or (margin < gates.sure_similarity and more_words)
        or (margin < gates.even_similarity and coverage_margin < gates.even_coverage)
    )


@dataclass(frozen=True, slots=True)
class HowMuch:
    """How many passages are shown beside the first.

    Attributes:
        similarity_slack: A passage is shown whose key is at most this much further, in cosine.
        word_share: By words alone: whose BM25 is at least this share of the first's.
        most_characters: No further passage is added past this many characters.
        most_passages: Nor past this many.
        most_said: A passage is not added of whose character pairs more than this share stand in
            what is shown already.
    """

    similarity_slack: float = 0.035
    word_share: float = 0.75
    most_characters: int = 430
    most_passages: int = 3
    most_said: float = 0.5


BANK_HOW_MUCH = HowMuch()
TEXT_HOW_MUCH = HowMuch(similarity_slack=1.0, word_share=0.0, most_characters=450)


def hits_to_show(found: Found, how_much: HowMuch) -> tuple[Hit, ...]:
    """Return the fewest hits that answer: the first, and those that are nearly as close."""
    first = found.hits[0]
    shown = [first]
    for hit in found.hits[1:]:
        if (
            fits(hit, shown, how_much)
            and _nearly_as_close(hit.support, first.support, how_much)
            and _share_said(hit, shown) <= how_much.most_said
        ):
            shown.append(hit)
    return tuple(shown)


def fits(hit: Hit, shown: list[Hit], how_much: HowMuch) -> bool:
    """Return whether a passage may stand beside those that are shown, by number and length."""
    characters = sum(len(other.passage.text) for other in (*shown, hit))
    return len(shown) < how_much.most_passages and characters <= how_much.most_characters


def _share_said(hit: Hit, shown: list[Hit]) -> float:
    """Return the share of a passage's character pairs that stand in the passages shown."""
    said = {pair for other in shown for pair in pairwise(other.passage.text)}
    own = set(pairwise(hit.passage.text))
    return len(own & said) / (len(own) or 1)


def _nearly_as_close(support: Support, first: Support, how_much: HowMuch) -> bool:
    if support.similarity is None or first.similarity is None:
        return support.word_score >= how_much.word_share * first.word_score
    return support.similarity >= first.similarity - how_much.similarity_slack
