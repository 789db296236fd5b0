"""A message is read once more without what makes light of it, and the higher tier stands."""

from __future__ import annotations

import numpy as np
import pytest

from chatbot.bot import Chatbot
from chatbot.triage.finding import Finding, Net
from chatbot.triage.message import Message, read_message
from chatbot.triage.minimisers import without_minimisers
from chatbot.triage.tier import Tier
from chatbot.triage.triage import Alarm


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("我媽昨天開始兩腳沒力，應該沒事吧", "我媽昨天開始兩腳沒力"),
        ("兩腳沒力，家人說不用去看，老毛病了", "兩腳沒力"),
        ("腿没劲，应该没事吧", "腿沒勁"),
        ("隻腳冇力，應該冇事啩", "只腳冇力"),
        ("My legs gave way. Probably nothing", "my legs gave way"),
    ],
)
def test_clauses_that_make_light_are_left_out(typed: str, left: str) -> None:
    plain = without_minimisers(read_message(typed))
    assert plain is not None
    assert plain.text == left


@pytest.mark.parametrize(
    "typed",
    [
        "我媽昨天開始兩腳沒力",
        "應該沒事吧",  # nothing would be left
        "醫生說老毛病不用去看可是我兩腳越來越沒力走不到廁所",  # a clause that tells more
        "",
    ],
)
def test_a_message_without_them_is_read_once(typed: str) -> None:
    assert without_minimisers(read_message(typed)) is None


class Counting:
    """A triage whose third net hears a sign only where nothing is made light of."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def knows(self, encoder: str) -> bool:
        return bool(encoder)

    def loudest(self, _message: Message, *, rings: bool) -> Message | None:
        assert isinstance(rings, bool)
        return None

    def check_vector(self, alarm: Alarm, message: Message, *_: object, surer: float = 0.0) -> Alarm:
        assert surer == 0
        self.heard.append(message.text)
        if "沒事" in message.text:
            return alarm
        found = Finding("leg_arm_weakness", Tier.TODAY, Net.VECTORS, (), "score 1.0")
        return alarm.raised_by(found)


@pytest.mark.model
def test_the_third_net_hears_what_is_made_light_of(
    full_chatbot: Chatbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    triage = Counting()
    monkeypatch.setattr(full_chatbot, "triage", triage)
    message = read_message("兩腳沒力，應該沒事吧")
    vector = np.zeros(384, dtype=np.float32)
    assert full_chatbot.hear_vector(Alarm(), message, vector).tier is Tier.TODAY
    assert triage.heard == [message.text, "兩腳沒力"]
    assert full_chatbot.hear_vector(Alarm(), read_message("沒事"), vector) == Alarm()
    assert triage.heard[2:] == ["沒事"]
