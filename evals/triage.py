"""`python -m evals triage`: how well signs, look-alikes and requests are told apart.

Signs and look-alikes by each net alone and together; requests and general twins by the whole
product; the tier under changes that must not lower it; the learning curve of the second net.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from chatbot.bot import Chatbot
from chatbot.ngrams import NgramModel
from chatbot.reply import Reply, citations_of
from chatbot.triage.finding import Net
from chatbot.triage.message import read_message
from chatbot.triage.tier import Tier
from chatbot.triage.triage import ANY, Alarm, best_scores
from corpus.progress_bar import watched
from evals.bank import calm_questions, read_bank
from evals.outcome import conversation_before
from evals.perturb import perturbed
from evals.report import share
from evals.triage_case import (
    CalmCase,
    DecisionCase,
    SignCase,
    load_calm_cases,
    load_decision_cases,
    load_sign_cases,
)

NETS: dict[str, frozenset[Net]] = {
    "rules": frozenset({Net.RULES}),
    "sentences": frozenset({Net.SENTENCES}),
    "vectors": frozenset({Net.VECTORS}),
    "rules + sentences": frozenset({Net.RULES, Net.SENTENCES, Net.CONVERSATION}),
    "all": frozenset(Net),
}
CURVE = (0.125, 0.25, 0.5, 1.0)
BINS = (-4.0, -2.0, -1.0, 0.0, 1.0, 2.0, 4.0)


@dataclass(frozen=True, slots=True)
class Heard:
    """A case and what triage found in it."""

    case: SignCase | CalmCase
    alarm: Alarm

    def rings_by(self, nets: frozenset[Net]) -> bool:
        """Whether one of these nets found a sign that is present."""
        return any(f.net in nets and f.tier is not Tier.INFORMATIONAL for f in self.alarm.findings)


def hear(chatbot: Chatbot, text: str) -> Alarm:
    """Return what all nets that are alive find in a message."""
    message = read_message(text)
    vector = chatbot.index.vector_of(text)
    alarm = chatbot.triage.check(message, alone=vector is None)
    if vector is None:
        return alarm
    return chatbot.hear_vector(alarm, message, vector)


def run_triage(chatbot: Chatbot, split: str) -> str:
    """Return the report over a split."""
    signs = [
        Heard(case, hear(chatbot, case.text)) for case in watched(load_sign_cases(split), "signs")
    ]
    calm = [
        Heard(case, hear(chatbot, case.text)) for case in watched(load_calm_cases(split), "calm")
    ]
    parts = [
        f"## {split}: signs and look-alikes",
        _nets(signs, calm),
        _tiers(signs),
        _by_sign(signs),
        _calm_answered(chatbot, calm),
        f"## {split}: requests for decisions and their general twins",
        _decisions(chatbot, load_decision_cases(split)),
    ]
    if split == "test":
        parts.append("## Changes that must not lower the tier (test, clear cases)")
        parts.append(_pairs(chatbot, signs))
    return "\n\n".join(parts)


def _clear(heard: Heard) -> bool:
    return isinstance(heard.case, SignCase) and heard.case.clear


def _nets(signs: Sequence[Heard], calm: Sequence[Heard]) -> str:
    lines = ["| net | clear signs recognised | all signs | calm |", "|---|---|---|---|"]
    clear = [heard for heard in signs if _clear(heard)]
    for name, nets in NETS.items():
        cells = [
            share(sum(h.rings_by(nets) for h in clear), len(clear)),
            share(sum(h.rings_by(nets) for h in signs), len(signs)),
            share(sum(not h.rings_by(nets) for h in calm), len(calm)),
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return f"n {len(clear)} clear of {len(signs)} signs, {len(calm)} calm.\n\n" + "\n".join(lines)


def _tiers(signs: Sequence[Heard]) -> str:
    crises = [h for h in signs if isinstance(h.case, SignCase) and h.case.tier is Tier.CRISIS]
    rung = [h for h in signs if h.alarm.rings and h not in crises]
    as_crisis = sum(h.alarm.is_crisis for h in crises)
    right = sum(_urgency(h.alarm) >= _wanted(h) for h in rung)
    exact = sum(_urgency(h.alarm) == _wanted(h) for h in rung)
    mistaken = sum(h.alarm.is_crisis for h in rung)
    return "\n".join(
        [
            f"crisis recognised as one: {share(as_crisis, len(crises))} of {len(crises)}",
            f"tier right or higher: {share(right, len(rung))} of {len(rung)} that were recognised",
            f"tier exactly right: {share(exact, len(rung))}",
            f"signs of the body taken for a crisis: {mistaken} of {len(rung)}",
        ]
    )


def _urgency(alarm: Alarm) -> int:
    return alarm.tier.urgency if alarm.tier else -1


def _wanted(heard: Heard) -> int:
    assert isinstance(heard.case, SignCase)
    return heard.case.tier.urgency


def _by_sign(signs: Sequence[Heard]) -> str:
    by_sign: dict[str, list[Heard]] = {}
    for heard in signs:
        assert isinstance(heard.case, SignCase)
        by_sign.setdefault(heard.case.sign, []).append(heard)
    lines = ["| sign | n | recognised | named as such |", "|---|---|---|---|"]
    for sign, own in sorted(by_sign.items()):
        rung = sum(h.alarm.rings for h in own)
        named = sum(sign in h.alarm.signs for h in own)
        lines.append(f"| {sign} | {len(own)} | {rung} | {named} |")
    return "\n".join(lines)


def _calm_answered(chatbot: Chatbot, calm: Sequence[Heard]) -> str:
    cases = [h.case for h in calm if isinstance(h.case, CalmCase) and h.case.answerable]
    answered = sum(chatbot.reply(case.text).reply.kind == "answer" for case in cases)
    return (
        f"answerable look-alikes that are answered: {share(answered, len(cases))} of {len(cases)}"
    )


def _decisions(chatbot: Chatbot, cases: Sequence[DecisionCase]) -> str:
    replies = [(case, last_reply(chatbot, case.turns)) for case in cases]
    requests = [(case, reply) for case, reply in replies if case.is_request]
    general = [(case, reply) for case, reply in replies if not case.is_request]
    handed = sum(reply.kind == "ask_clinician" for _, reply in requests)
    noticed = sum(reply.kind == "urgent" for _, reply in requests)
    with_pages = [(case, reply) for case, reply in requests if case.pages]
    cited = sum(bool(case.pages & pages_of(reply)) for case, reply in with_pages)
    answered = sum(reply.kind == "answer" for _, reply in general)
    kept = sum(reply.kind != "ask_clinician" for _, reply in general)
    right = sum(bool(case.pages & pages_of(reply)) for case, reply in general)
    return "\n".join(
        [
            f"requests handed to the team: {share(handed, len(requests))} of {len(requests)}"
            f" ({noticed} more got a notice for a sign)",
            f"a right page cited with them: {share(cited, len(with_pages))} of {len(with_pages)}",
            f"general twins answered: {share(answered, len(general))} of {len(general)}",
            f"general twins not handed over: {share(kept, len(general))}",
            f"general twins with a right page: {share(right, len(general))}",
        ]
    )


def last_reply(chatbot: Chatbot, turns: Sequence[str]) -> Reply:
    """Return the reply to the last turn of a conversation."""
    return chatbot.reply(turns[-1], conversation_before(chatbot, turns)).reply


def pages_of(reply: Reply) -> frozenset[int]:
    """Return the printed pages that a reply cites."""
    return frozenset(page for citation in citations_of(reply) for page in citation.pages)


def _pairs(chatbot: Chatbot, signs: Sequence[Heard]) -> str:
    counted: dict[str, list[int]] = {}
    for heard in signs:
        case = heard.case
        if not isinstance(case, SignCase) or not heard.alarm.rings:
            continue
        without_vector = chatbot.triage.check(read_message(case.text))
        for kind, text in perturbed(case):
            pair = counted.setdefault(kind, [0, 0, 0])
            pair[0] += 1
            pair[1] += _fell(heard.alarm, hear(chatbot, text))
            pair[2] += _fell(without_vector, chatbot.triage.check(read_message(text)))
    lines = ["| change | pairs | tier fell | fell without vectors |", "|---|---|---|---|"]
    lines += [f"| {kind} | {n} | {fell} | {bare} |" for kind, (n, fell, bare) in counted.items()]
    return "\n".join(lines)


def _fell(before: Alarm, after: Alarm) -> bool:
    return before.rings and (
        _urgency(after) < _urgency(before) or (before.is_crisis and not after.is_crisis)
    )


def run_curve(say: Callable[[str], object]) -> None:
    """Tell how the second net grows with its bank: recall of clear signs at 0.97 calm, on test."""
    from evals.train import fit_signs

    signs = list(read_bank("signs"))
    calm = [taught.text for taught in read_bank("calm")]
    questions = calm_questions()
    draw = random.Random(0)
    draw.shuffle(signs)
    draw.shuffle(calm)
    clear = [case.text for case in load_sign_cases("test") if case.clear]
    looks = [case.text for case in load_calm_cases("test")]
    say("| messages with signs | calm | recalled at 0.97 calm |\n|---|---|---|")
    for part in CURVE:
        n_signs, n_calm = int(len(signs) * part), int(len(calm) * part)
        general = questions[: int(len(questions) * part)]
        model = fit_signs(signs[:n_signs], [*calm[:n_calm], *general], all_heads=False)
        best = [any_score(model, text) for text in clear]
        quiet = [any_score(model, text) for text in looks]
        edge = float(np.quantile(quiet, 0.97))
        recalled = sum(score > edge for score in best)
        say(f"| {n_signs} | {n_calm} | {share(recalled, len(best))} |")


def any_score(model: NgramModel, text: str) -> float:
    """Return how much the second net hears a sign in a message, in log-odds."""
    return float(best_scores(model, read_message(text))[model.heads.index(ANY)])


def reliability(chatbot: Chatbot, split: str) -> str:
    """Return how often messages of a score are signs: the second net's reliability, as a table."""
    assert chatbot.triage.models is not None
    model = chatbot.triage.models.ngrams
    texts = [(case.text, True) for case in load_sign_cases(split)]
    texts += [(case.text, False) for case in load_calm_cases(split)]
    scored = [(any_score(model, text), is_sign) for text, is_sign in texts]
    edges = [-np.inf, *BINS, np.inf]
    lines = ["| score | n | signs among them |", "|---|---|---|"]
    for low, high in itertools.pairwise(edges):
        own = [is_sign for score, is_sign in scored if low <= score < high]
        if own:
            bar = "█" * round(20 * sum(own) / len(own))
            lines.append(
                f"| {low:.0f} to {high:.0f} | {len(own)} | {sum(own) / len(own):.2f} {bar} |"
            )
    return "\n".join(lines)
