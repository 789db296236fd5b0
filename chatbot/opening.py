"""Put a chatbot together from what is there: source, model, index. What is missing is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from chatbot import messages
from chatbot.bot import Chatbot
from chatbot.contacts import NO_TEAM, Team
from corpus.source import Source
from index.dense import ExactStores
from index.errors import (
    EncoderUnavailable,
    IndexDamaged,
    IndexMissing,
    IndexProblem,
    IndexStale,
    StoreUnavailable,
)
from index.models import DEFAULT_MODEL, load_encoder
from index.passage_index import PassageIndex
from index.store import IndexStore
from index.vector_cache import Progress, unwatched
from index.vector_store import StoreKind
from index.word_store import stored_words_index

Say = Callable[[str], object]


class Mode(StrEnum):
    """How much of the product is alive."""

    FULL = "full"
    WORDS_ONLY = "words_only"

    @property
    def rank(self) -> int:
        """How much it can do beside the others; 0 is everything, less is less."""
        return -list(Mode).index(self)


@dataclass(frozen=True, slots=True)
class Opened:
    """A chatbot, how it searches, and why it does no better."""

    chatbot: Chatbot
    mode: Mode
    reasons: tuple[str, ...] = ()


def open_words_only(source: Source, *reasons: str, team: Team = NO_TEAM) -> Opened:
    """Return a chatbot that needs no model; words are indexed anew where that is not stored."""
    index = stored_words_index(source.guide, source.topics)
    return _opened(Chatbot(index, team=team), Mode.WORDS_ONLY, *reasons)


def _opened(chatbot: Chatbot, mode: Mode, *reasons: str) -> Opened:
    """Return the chatbot with what is amiss, damaged weights of triage too."""
    damaged = tuple(
        messages.say("opening", "weights_damaged", problem=problem) for problem in chatbot.problems
    )
    return Opened(chatbot, mode, (*reasons, *damaged))


def open_chatbot(
    source: Source,
    *,
    model: str = DEFAULT_MODEL,
    rebuild: bool = True,
    say: Say = str,
    progress: Progress = unwatched,
    team: Team = NO_TEAM,
    kind: StoreKind = ExactStores(),  # noqa: B008 - it is frozen
) -> Opened:
    """Return the best chatbot that can be had.

    An index that is missing, stale or damaged is named by `say`, then built again unless
    `rebuild` is false. Without a model or an index the chatbot answers from words alone.
    """
    try:
        encoder = load_encoder(model)
    except EncoderUnavailable as error:
        say(str(error))
        return open_words_only(source, str(error), team=team)
    store = IndexStore.of(source.guide, encoder, kind=kind)
    index: PassageIndex
    try:
        index = store.load(source.guide, source.topics, encoder)
    except StoreUnavailable as problem:  # building needs it too
        say(str(problem))
        return open_words_only(source, str(problem), team=team)
    except IndexProblem as problem:
        next_step = messages.say("opening", "rebuilding") if rebuild else how_to_mend(problem)
        say(f"{problem}。{next_step}")
        if not rebuild:
            return open_words_only(source, str(problem), team=team)
        try:
            index = store.build(source.guide, source.topics, encoder, progress)
        except (OSError, IndexProblem) as error:
            sentence = messages.say("opening", "cannot_build", error=error)
            say(sentence)
            return open_words_only(source, str(problem), sentence, team=team)
    return _opened(Chatbot(index, team=team), Mode.FULL)


def how_to_mend(problem: IndexProblem) -> str:
    """Return what to do about an index that cannot be used."""
    match problem:
        case IndexMissing() | IndexStale() | IndexDamaged():
            return messages.say("opening", "how_to_mend")
        case _:
            return ""
