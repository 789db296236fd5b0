"""Time one question stage by stage, beside its own encoder alone: `python -m evals.stages`.

Nothing of the product is changed: the functions of each stage are wrapped in this process, and a
stage counts the time that is spent in it and in no other stage.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import partial, wraps
from typing import Any

import chatbot.bot
import chatbot.choice
import chatbot.conversation
import index.passage_index
from chatbot.bot import Chatbot
from chatbot.conversation import Conversation
from chatbot.opening import open_chatbot
from corpus.source import open_source
from evals.case import SPLITS, Case, load_cases
from index.encoder import Encoder
from index.models import load_encoder
from index.query import read_query

STAGES = ("triage", "normalise", "encode", "dense", "lexical", "fuse", "decide", "compose", "rest")
FIRST, FOLLOW_UP = "first", "follow-up"
MOST = 200  # questions of each kind


class StageClock:
    """Adds up the seconds of each stage; a stage inside another one stops that one's clock."""

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        self._now = now
        self._running: list[str] = []
        self._since = 0.0
        self.seconds = dict.fromkeys(STAGES, 0.0)

    def wrap(self, owner: Any, name: str, stage: str) -> None:
        """Count calls of `owner.name` as a stage."""
        function = getattr(owner, name)

        @wraps(function)
        def counted(*arguments: Any, **named: Any) -> Any:
            self.enter(stage)
            try:
                return function(*arguments, **named)
            finally:
                self.leave()

        setattr(owner, name, counted)

    def enter(self, stage: str) -> None:
        """Start a stage."""
        self._tick()
        self._running.append(stage)

    def leave(self) -> None:
        """End the stage that was started last."""
        self._tick()
        self._running.pop()

    def take(self) -> dict[str, float]:
        """Return the seconds since the last time, and start anew."""
        taken = self.seconds
        self.seconds = dict.fromkeys(STAGES, 0.0)
        return taken

    def _tick(self) -> None:
        now = self._now()
        if self._running:
            self.seconds[self._running[-1]] += now - self._since
        self._since = now


@dataclass(frozen=True, slots=True)
class Asked:
    """One question that was timed, in seconds.

    Attributes:
        kind: `first` or `follow-up`.
        encoder: Its encoder alone, on the same text.
        encoder_processor: The same, of processor time over all threads.
        reply: The whole reply.
        reply_processor: The same, of processor time over all threads.
        stages: By stage, of the reply.
    """

    kind: str
    encoder: float
    encoder_processor: float
    reply: float
    reply_processor: float
    stages: dict[str, float]


def instrumented(bot: Chatbot, encoder: Encoder, clock: StageClock) -> None:
    """Wrap what belongs to each stage."""
    found: Any = bot.index
    stores, words = found._dense, found._lexical
    for owner, names, stage in (
        (bot.triage, ("check", "check_vector"), "triage"),
        (chatbot.bot, ("read_message",), "triage"),
        (chatbot.bot, ("read_query", "understand"), "normalise"),
        (chatbot.choice, ("read_query",), "normalise"),
        (chatbot.conversation, ("read_query",), "normalise"),
        (encoder, ("encode_questions",), "encode"),
        (stores, ("similarities",), "dense"),
        (index.passage_index, ("key_scores", "through"), "dense"),
        (words, ("search",), "lexical"),
        (found, ("_order", "_support", "_closest_topic", "_answering"), "fuse"),
        (bot.chooser, ("choose",), "decide"),
        (bot.decisions, ("check",), "decide"),
        (bot, ("_answer", "_out_of_scope", "_ask_clinician", "_alarmed"), "compose"),
        (bot.promise, ("holds",), "compose"),
    ):
        for name in names:
            clock.wrap(owner, name, stage)


def time_cases(bot: Chatbot, encoder: Encoder, cases: Iterable[Case]) -> list[Asked]:
    """Time the last turn of each case; what is said before it is not counted."""
    alone = encoder.encode_questions
    clock = StageClock()
    instrumented(bot, encoder, clock)
    timed: list[Asked] = []
    for case in cases:
        conversation = Conversation()
        for turn in case.turns[:-1]:
            conversation = bot.reply(turn, conversation).conversation
        question = case.turns[-1]
        text = read_query(question).asked
        encode, encode_processor = _timed(partial(alone, [text]))
        clock.take()
        clock.enter("rest")
        reply, reply_processor = _timed(partial(bot.reply, question, conversation))
        clock.leave()
        stages = clock.take()
        kind = FIRST if len(case.turns) == 1 else FOLLOW_UP
        timed.append(Asked(kind, encode, encode_processor, reply, reply_processor, stages))
    return timed


def _timed(call: Callable[[], object]) -> tuple[float, float]:
    start, processor = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - start, time.process_time() - processor


def chosen_cases() -> list[Case]:
    """Return cases of both kinds, spread over all that there are; the first ones warm up."""
    cases = [case for split in SPLITS for case in load_cases(split)]
    chosen: list[Case] = []
    for kind in (True, False):
        own = [case for case in cases if (len(case.turns) == 1) is kind]
        chosen += own[:: max(1, len(own) // MOST)][:MOST]
    return chosen


def main() -> None:
    """Print what every question took, as JSON."""
    source, encoder = open_source(), load_encoder()
    bot = open_chatbot(source).chatbot
    used: Any = bot.index
    cases = chosen_cases()
    for case in cases[:5]:
        bot.reply(case.turns[-1])
    encoder.encode_questions([cases[0].turns[-1]])
    timed = time_cases(bot, used._encoder, cases)
    sys.stdout.write(json.dumps([asdict(asked) for asked in timed]))


if __name__ == "__main__":
    main()
