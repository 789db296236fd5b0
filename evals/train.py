"""`make train`: from the banks to the weights that the product reads, with their thresholds.

The banks in `chatbot/triage/bank/` teach; the thresholds are set on the cases of `dev`. What is
written to `chatbot/weights/`: a table of weights for each purpose, a network over the encoder's
vectors, and a manifest with hashes, thresholds and how they were reached. The same input gives the
same files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from chatbot.decisions import ABOUT, LEANING, REFUSED, REQUEST
from chatbot.doubt import FIELDS, OUTSIDE
from chatbot.ngrams import NgramModel, read_model, write_model
from chatbot.remarks import REMARK, UNASKED
from chatbot.triage.message import read_message
from chatbot.triage.model import (
    MANIFEST,
    NAMES,
    VECTOR_WEIGHT,
    VECTORS,
    WEIGHTS,
    Naming,
    VectorHead,
    read_vector_head,
    write_vector_head,
)
from chatbot.triage.signs import load_signs
from chatbot.triage.tier import Tier
from chatbot.triage.triage import (
    ANY,
    CRISIS,
    EMERGENCY,
    LEAST_FOR_CRISIS,
    NAMED,
    TODAY,
    best_scores,
    named_a_crisis,
    ngram_scores,
)
from corpus.source import Source
from evals.bank import Taught, calm_questions, read_bank
from evals.case import load_cases
from evals.composed import all_beside_situations
from evals.conversation_case import load_conversations
from evals.train_outside import (
    ANSWERED,
    BY_WORDS,
    LEANING_ANSWERED,
    SPLITS,
    fit_leaning,
    fit_outside,
    fit_weighing,
    manifest_part,
    weigh,
)
from evals.train_remarks import (
    ASKED_RATE,
    UNASKED_RATE,
    fit_remarks,
    remark_texts,
    remark_thresholds,
)
from evals.training import (
    UNKNOWN,
    Target,
    fit_ngrams,
    fit_vectors,
    least_above,
    without_small,
)
from evals.triage_case import load_calm_cases, load_decision_cases, load_sign_cases
from index.courtesy import bare
from index.encoder import Encoder
from index.passage_index import PassageIndex, words_only_index

CALM_FROM_EDITION = 16_000  # questions of the edition and its topics that are learnt as calm
GENERAL_FROM_EDITION = 1_500  # questions of the edition's bank that are learnt as general
ASKED_FROM_EDITION = 6_000  # and as no remark
MAY_TELL_OF_A_SIGN = "own_symptom"  # requests about it are not learnt as calm
WINDOW_WEIGHT = 0.5  # of a clause of a calm message
BEST_WINDOW_WEIGHT = 0.7  # of the clause of a message with a sign that speaks most for it
SMALLEST = {"signs": 0.08, "names": 0.25, "decisions": 0.12}
# How many calm messages stay below, by net. Where an encoder is alive the third net hears the
# n-grams too, so the second may be stricter than where it stands without one.
CALM_RATE = {
    "sentences": {ANY: 0.9995, CRISIS: 0.999},
    "sentences_alone": {ANY: 0.985, CRISIS: 0.988},
    "vectors": {ANY: 0.991, CRISIS: 0.997},
}
# Messages of that tier that reach it. Where the third net follows, it hears nearly all of them, and
# the second need not make more of what can wait.
TIER_RATE = {
    "sentences": {TODAY: 0.8, EMERGENCY: 0.7},
    "sentences_alone": {TODAY: 0.985, EMERGENCY: 0.93},
    "vectors": {TODAY: 0.97, EMERGENCY: 0.95},
}
# Of messages with another sign are not taken for a crisis.
NAMED_RATE = {"sentences": 0.98, "sentences_alone": 0.95, "vectors": 0.995}
# General twins and answerable questions of dev, real and forum that are not handed to the team.
GENERAL_RATE = 0.95
LEANING_RATE = 0.97  # the same of turns that lean on earlier ones
REFUSED_RATE = 0.935  # and of questions that the guide does not hold
Say = Callable[[str], object]


def train(
    source: Source, encoder: Encoder, index: PassageIndex, say: Say = print, folder: Path = WEIGHTS
) -> None:
    """Train and write everything.

    Args:
        source: The edition and the topics outside it.
        encoder: For the third net.
        index: Over the edition, with that encoder: thresholds are set on what it finds.
        say: Told what was reached.
        folder: Where the weights go.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as unfinished:
        _train_into(Path(unfinished), source, encoder, index, say)
        for path in sorted(Path(unfinished).iterdir()):
            path.replace(folder / path.name)


def _train_into(
    folder: Path, source: Source, encoder: Encoder, index: PassageIndex, say: Say
) -> None:
    parts = [
        "# Written by `make train`. Thresholds are log-odds, set on the cases of dev for the",
        "# shares of calm (or general) messages that are stated; nothing here is edited by hand.",
    ]
    questions = calm_questions()
    parts += _train_signs(questions[:CALM_FROM_EDITION], encoder, say, folder)
    parts += _train_decisions(questions[:GENERAL_FROM_EDITION], encoder, say, folder)
    parts += _train_remarks(questions[:ASKED_FROM_EDITION], encoder, say, folder)
    parts += _train_outside(source, index, say, folder)
    (folder / MANIFEST).write_text("\n".join(parts) + "\n", encoding="utf-8")


def fit_signs(
    signs: Sequence[Taught], calm: Sequence[str], *, all_heads: bool = True
) -> NgramModel:
    """Return the second net: taught by messages with signs and by calm ones.

    It learns whole messages first, then again with the clauses of calm messages as calm, and with
    the clause of each message that speaks most for a sign; so clauses can be scored alone.
    """
    sign_messages = [read_message(taught.text) for taught in signs]
    calm_messages = [read_message(text) for text in calm]
    wholes = [message.whole for message in (*sign_messages, *calm_messages)]
    is_sign = np.array([1] * len(signs) + [0] * len(calm), dtype=np.int8)
    first = fit_ngrams(wholes, [Target(ANY, is_sign)])
    clauses = [w for message in calm_messages for w in message.windows if w != message.whole]
    best: list[str] = []
    best_of: list[Taught] = []
    for taught, message in zip(signs, sign_messages, strict=True):
        parts = [window for window in message.windows if window != message.whole]
        if parts:
            best.append(parts[int(first.scores(parts)[:, 0].argmax())])
            best_of.append(taught)
    texts = [*wholes, *clauses, *best]
    owners: list[Taught | None] = [*signs, *([None] * (len(calm) + len(clauses))), *best_of]
    weights = np.array(
        [1.0] * len(wholes) + [WINDOW_WEIGHT] * len(clauses) + [BEST_WINDOW_WEIGHT] * len(best),
        dtype=np.float32,
    )
    targets = sign_targets(owners) if all_heads else sign_targets(owners)[:1]
    model = fit_ngrams(texts, targets, weights, n_wholes=len(wholes))
    return without_small(model, SMALLEST["signs"])


def fit_names(signs: Sequence[Taught]) -> NgramModel:
    """Return the model that names the sign of a message that has one, by its n-grams."""
    texts = [read_message(taught.text).whole for taught in signs]
    return without_small(fit_ngrams(texts, name_targets(signs)), SMALLEST["names"])


def name_targets(signs: Sequence[Taught]) -> list[Target]:
    """Return what each head learns that names a sign."""
    return [
        Target(name, np.array([t.labels["sign"] == name for t in signs], dtype=np.int8))
        for name in load_signs()
    ]


def sign_targets(owners: Sequence[Taught | None]) -> list[Target]:
    """Return what each head learns of messages; `None` stands for a calm one.

    The tiers are learnt from signs of the body alone: beside all that is calm they would learn
    what a sign is once more, and how urgent it is only a little.
    """

    def labelled(test: Callable[[Taught], bool]) -> NDArray[np.int8]:
        return np.array([o is not None and test(o) for o in owners], dtype=np.int8)

    of_body = labelled(lambda o: o.labels["tier"] != Tier.CRISIS).astype(bool)

    def among_signs(*tiers: Tier) -> NDArray[np.int8]:
        return np.where(of_body, labelled(lambda o: o.labels["tier"] in tiers), UNKNOWN)

    return [
        Target(ANY, labelled(lambda _: True)),
        Target(TODAY, among_signs(Tier.TODAY, Tier.EMERGENCY)),
        Target(EMERGENCY, among_signs(Tier.EMERGENCY)),
        Target(CRISIS, labelled(lambda o: o.labels["tier"] == Tier.CRISIS)),
    ]


def _train_signs(questions: Sequence[str], encoder: Encoder, say: Say, folder: Path) -> list[str]:
    signs = read_bank("signs")
    looks_alike = [taught.text for taught in read_bank("calm")]
    calm = [*looks_alike, *questions]
    calm += [t.text for t in read_bank("decisions") if t.labels["about"] != MAY_TELL_OF_A_SIGN]
    model = fit_signs(signs, calm)
    say(f"signs: {len(signs)} with a sign, {len(calm)} calm, {len(model.vocabulary)} n-grams")
    sha256, model = _written(folder / "signs.tsv", model)
    beside = all_beside_situations([*(t.text for t in signs), *looks_alike])
    told = [*signs, *([None] * len(calm)), *signs, *([None] * len(looks_alike))]
    vectors = encoder.encode_questions([*(t.text for t in signs), *calm, *beside])
    line, head = _vector_part("signs", fit_vectors(vectors, sign_targets(told)), encoder, folder)
    has_sign = [row for row, owner in enumerate(told) if owner is not None]
    part, naming = _train_names(signs, vectors[has_sign], encoder, folder)
    thresholds = sign_thresholds(model, naming, head, encoder, say)
    rates = {
        net: {**CALM_RATE[net], **TIER_RATE[net], NAMED: NAMED_RATE[net]} for net in thresholds
    }
    part += ["", "[signs]", f'sha256 = "{sha256}"', line]
    return [*part, *_threshold_part("signs", thresholds, rates)]


def _train_names(
    signs: Sequence[Taught], vectors: NDArray[np.float32], encoder: Encoder, folder: Path
) -> tuple[list[str], Naming]:
    """Return the lines of the manifest, and what names a sign as it will be read.

    Args:
        signs: The bank.
        vectors: Of its messages, then of the same beside situations.
        encoder: Of these vectors.
        folder: Where the files go.
    """
    path = folder / f"{NAMES}.tsv"
    sha256, _ = _written(path, fit_names(signs))
    line, head = _vector_part(
        NAMES, fit_vectors(vectors, name_targets([*signs, *signs])), encoder, folder
    )
    part = ["", f"[{NAMES}]", f'sha256 = "{sha256}"', line]
    return part, Naming(path, sha256, {encoder.name: head})


def sign_thresholds(
    model: NgramModel, naming: Naming, head: VectorHead, encoder: Encoder, say: Say
) -> dict[str, dict[str, float]]:
    """Return from where on each head speaks, by net, set on dev.

    Args:
        model: The second net.
        naming: What names signs.
        head: What the third net adds.
        encoder: Of its vectors.
        say: Told what is reached.
    """
    cases = load_sign_cases("dev")
    tiers = [case.tier for case in cases]
    signs = [case.text for case in cases]
    calm = [*_look_alikes(), *_without_crisis()]
    vectors = encoder.encode_questions(signs)
    by_whole = _both(model, head, signs, vectors)
    calm_by_whole = _both(model, head, calm, encoder.encode_questions(calm))
    calm_by_windows = _best(model, calm)
    wholes = [read_message(text).whole for text in signs]
    names = naming.scores(wholes, vectors, encoder.name)
    of_crisis = by_whole[:, model.heads.index(CRISIS)]
    named_whole = of_crisis + named_a_crisis(naming.model.heads, names)
    named_windows = np.array([_named_by_windows(model, naming, text) for text in signs])
    thresholds: dict[str, dict[str, float]] = {}
    for net in CALM_RATE:
        is_third = net == "vectors"
        of_calm = calm_by_whole if is_third else calm_by_windows
        found = _least_heard(net, model.heads, of_calm)
        of_signs = by_whole if is_third else _best(model, signs, found[ANY])
        found |= _least_urgent(net, model.heads, of_signs, tiers)
        named = named_whole if is_third else named_windows
        found[NAMED] = _least_named(named, tiers, NAMED_RATE[net], say)
        say(_reached(net, model.heads, of_signs, found))
        thresholds[net] = found
    return thresholds


def _named_by_windows(model: NgramModel, naming: Naming, text: str) -> float:
    """Return how surely a window of a text tells of a crisis and no other sign, at best."""
    windows = read_message(text).windows
    of_crisis = model.scores(windows)[:, model.heads.index(CRISIS)]
    named = named_a_crisis(naming.model.heads, naming.scores(windows))
    return float((of_crisis + named).max())


def _least_named(named: NDArray[np.float32], tiers: Sequence[Tier], rate: float, say: Say) -> float:
    """Return from where on a crisis is believed to be no other sign.

    Args:
        named: Of each message with a sign how surely it is a crisis, shape (n_messages,).
        tiers: Its tier.
        rate: Share of the messages without a crisis that stays below.
        say: Told which share of the crises is believed.
    """
    is_crisis = np.array([tier is Tier.CRISIS for tier in tiers])
    least = round(least_above(named[~is_crisis], rate), 2)
    say(f"  crises named as such: {np.mean(named[is_crisis] >= least):.3f}")
    return least


def _look_alikes() -> list[str]:
    """Return what tells of no sign: the look-alikes of dev, and posts in the manner of forums."""
    calm = [case.text for case in load_calm_cases("dev")]
    return calm + [case.turns[-1] for case in load_cases("forum") if case.kind != "urgent"]


def _without_crisis() -> list[str]:
    """Return the written questions of dev that the guide answers, and its requests."""
    answered = [case.turns[-1] for case in load_cases("dev") if case.kind == "answer"]
    return answered + [case.turns[-1] for case in load_decision_cases("dev")]


def _best(
    model: NgramModel, texts: Sequence[str], least: float = float("inf")
) -> NDArray[np.float32]:
    """Return the second net's scores, shape (n_texts, n_heads); see `best_scores`."""
    return np.stack([best_scores(model, read_message(text), least) for text in texts])


def _both(
    model: NgramModel, head: VectorHead, texts: Sequence[str], vectors: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the third net's scores of texts and their vectors, shape (n_texts, n_heads)."""
    by_ngrams = np.stack([ngram_scores(model, read_message(text)) for text in texts])
    return by_ngrams + head.scores(vectors)


def _whole(model: NgramModel, texts: Sequence[str]) -> NDArray[np.float32]:
    return model.scores([read_message(text).whole for text in texts])


def _least_heard(net: str, heads: Sequence[str], calm: NDArray[np.float32]) -> dict[str, float]:
    """Return from which scores on a sign and a crisis are heard.

    By the share of calm messages that stay below. The last rows of `calm` are questions that the
    guide answers, and requests: some of them tell of a sign, none of a crisis.
    """
    found: dict[str, float] = {}
    n_look_alikes = len(_look_alikes())
    for head, rate in CALM_RATE[net].items():
        own = calm[: None if head == CRISIS else n_look_alikes, heads.index(head)]
        if head == CRISIS:  # what no other head hears is none
            own = np.where(calm[:, heads.index(ANY)] < LEAST_FOR_CRISIS, -99.0, own)
        found[head] = round(least_above(own, rate), 2)
    return found


def _least_urgent(
    net: str, heads: Sequence[str], signs: NDArray[np.float32], tiers: Sequence[Tier]
) -> dict[str, float]:
    """Return from which scores on a sign is for today, and an emergency.

    By the share of messages of that tier, or a higher one, that reach it.
    """
    found: dict[str, float] = {}
    for head, rate in TIER_RATE[net].items():
        wanted = (Tier.EMERGENCY,) if head == EMERGENCY else (Tier.EMERGENCY, Tier.TODAY)
        rows = [i for i, tier in enumerate(tiers) if tier in wanted]
        own = signs[rows, heads.index(head)]
        found[head] = round(float(np.quantile(own, 1 - rate, method="lower")), 2)
    return found


def _reached(
    net: str, heads: Sequence[str], signs: NDArray[np.float32], thresholds: dict[str, float]
) -> str:
    shares = [
        f"{head} {np.mean(signs[:, heads.index(head)] >= threshold):.3f}"
        for head, threshold in thresholds.items()
        if head in heads
    ]
    return f"  {net}: share of dev's messages with signs above: " + ", ".join(shares)


def _written(path: Path, model: NgramModel) -> tuple[str, NgramModel]:
    """Write a model; return its SHA-256, and the model as the product will read it.

    Weights are rounded when they are written, and thresholds are set on what is served.
    """
    sha256 = write_model(path, model)
    return sha256, read_model(path, sha256)


def _vector_part(
    purpose: str, head: VectorHead, encoder: Encoder, folder: Path
) -> tuple[str, VectorHead]:
    """Write a head; return its line of the manifest, and the head as it will be read."""
    path = folder / f"{purpose}{VECTORS}"
    sha256 = write_vector_head(path, head)
    line = f'vectors = [{{ encoder = "{encoder.name}", sha256 = "{sha256}" }}]'
    return line, read_vector_head(path, sha256)


def _threshold_part(
    purpose: str,
    thresholds: dict[str, dict[str, float]],
    rates: dict[str, dict[str, float]],
) -> list[str]:
    lines: list[str] = []
    for net, values in thresholds.items():
        lines += ["", f"[{purpose}.thresholds.{net}]"]
        lines += [f"{head} = {value}  # {rates[net][head]}" for head, value in values.items()]
    return lines


def decision_targets(taught: Sequence[Taught]) -> list[Target]:
    """Return what each head learns of requests and their general twins."""
    requests = np.array([t.labels["label"] == REQUEST for t in taught], dtype=np.int8)
    abouts = sorted({t.labels["about"] for t in taught})
    targets = [Target(REQUEST, requests)]
    for about in abouts:
        own = np.array([t.labels["about"] == about for t in taught], dtype=np.int8)
        targets.append(Target(ABOUT + about, own))
    return targets


def _train_decisions(
    questions: Sequence[str], encoder: Encoder, say: Say, folder: Path
) -> list[str]:
    taught = read_bank("decisions")
    wholes = [read_message(t.text).whole for t in taught]
    texts = [*wholes, *(read_message(question).whole for question in questions)]
    added = np.full(len(questions), UNKNOWN, dtype=np.int8)
    targets = [
        Target(t.name, np.concatenate([t.labels, added * (0 if t.name == REQUEST else 1)]))
        for t in decision_targets(taught)
    ]
    model = without_small(fit_ngrams(texts, targets), SMALLEST["decisions"])
    say(f"decisions: {len(taught)} taught, {len(model.vocabulary)} n-grams")
    sha256, model = _written(folder / "decisions.tsv", model)
    vectors = encoder.encode_questions([*(t.text for t in taught), *questions])
    line, head = _vector_part("decisions", fit_vectors(vectors, targets), encoder, folder)
    thresholds = request_thresholds(model, head, encoder, say)
    rates = {
        REQUEST: GENERAL_RATE,
        LEANING: LEANING_RATE,
        REFUSED: REFUSED_RATE,
        VECTOR_WEIGHT: 0.0,
    }
    part = ["", "[decisions]", f'sha256 = "{sha256}"', line]
    return [*part, *_threshold_part("decisions", thresholds, {net: rates for net in thresholds})]


@dataclass(frozen=True, slots=True)
class Asked:
    """What thresholds of requests are set on: last turns of the cases of dev, real and forum.

    Attributes:
        requests: Only the team can answer them.
        general: General twins, and questions that the guide answers.
        outside: Questions that the guide does not hold.
        leaning: Turns of conversations that are no request and lean on earlier turns.
    """

    requests: tuple[str, ...]
    general: tuple[str, ...]
    outside: tuple[str, ...]
    leaning: tuple[str, ...]

    @classmethod
    def of_dev(cls) -> Asked:
        """Return those of dev, of real people's questions and of forum."""
        decisions = load_decision_cases("dev")
        cases = [c for split in SPLITS for c in load_cases(split) if "partly" not in c.tags]
        general = [case.turns[-1] for case in decisions if not case.is_request]
        general += [case.turns[-1] for case in cases if case.kind == "answer"]
        return cls(
            tuple(bare(case.turns[-1]) for case in decisions if case.is_request),
            tuple(map(bare, general)),
            tuple(bare(case.turns[-1]) for case in cases if case.kind == "out_of_scope"),
            tuple(
                bare(turn.text)
                for case in load_conversations("dev")
                for turn in case.turns
                if turn.is_follow_up and turn.kind != "ask_clinician"
            ),
        )

    def groups(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return the groups with their names."""
        return (
            ("requests", self.requests),
            ("general", self.general),
            ("outside", self.outside),
            ("leaning", self.leaning),
        )


def request_thresholds(
    model: NgramModel, head: VectorHead, encoder: Encoder, say: Say
) -> dict[str, dict[str, float]]:
    """Return, by net, from which score a request is handed over, and how much vectors count.

    The weight is fitted (logistic regression) on requests against all that is none; thresholds are
    set for the stated share of general questions.
    """
    column = model.heads.index(REQUEST)
    groups = Asked.of_dev().groups()
    by_ngrams = {name: _whole(model, texts)[:, column] for name, texts in groups}
    by_vector = {
        name: head.scores(encoder.encode_questions(texts))[:, head.heads.index(REQUEST)]
        for name, texts in groups
    }
    taught = groups[:-1]
    rows = np.concatenate([np.column_stack([by_ngrams[n], by_vector[n]]) for n, _ in taught])
    labels = np.concatenate([np.full(len(texts), name == "requests") for name, texts in taught])
    of_ngrams, of_vectors = LogisticRegression(max_iter=1000).fit(rows, labels).coef_[0]
    thresholds: dict[str, dict[str, float]] = {}
    for net, weight in (("sentences", 0.0), ("vectors", round(float(of_vectors / of_ngrams), 2))):
        both = {name: by_ngrams[name] + weight * by_vector[name] for name, _ in groups}
        least = least_above(both["general"], GENERAL_RATE)
        say(f"  {net}: share of dev's requests above: {np.mean(both['requests'] >= least):.3f}")
        leaning = least_above(both["leaning"], LEANING_RATE)
        refused = least_above(both["outside"], REFUSED_RATE)
        thresholds[net] = {
            REQUEST: round(least, 2),
            LEANING: round(max(leaning, least), 2),
            REFUSED: round(max(refused, least), 2),
            VECTOR_WEIGHT: weight,
        }
    return thresholds


def _train_remarks(questions: Sequence[str], encoder: Encoder, say: Say, folder: Path) -> list[str]:
    texts, targets = remark_texts(questions)
    model = fit_remarks(texts, targets)
    say(f"remarks: {len(texts)} texts, {len(model.vocabulary)} n-grams")
    sha256, model = _written(folder / "remarks.tsv", model)
    head = fit_vectors(encoder.encode_questions(texts), targets)
    line, head = _vector_part("remarks", head, encoder, folder)
    thresholds = remark_thresholds(model, head, encoder, say)
    rates = {REMARK: ASKED_RATE, UNASKED: UNASKED_RATE, VECTOR_WEIGHT: 0.0}
    part = ["", "[remarks]", f'sha256 = "{sha256}"', line]
    return [*part, *_threshold_part("remarks", thresholds, {net: rates for net in thresholds})]


def _train_outside(source: Source, index: PassageIndex, say: Say, folder: Path) -> list[str]:
    ngrams = fit_outside(source)
    sha256, ngrams = _written(folder / f"{OUTSIDE}.tsv", ngrams)
    found = []
    for own, fields in (
        (index, FIELDS),
        (words_only_index(source.guide, source.topics), BY_WORDS),
    ):
        weighing, refused = fit_weighing(weigh(ngrams, own), fields)
        say(f"outside: {refused:.3f} refused at {ANSWERED} answered (cross-validated)")
        weighing, refused = fit_leaning(ngrams, own, weighing)
        say(f"  of turns that lean on others {refused:.3f} at {LEANING_ANSWERED}")
        found.append(weighing)
    return manifest_part(sha256, *found)
