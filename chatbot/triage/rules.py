"""The first net: certain expressions, read in their scope, combined over a conversation."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from chatbot.patterns import any_pattern
from chatbot.triage.expressions import Expressions, load_expressions
from chatbot.triage.finding import Finding, Net
from chatbot.triage.message import Message
from chatbot.triage.scope import (
    Scope,
    ScopeWords,
    any_of,
    is_hypothetical,
    scope_of,
    scope_words,
)
from chatbot.triage.signs import FOLDER, Sign, load_signs
from chatbot.triage.tier import Tier

NUMBER = re.compile(r"(?<![\d.])(\d{2,3}(?:\.\d{1,2})?)(?![\d.])")
HAN_NUMBER = re.compile(
    "三十([七八九])(?:度|點)([一二三四五六七八九半])?|四十(?:度|點)([一二三四五六七八九半])?"
)
FEVER = "fever_rigors_infection"
FAHRENHEIT = re.compile(r" ?(?:f|°f|degrees f)(?![a-z])")
RIGHT_BEFORE = 5
NEAR = 16  # characters between a number and its word


@dataclass(frozen=True, slots=True)
class Temperature:
    """When a number is a fever."""

    fever: float
    highest: float
    words: re.Pattern[str]
    units: re.Pattern[str]
    not_before: re.Pattern[str]
    not_of: re.Pattern[str]
    of_body: re.Pattern[str]
    of_person: re.Pattern[str]


class RuleNet:
    """Finds signs by expressions and numbers."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.signs: Mapping[str, Sign] = load_signs(folder / "signs.toml")
        self.expressions: Expressions = load_expressions(folder / "expressions", self.signs)
        rows = tomllib.loads((folder / "scope.toml").read_text(encoding="utf-8"))
        self._words: ScopeWords = scope_words(rows)
        self._pairs = [
            (frozenset(pair["signs"]), Tier(pair["tier"])) for pair in rows["combine"]["pairs"]
        ]
        of = rows["temperature"]
        self._temperature = Temperature(
            of["fever"],
            of["highest"],
            any_of(of["words"]),
            any_of(of["units"]),
            any_of(of["not_before"]),
            any_of(of["not_of"]),
            any_pattern(of["of_body"]),
            any_pattern(of["of_person"]),
        )

    def find(self, message: Message, *, alone: bool = False) -> tuple[Finding, ...]:
        """Return what a message tells of, one finding for each sign, held ones too.

        Args:
            message: What was typed.
            alone: Whether no other net hears it; then doubtful expressions count as well.
        """
        found = [*self._by_expression(message, alone=alone), *self._by_temperature(message)]
        best: dict[str, Finding] = {}
        for finding in found:
            known = best.get(finding.sign)
            if known is None or finding.tier.urgency > known.tier.urgency:
                best[finding.sign] = finding
        return tuple(best.values())

    def _by_expression(self, message: Message, *, alone: bool) -> Iterator[Finding]:
        for match in self.expressions.find(message):
            scope = scope_of(match, message, self._words, strict=not alone)
            words = message.text[match.start : match.end]
            sign = self.signs[match.expression.sign]
            tier = match.expression.tier or sign.tier
            if scope is not Scope.PRESENT:
                yield Finding(sign.name, Tier.INFORMATIONAL, Net.RULES, (words,), f"held: {scope}")
                continue
            start, end = message.sentence_around(match.start)
            raising = self._words.raising.search(message.text, start, end)
            if raising and tier is not Tier.CRISIS and tier is not Tier.EMERGENCY:
                rule = f"raised: {raising.group()}"
                yield Finding(sign.name, Tier.EMERGENCY, Net.RULES, (words,), rule)
            else:
                yield Finding(sign.name, tier, Net.RULES, (words,), str(scope))

    def _by_temperature(self, message: Message) -> Iterator[Finding]:
        text = message.text
        for number in NUMBER.finditer(text):
            degrees, end = float(number[1]), number.end()
            is_fahrenheit = 99.5 <= degrees <= 109 and FAHRENHEIT.match(text, end)
            if is_fahrenheit or self._is_temperature(text, number.start(), end, degrees):
                yield from self._fever(message, number.start(), end)
        for number in HAN_NUMBER.finditer(text):
            yield from self._fever(message, number.start(), number.end())

    def _is_temperature(self, text: str, start: int, end: int, degrees: float) -> bool:
        known = self._temperature
        if not known.fever <= degrees < known.highest:
            return False
        behind = text[end:].lstrip()
        if known.not_before.match(behind):
            return False
        near = text[max(0, start - NEAR) : start] + " " + text[end : end + NEAR]
        if known.not_of.search(text, max(0, start - RIGHT_BEFORE), start):
            return False
        if known.units.match(behind) or known.words.search(near):
            return True
        is_exact = "." in text[start:end]
        return bool(
            known.of_body.search(text, 0, start)
            or (is_exact and known.of_person.search(text, 0, start))
        )

    def _fever(self, message: Message, start: int, end: int) -> Iterator[Finding]:
        start_of, end_of = message.sentence_around(start)
        words = self._words
        before, behind = message.text[start_of:start], message.text[end:end_of]
        around = f"{before}\n{behind}"
        is_over = words.past.search(before) and not words.now.search(around)
        is_asked = (is_hypothetical(around, words) or words.informational.search(around)) and (
            not words.present.search(around)
        )
        tier = Tier.INFORMATIONAL if is_over or is_asked else self.signs[FEVER].tier
        rule = "temperature" if tier is not Tier.INFORMATIONAL else "held: temperature"
        yield Finding(FEVER, tier, Net.RULES, (message.text[start:end],), rule)

    def combine(self, signs: frozenset[str]) -> tuple[Tier, str] | None:
        """Return the tier that signs have together, and the rule, where it is a rule's."""
        for pair, tier in self._pairs:
            if pair <= signs:
                return tier, "combined: " + " + ".join(sorted(pair))
        return None


@cache
def rule_net() -> RuleNet:
    """Return the net over the data of the package."""
    return RuleNet()
