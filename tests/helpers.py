"""Things that tests build by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from copy import copy
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.bot import Chatbot
from chatbot.choice import Chooser
from chatbot.decisions import Decisions
from chatbot.remarks import Remarks
from chatbot.said import Said
from chatbot.triage.finding import Finding, Net
from chatbot.triage.message import Message
from chatbot.triage.model import VectorHead
from chatbot.triage.rules import RuleNet
from chatbot.triage.signs import Sign, load_signs
from chatbot.triage.tier import Tier
from chatbot.triage.triage import Triage
from corpus.not_in_guide import Topic
from corpus.passage import Guide, Language, Passage, PassageKind, PublisherSentence, Section
from index.encoder import Vectors

ROOT = Path(__file__).resolve().parent.parent
ORIGINAL = ROOT.parent / "shared" / "guide" / "original.txt"
PAGE_STARTS = ROOT.parent / "shared" / "guide" / "pages.tsv"
NO_ORIGINAL = f"the publisher's text is not at {ORIGINAL}"


class FakeEncoder:
    """An encoder without a model: texts that share characters are close. Counts what it encodes."""

    def __init__(self, name: str = "fake", dimension: int = 64) -> None:
        self.name = name
        self.dimension = dimension
        self.encoded = 0

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        self.encoded += len(texts)
        vectors = np.full((len(texts), self.dimension), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for character in text:
                digest = hashlib.sha256(character.encode("utf-8", "replace")).digest()
                vectors[row, digest[0] % self.dimension] += 1
        return np.asarray(
            vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32
        )


class FixedRules(RuleNet):
    """A first net that finds the same in every message, whatever the lexicon holds."""

    def __init__(self, signs: Mapping[str, Sign], *findings: Finding) -> None:
        self.signs = signs
        self._findings = findings

    def find(self, message: Message, *, alone: bool = False) -> tuple[Finding, ...]:  # noqa: ARG002
        return self._findings

    def combine(self, signs: frozenset[str]) -> None:  # noqa: ARG002
        return None


def finding(sign: str, tier: Tier) -> Finding:
    """Return a finding that no message has to hold."""
    return Finding(sign, tier, Net.RULES, ("沒力",), "present")


def hearing(chatbot: Chatbot, *findings: Finding) -> Chatbot:
    """Return the same chatbot, finding just these signs.

    It recognises requests by their forms alone and no remarks, and refuses by gates: what was trained on the
    edition means nothing over a small guide.
    """
    made = copy(chatbot)
    made.triage = Triage(FixedRules(load_signs(), *findings), None)
    made.decisions = Decisions(chatbot.decisions.forms, None)
    made.remarks = Remarks(None)
    made.chooser = Chooser(chatbot.index, None)
    return made


def said(text: str) -> Said:
    """Return a text as a template would say it."""
    return Said(text, ())


def passage(
    passage_id: str = "p1",
    text: str = "骨轉移是癌症擴散到骨頭。",
    *,
    heading: str = "骨轉移是什麼",
    section: str = "骨轉移",
    pages: tuple[int, ...] = (9,),
    questions: Sequence[str] = (),
    companions: tuple[str, ...] = (),
    publisher: tuple[PublisherSentence, ...] = (),
) -> Passage:
    """Return a passage, its questions all Taiwanese."""
    asked = {Language.TAIWAN: tuple(questions)} if questions else {}
    return Passage(
        passage_id,
        section,
        pages,
        PassageKind.PROSE,
        heading,
        text,
        asked,
        companions=companions,
        publisher=publisher,
    )


def small_guide() -> Guide:
    """Return a guide of four passages with a bank, in two sections."""
    return Guide(
        "small",
        "小指南",
        (
            Section(
                "骨轉移",
                (
                    passage("what", questions=("骨轉移是什麼", "癌症跑到骨頭是什麼意思")),
                    passage(
                        "pain",
                        "骨頭痛時，請立刻聯絡醫師做檢查。",
                        heading="骨頭痛怎麼辦",
                        pages=(9,),
                        questions=("骨頭痛怎麼辦", "骨頭痛要找誰"),
                    ),
                ),
            ),
            Section(
                "藥物",
                (
                    passage(
                        "often",
                        "治療骨轉移時，denosumab 每 4 週皮下注射一次。",
                        heading="denosumab 多久打一次",
                        section="藥物",
                        pages=(16,),
                        questions=("denosumab 多久打一次", "癌骨瓦幾週打一針"),
                    ),
                    passage(
                        "flare",
                        "第一次放射治療後，骨頭痛可能暫時加劇，之後逐漸好轉。",
                        heading="放療後更痛",
                        section="藥物",
                        pages=(25,),
                        questions=("電療後更痛正常嗎", "放療完骨頭更痛"),
                        companions=("pain",),
                    ),
                ),
            ),
        ),
    )


def small_topics() -> tuple[Topic, ...]:
    """Return one topic beside the small guide and one that has nothing to do with it."""
    return (
        Topic(
            "cost",
            "費用",
            "健保給付與費用",
            {Language.TAIWAN: ("癌骨瓦一針多少錢", "健保有給付嗎")},
        ),
        Topic(
            "weather",
            "天氣",
            "天氣",
            {Language.TAIWAN: ("明天會下雨嗎", "今天天氣如何")},
            is_unrelated=True,
        ),
    )


def linear_head(
    heads: tuple[str, ...], bias: NDArray[np.float32], weights: NDArray[np.float32]
) -> VectorHead:
    """Return a head that is linear: a hidden unit for each dimension, and one for its opposite.

    Args:
        heads: Names of the columns.
        bias: Shape (n_heads,).
        weights: Shape (dimension, n_heads).
    """
    identity = np.eye(len(weights), dtype=np.float32)
    hidden = np.concatenate([identity, -identity], axis=1)
    both_ways = np.concatenate([weights, -weights])
    return VectorHead(heads, hidden, np.zeros(len(both_ways), dtype=np.float32), both_ways, bias)
