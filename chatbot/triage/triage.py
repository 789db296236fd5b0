"""Three nets over a message; each may raise what is found, none lowers it.

It runs before search and needs neither index nor encoder; where an encoder is alive, its vector
of the question is handed in afterwards as the third net.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from chatbot.ngrams import NgramModel
from chatbot.triage.finding import Finding, Net, told_again
from chatbot.triage.message import Message, read_message
from chatbot.triage.model import Naming, TrainedModels, load_models, load_naming, loaded
from chatbot.triage.putting_off import puts_off
from chatbot.triage.rules import RuleNet, rule_net
from chatbot.triage.signs import crises
from chatbot.triage.tier import Tier
from index.courtesy import bare
from index.stages import stage
from index.words import count_han

ANY, TODAY, EMERGENCY, CRISIS = "any", "today", "emergency", "crisis"
LEAST_FOR_CRISIS = -3.0  # log-odds of any sign; below it the head for a crisis is not believed
# A crisis must also be named as one: what the best crisis is named above the best other sign counts
# beside the head for a crisis.
NAMED = "named"
# Characters. Of a longer message the vector says little of each clause, so its tier is set by the
# second net as where it stands alone, and by the vector of its loudest clause.
LONG = 500
# Characters. A longer message that is silent as a whole is heard by its loudest clause too, which
# must be so far above the threshold of any sign (log-odds).
TOLD_AT_LENGTH = 150
SURER_ALONE = 1.5
# The vector of a long story about a family sounds like a farewell: with linear nets such stories
# came up to 4.1 above the threshold. The crises of test that are told within one are 11 above it.
SURER_OF_CRISIS = 4.5
TIERS = (TODAY, EMERGENCY)
NameSigns = Callable[[Sequence[str]], NDArray[np.float32]]  # log-odds, shape (n_texts, n_signs)


@dataclass(frozen=True, slots=True)
class Alarm:
    """All that the nets found in a message.

    Attributes:
        findings: What was found, the most urgent first; held ones too.
    """

    findings: tuple[Finding, ...] = ()

    @property
    def tier(self) -> Tier | None:
        """The highest tier, or none where nothing was found."""
        return self.findings[0].tier if self.findings else None

    @property
    def rings(self) -> bool:
        """Whether a notice is due."""
        return self.tier is not None and self.tier is not Tier.INFORMATIONAL

    @property
    def is_crisis(self) -> bool:
        """Whether there is a crisis, whatever else is found."""
        return any(finding.tier is Tier.CRISIS for finding in self.findings)

    @property
    def present(self) -> tuple[Finding, ...]:
        """What was found of signs that are present, the most urgent first."""
        return tuple(f for f in self.findings if f.tier is not Tier.INFORMATIONAL)

    @property
    def signs(self) -> tuple[str, ...]:
        """The signs that are present, the most urgent first, each once."""
        return tuple(dict.fromkeys(finding.sign for finding in self.present))

    def raised_by(self, *findings: Finding) -> Alarm:
        """Return the alarm with more findings; nothing that was found is lost.

        Of equally urgent signs the one that more nets heard comes first: 「手指跟嘴巴周圍一直麻」
        is explained by low calcium, not by the spine.
        """
        found = [*self.findings, *findings]
        heard = Counter((finding.tier, finding.sign) for finding in found)
        found.sort(key=lambda f: (-f.tier.urgency, -heard[f.tier, f.sign]))
        return Alarm(tuple(found))


def best_scores(
    model: NgramModel, message: Message, least: float = float("inf")
) -> NDArray[np.float32]:
    """Return the highest score that any window of a message has, shape (n_heads,).

    Args:
        model: The second net.
        message: What was typed.
        least: From which score on a window tells of a sign; see `told_scores`.
    """
    return told_scores(model.heads, model.scores(message.windows or ("",)), least)


def told_scores(
    heads: Sequence[str], scores: NDArray[np.float32], least: float
) -> NDArray[np.float32]:
    """Return what the windows of a message come to, shape (n_heads,).

    The tiers are learnt from messages with signs alone, and mean nothing where there is none; so
    theirs is the highest score of the windows that tell of a sign, or of the one that is nearest
    to telling. What is added to a message adds windows and takes none away, so it lowers no tier.

    Args:
        heads: Names of the columns.
        scores: Of the windows, shape (n_windows, n_heads).
        least: From which score on a window tells of a sign.
    """
    best = np.asarray(scores.max(axis=0), dtype=np.float32)
    any_sign = scores[:, heads.index(ANY)]
    telling = scores[any_sign >= min(least, float(any_sign.max()))]
    for tier in TIERS:
        if tier in heads:
            best[heads.index(tier)] = telling[:, heads.index(tier)].max()
    return best


def ngram_scores(model: NgramModel, message: Message) -> NDArray[np.float32]:
    """Return what the third net adds the vector's scores to, shape (n_heads,).

    The mean of the whole message's scores and of the best of its windows: the whole knows that all
    of it is a story of old times, the window is not drowned by what stands around it. Courtesies
    around a message take nothing from it, as they take nothing from its vector.
    """
    wholes = dict.fromkeys((message.whole, read_message(bare(message.typed)).whole))
    whole, best = model.scores(list(wholes)).max(axis=0), best_scores(model, message)
    return np.asarray((whole + best) / 2, dtype=np.float32)


class Triage:
    """The nets together."""

    def __init__(
        self, rules: RuleNet, models: TrainedModels | None, naming: Naming | None = None
    ) -> None:
        if (models is None) != (naming is None):
            raise ValueError("The nets that hear a sign and the one that names it go together.")
        self.rules = rules
        self.models = models
        self._naming = naming

    def knows(self, encoder: str) -> bool:
        """Return whether the third net has a head for an encoder."""
        return self.models is not None and encoder in self.models.vectors

    @stage("triage")
    def check(
        self, message: Message, heard: tuple[Finding, ...] = (), *, alone: bool = True
    ) -> Alarm:
        """Return what a message tells of by rules and sentences.

        Args:
            message: What was typed.
            heard: What was present earlier in the conversation.
            alone: Whether no vector will follow; then the second net speaks up sooner.
        """
        alarm = Alarm().raised_by(*self.rules.find(message, alone=self.models is None))
        if self.models is not None and message.windows:
            scores = self.models.ngrams.scores(message.windows)
            thresholds = dict(self.models.thresholds["sentences_alone" if alone else "sentences"])
            if len(message.text) > LONG:
                thresholds |= {t: self.models.thresholds["sentences_alone"][t] for t in TIERS}
            assert self._naming is not None
            names = self._naming.scores
            found = self._by_scores(message, scores, Net.SENTENCES, thresholds, names)
            alarm = alarm.raised_by(*found)
        return self._combined(_told_again(alarm, message, heard), heard)

    @stage("triage")
    def check_vector(
        self,
        alarm: Alarm,
        message: Message,
        vector: NDArray[np.float32],
        encoder: str,
        heard: tuple[Finding, ...] = (),
        *,
        surer: float = 0.0,
    ) -> Alarm:
        """Return the alarm, raised by what the encoder's vector of the message tells.

        Args:
            alarm: What the other nets found.
            message: What was typed.
            vector: Its vector, shape (dimension,).
            encoder: Name of the encoder; a head is of use for its own only.
            heard: What was present earlier in the conversation.
            surer: How far above the threshold of any sign it must be.
        """
        if self.models is None or encoder not in self.models.vectors or not message.windows:
            return alarm
        by_ngrams = ngram_scores(self.models.ngrams, message)
        summed = by_ngrams + self.models.vector_scores(vector, encoder)
        thresholds = dict(self.models.thresholds["vectors"])
        thresholds[ANY] += surer
        if _is_story(message.text):
            thresholds[CRISIS] += SURER_OF_CRISIS
        assert self._naming is not None
        names = partial(self._naming.scores, vectors=vector[None], encoder=encoder)
        found = self._by_scores(message, summed[None], Net.VECTORS, thresholds, names)
        alarm = alarm.raised_by(*found)
        return self._combined(alarm, heard)

    def loudest(self, message: Message, *, rings: bool) -> Message | None:
        """Return the clause of a long message that speaks most for a sign, or none.

        Args:
            message: What was typed.
            rings: Whether it was heard as a whole.
        """
        least = LONG if rings else TOLD_AT_LENGTH
        if self.models is None or len(message.text) <= least or not message.windows:
            return None
        model = self.models.ngrams
        scores = model.scores(message.windows)[:, model.heads.index(ANY)]
        return read_message(message.windows[int(scores.argmax())])

    def _by_scores(
        self,
        message: Message,
        scores: NDArray[np.float32],
        net: Net,
        thresholds: Mapping[str, float],
        names: NameSigns,
    ) -> tuple[Finding, ...]:
        """Return what the scores of a message's windows tell, shape (n_windows, n_heads).

        Scores of one row are those of the whole message.
        """
        assert self.models is not None
        model = self.models.ngrams
        column = {name: i for i, name in enumerate(model.heads)}
        best = told_scores(model.heads, scores, thresholds[ANY])

        def passes(head: str) -> bool:
            return bool(best[column[head]] >= thresholds[head])

        found: list[Finding] = []
        is_crisis = passes(CRISIS) and bool(best[column[ANY]] >= LEAST_FOR_CRISIS)
        if is_crisis:
            of_crisis = scores[:, column[CRISIS]]
            window = int(of_crisis.argmax())
            finding = self._finding(message, window, scores, net, CRISIS, Tier.CRISIS, names)
            texts = message.windows if len(scores) > 1 else (message.whole,)
            loud = np.flatnonzero(of_crisis >= thresholds[CRISIS])
            named = of_crisis[loud] + self._named_a_crisis(names([texts[i] for i in loud]))
            if named.max() < thresholds[NAMED]:
                is_crisis = False
                finding = replace(finding, tier=Tier.INFORMATIONAL, rule="held: named otherwise")
            found.append(finding)
        if passes(ANY) and not is_crisis:
            window = int(scores[:, column[ANY]].argmax())
            tier = Tier.TELL
            if passes(TODAY):
                tier = Tier.TODAY
            if passes(EMERGENCY):
                tier = Tier.EMERGENCY
            found.append(self._finding(message, window, scores, net, ANY, tier, names))
        return tuple(found)

    def _finding(
        self,
        message: Message,
        window: int,
        scores: NDArray[np.float32],
        net: Net,
        head: str,
        tier: Tier,
        names: NameSigns,
    ) -> Finding:
        assert self.models is not None
        assert self._naming is not None
        model = self.models.ngrams
        is_crisis = tier is Tier.CRISIS
        text = message.windows[window] if len(scores) > 1 else message.whole
        by_name = names([text])[0].tolist()
        signs = {
            name: score
            for name, score in zip(self._naming.model.heads, by_name, strict=True)
            if (name in crises()) == is_crisis
        }
        sign = max(signs, key=signs.__getitem__)
        usual = self.rules.signs[sign].tier
        rule = f"score {scores[window, model.heads.index(head)]:.1f}"
        if tier is Tier.TELL and usual.urgency > tier.urgency:
            tier, rule = Tier.TODAY, f"{rule}, raised: {sign}"
        words = model.spoke_for(text, head)
        return Finding(sign, tier, net, words, rule)

    def _named_a_crisis(self, names: NDArray[np.float32]) -> NDArray[np.float32]:
        assert self._naming is not None
        return named_a_crisis(self._naming.model.heads, names)

    def _combined(self, alarm: Alarm, heard: tuple[Finding, ...]) -> Alarm:
        if not alarm.rings or alarm.is_crisis:
            return alarm
        together = self.rules.combine(frozenset((*alarm.signs, *(f.sign for f in heard))))
        if together is None:
            return alarm
        tier, rule = together
        first = alarm.findings[0]
        if tier.urgency <= first.tier.urgency:
            return alarm
        return alarm.raised_by(Finding(first.sign, tier, Net.CONVERSATION, first.words, rule))


def named_a_crisis(signs: Sequence[str], names: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how far some texts are named a crisis above any other sign, shape (n_texts,).

    Args:
        signs: What the columns name.
        names: Log-odds of each sign for each text, shape (n_texts, n_signs).
    """
    is_crisis = np.array([sign in crises() for sign in signs])
    return np.asarray(names[:, is_crisis].max(axis=1) - names[:, ~is_crisis].max(axis=1))


def _told_again(alarm: Alarm, message: Message, heard: tuple[Finding, ...]) -> Alarm:
    """Return the alarm, with the most urgent sign heard before where its notice is put off."""
    words = puts_off(message) if heard and not alarm.rings else ""
    if not words:
        return alarm
    return alarm.raised_by(told_again(heard, "put off", (words,)))


def _is_story(text: str) -> bool:
    """Return whether a message is long; three letters tell as much as one Han character."""
    han = count_han(text)
    return han + (len(text) - han) / 3 > TOLD_AT_LENGTH


def load_triage() -> tuple[Triage, str]:
    """Return the nets of the package, and what is wrong with them or nothing.

    Without its trained weights the first net works alone.
    """
    trained, problem = loaded(
        lambda: (load_models("signs"), load_naming()), "Triage works by rules alone"
    )
    models, naming = trained or (None, None)
    return Triage(rule_net(), models, naming), problem
