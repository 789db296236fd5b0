"""Put a chatbot together from what is there: source, model, index. What is missing is said."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from pathlib import Path

from chatbot import messages
from chatbot.bot import Chatbot
from chatbot.contacts import NO_TEAM, Team
from chatbot.safety_only import NO_SOURCE, SafetyOnly
from corpus.errors import GuideError
from corpus.source import Source, open_source
from index.dense import ExactStores
from index.errors import (
    EncoderUnavailable,
    IndexDamaged,
    IndexMissing,
    IndexProblem,
    IndexStale,
    StoreUnavailable,
)
from index.models import DEFAULT_MODEL, NO_MODEL, load_encoder
from index.onnx_encoder import is_built
from index.passage_index import PassageIndex
from index.store import IndexStore
from index.vector_cache import Progress, unwatched
from index.vector_store import StoreKind
from index.word_store import stored_words_index
from index.words import prepare_words

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
PROGRAM = Path(str(files("chatbot"))).parent
Say = Callable[[str], object]


class Mode(StrEnum):
    """How much of the product is alive."""

    FULL = "full"
    WORDS_ONLY = "words_only"
    SAFETY_ONLY = "safety_only"

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


def open_safety_only(problem: Exception, safety: SafetyOnly) -> Opened:
    """Return what is left where the guide cannot be opened or searched, and the problem.

    `safety` is made before anything large is loaded: where memory runs short, signs come first.
    """
    return _opened(safety, Mode.SAFETY_ONLY, in_one_line(problem))


def open_built(source: Source, *, team: Team = NO_TEAM) -> Opened | None:
    """Return all of the product where model and index are on disk as they should be, else none.

    Nothing is built, so it takes no longer than words alone.
    """
    if not is_built():
        return None
    try:
        encoder = load_encoder(DEFAULT_MODEL)
        index = IndexStore.of(source.guide, encoder).load(source.guide, source.topics, encoder)
    except (EncoderUnavailable, IndexProblem):
        return None
    return _opened(Chatbot(index, team=team), Mode.FULL)


def open_first(
    original: Path | None = None,
    *,
    model: str = NO_MODEL,
    team: Team = NO_TEAM,
    kind: StoreKind = ExactStores(),  # noqa: B008 - it is frozen
) -> tuple[Source, Opened]:
    """Return what can be served at once: all, words alone, or signs where even that fails.

    All of it only with the default model and the default store: others may be slow to open.
    """
    safety = SafetyOnly(team=team)
    try:
        source = open_source(original)
        prepare_words()
        can_be_whole = model == DEFAULT_MODEL and kind == ExactStores()
        whole = open_built(source, team=team) if can_be_whole else None
        return source, whole or open_words_only(source, team=team)
    except Exception as problem:  # noqa: BLE001 - whatever is broken, signs are still recognised
        return NO_SOURCE, open_safety_only(problem, safety)


def in_one_line(problem: Exception) -> str:
    """Return what is wrong as one line of a log; of a foreign error its kind alone."""
    if not isinstance(problem, GuideError | IndexProblem | EncoderUnavailable):
        facts = [type(problem).__name__]
        if isinstance(problem, OSError):
            facts += [problem.strerror or "", _own_file(problem)]
        kind = " ".join(filter(None, facts))
        if isinstance(problem, MemoryError):
            return messages.say("opening", "no_memory", kind=kind)
        if isinstance(problem, OSError) and problem.errno in NO_ROOM:
            return messages.say("opening", "no_room", kind=kind)
        return messages.say("opening", "failed", kind=kind)
    first, *others = str(problem).splitlines() or [type(problem).__name__]
    if others:
        return messages.say("opening", "and_more", first=first, count=len(others))
    return first


def _own_file(problem: OSError) -> str:
    """Return the file of the program that an error is about; other names may be a person's."""
    path = Path(str(problem.filename or ""))
    return str(path.relative_to(PROGRAM)) if path.is_relative_to(PROGRAM) else ""


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
        say(in_one_line(error))
        return open_words_only(source, in_one_line(error), team=team)
    store = IndexStore.of(source.guide, encoder, kind=kind)
    index: PassageIndex
    try:
        index = store.load(source.guide, source.topics, encoder)
    except StoreUnavailable as problem:  # building needs it too
        say(str(problem))
        return open_words_only(source, str(problem), team=team)
    except IndexProblem as problem:
        next_step = messages.say("opening", "rebuilding") if rebuild else how_to_mend(problem)
        say(f"{in_one_line(problem)}。{next_step}")
        if not rebuild:
            return open_words_only(source, str(problem), team=team)
        try:
            index = store.build(source.guide, source.topics, encoder, progress)
        except Exception as error:  # noqa: BLE001 - native libraries raise what they like
            reason = in_one_line(error)
            sentence = messages.say("opening", "cannot_build", error=reason)
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
