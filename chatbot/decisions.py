"""Recognise what only the person's own team can decide: certain forms, sentences, vectors."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.patterns import any_pattern
from chatbot.triage.message import Message
from chatbot.triage.model import TrainedModels, load_models, loaded
from corpus.passage import Passage
from index.script import fold_script, normalise
from index.stages import stage

REQUEST = "request"
ABOUT = "about:"
DEFAULT_ABOUT = "treatment"
LEANING = "leaning"  # from here on, where a turn leans on earlier ones: fragments read as requests
REFUSED = "refused"  # and where the guide does not hold it: a refusal sends to the team as well
AS_ASKED = 0.97  # cosine; from here on it is a question of the bank, which the guide answers
DECISIONS_FILE = Path(str(files("chatbot"))) / "decisions.toml"


@dataclass(frozen=True, slots=True)
class Decision:
    """A request that is handed to the team.

    Attributes:
        about: What it is about, as the templates name it.
        rule: What recognised it; for volunteers.
    """

    about: str
    rule: str


@dataclass(frozen=True, slots=True)
class Forms:
    """The certain forms of `decisions.toml`.

    Attributes:
        requests: By what they are about, the patterns of a request.
        general: Patterns of what is asked in general, whatever else stands there.
        brings: By what they are about, a passage that must be shown, and when.
        subjects: By what they are about, words that tell what a request is about.
        unfit: By what they are about, when a passage that is only near must not say what.
    """

    requests: tuple[tuple[str, re.Pattern[str]], ...]
    general: re.Pattern[str]
    subjects: tuple[tuple[str, re.Pattern[str]], ...]
    brings: tuple[tuple[str, str, re.Pattern[str]], ...]
    unfit: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]


@cache
def load_forms(path: Path = DECISIONS_FILE) -> Forms:
    """Return the certain forms."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))
    return Forms(
        tuple((about, _any_of(forms)) for about, forms in rows["request"].items()),
        _any_of(rows["general"]),
        tuple((about, _any_of(words)) for about, words in rows["about"].items()),
        tuple((row["about"], row["passage"], _any_of(row["when"])) for row in rows["brings"]),
        tuple((r["about"], _any_of(r["when"]), _any_of(r["says"])) for r in rows["unfit"]),
    )


def _any_of(patterns: list[str]) -> re.Pattern[str]:
    return any_pattern(map(fold_script, patterns))


class Decisions:
    """The nets for requests."""

    def __init__(self, forms: Forms, models: TrainedModels | None) -> None:
        self.forms = forms
        self.models = models

    @stage("decisions")
    def check(
        self,
        message: Message,
        vector: NDArray[np.float32] | None = None,
        encoder: str = "",
        similarity: float = 0.0,
        *,
        leans: bool = False,
        refused: bool = False,
    ) -> Decision | None:
        """Return what a message asks the team to decide, or none.

        Args:
            message: The turn.
            vector: The encoder's vector of the turn, shape (dimension,), where there is one.
            encoder: Name of the encoder.
            similarity: Cosine of the closest key of the index.
            leans: Whether the turn leans on earlier ones.
            refused: Whether the guide does not hold what is asked.
        """
        if self.forms.general.search(message.text):
            return None  # whatever the nets say
        decision = self._formed(message)
        if decision is not None:
            return decision
        if self.models is None or not message.windows:
            return None
        if similarity >= AS_ASKED and not leans:  # else an earlier turn may be what is so close
            return None
        least = LEANING if leans else REFUSED if refused else REQUEST
        return self._by_scores(message, vector, encoder, least)

    def by_form(self, message: Message) -> Decision | None:
        """Return what a message asks the team to decide by its certain forms alone, or none."""
        return None if self.forms.general.search(message.text) else self._formed(message)

    def _formed(self, message: Message) -> Decision | None:
        for about, pattern in self.forms.requests:
            found = pattern.search(message.text)
            if found:
                return Decision(about, f"form: {found.group()}")
        return None

    def brings(self, decision: Decision, heard: str) -> tuple[str, ...]:
        """Return ids of passages that must be shown with a decision, by all that was heard."""
        return tuple(
            passage
            for about, passage, when in self.forms.brings
            if about == decision.about and when.search(heard)
        )

    def may_stand_by(self, decision: Decision, asked: str, passage: Passage) -> bool:
        """Return whether a passage that is only near what was asked may stand by a decision."""
        return not any(
            about == decision.about and when.search(asked) and says.search(normalise(passage.text))
            for about, when, says in self.forms.unfit
        )

    def _by_scores(
        self,
        message: Message,
        vector: NDArray[np.float32] | None,
        encoder: str,
        least: str,
    ) -> Decision | None:
        assert self.models is not None
        scores, net = self.models.weighed(message.whole, vector, encoder)
        request = float(scores[self.models.ngrams.heads.index(REQUEST)])
        if not self.reaches(request, self.models.thresholds[net][least]):
            return None
        return Decision(self._about(message, scores), f"{net}: {request:.1f}")

    def reaches(self, score: float, threshold: float) -> bool:
        """Return whether a score makes a message a request; watched for volunteers."""
        return score >= threshold

    def _about(self, message: Message, scores: NDArray[np.float32]) -> str:
        for about, words in self.forms.subjects:
            if words.search(message.text):
                return about
        assert self.models is not None
        heads = self.models.ngrams.heads
        by_about = {n: float(s) for n, s in zip(heads, scores, strict=True) if n.startswith(ABOUT)}
        if not by_about:
            return DEFAULT_ABOUT
        return max(by_about, key=by_about.__getitem__).removeprefix(ABOUT)


def load_decisions() -> tuple[Decisions, str]:
    """Return the nets of the package, and what is wrong with them or nothing."""
    models, problem = loaded(
        lambda: load_models("decisions"), "Requests are recognised by forms alone"
    )
    return Decisions(load_forms(), models), problem
