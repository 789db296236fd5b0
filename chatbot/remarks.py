"""Recognise remarks, which ask nothing: feelings, what people tell, thanks, farewells.

`smalltalk.py` knows those of certain words; here a linear model over n-grams and, where an encoder
is alive, a head over the vector weigh the rest. `make train` learns them from `bank/remarks.tsv`.
Signs are looked for before, and a message in which one is heard is no remark; nor is what shows
that it asks, or tells of the body (`remarks.toml`).
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from chatbot.decisions import AS_ASKED
from chatbot.patterns import any_pattern
from chatbot.triage.message import Message
from chatbot.triage.model import TrainedModels, load_models, loaded
from index.script import fold_script
from index.stages import stage

REMARK = "remark"
UNASKED = "unasked"  # from here on, where nothing is asked and no answer would be given either
TOPIC = "topic:"  # heads that tell what kind of remark it is, as the templates name it
FEELING, TOLD, THANKS, GOODBYE = "feeling", "told", "thanks", "goodbye"
SITUATION = "situation"  # 「我媽乳癌，還沒停經」: what the questions that follow are about
TOPICS = (FEELING, TOLD, THANKS, GOODBYE, SITUATION)
LONGEST = 120  # characters; what is longer tells a story, and asks something with it


class Remarks:
    """The nets for remarks."""

    def __init__(self, models: TrainedModels | None) -> None:
        self.models = models

    @stage("remarks")
    def check(
        self,
        message: Message,
        vector: NDArray[np.float32] | None = None,
        encoder: str = "",
        similarity: float = 0.0,
        *,
        least: str = REMARK,
    ) -> str | None:
        """Return the topic of a message that is a remark, or none.

        Args:
            message: The turn.
            vector: The encoder's vector of the turn, shape (dimension,), where there is one.
            encoder: Name of the encoder.
            similarity: Cosine of the closest key of the index; from `AS_ASKED` on it is a question.
            least: From which threshold on, `REMARK` or `UNASKED`.
        """
        if self.models is None or not message.windows or len(message.whole) > LONGEST:
            return None
        if similarity >= AS_ASKED or shows_that_it_asks(message):
            return None
        scores, net = self.models.weighed(message.whole, vector, encoder)
        heads = self.models.ngrams.heads
        if float(scores[heads.index(REMARK)]) < self.models.thresholds[net][least]:
            return None
        if not self.models.ngrams.spoke_for(message.whole, REMARK):
            return None  # nothing in it is known to say so
        by_topic = {topic: float(scores[heads.index(TOPIC + topic)]) for topic in TOPICS}
        return max(by_topic, key=by_topic.__getitem__)


def shows_that_it_asks(message: Message) -> bool:
    """Return whether a message holds what no remark does."""
    return _never().search(message.text) is not None


@cache
def _never() -> re.Pattern[str]:
    """Return what no remark holds."""
    source = tomllib.loads((files("chatbot") / "remarks.toml").read_text(encoding="utf-8"))
    return any_pattern(fold_script(pattern) for own in source.values() for pattern in own)


def load_remarks() -> tuple[Remarks, str]:
    """Return the nets of the package, and what is wrong with them or nothing."""
    models, problem = loaded(
        lambda: load_models("remarks"), "Remarks are recognised by certain words alone"
    )
    return Remarks(models), problem
