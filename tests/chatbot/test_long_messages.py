"""Everyday talk brings no notice, and a long story does not drown a sign."""

from __future__ import annotations

import pytest

from chatbot.bot import Chatbot
from chatbot.reply import Urgent
from chatbot.triage.tier import Tier

STORY = (
    "我媽住在南部，我每兩個禮拜回去一次。這次剛好遇到廟會，街上都是人，車子停在很遠的地方。"
    "她煮了一桌菜，還把隔壁的阿姨叫來一起吃，聊到我小時候怕狗的事，大家笑成一團。"
    "飯後我們去河邊走走，看到很多人在放風箏，她說以前外公也會做一個給她。"
)


@pytest.mark.model
@pytest.mark.parametrize(
    "typed",
    [
        "今天公車等好久",
        "今天天氣很好，早上去市場買了菜。",
        "昨天跟鄰居借了一把傘",
        "my phone died on the bus today",
        STORY,
        STORY * 3,
    ],
)
def test_everyday_talk_brings_no_notice(typed: str, full_chatbot: Chatbot) -> None:
    assert not isinstance(full_chatbot.reply(typed).reply, Urgent)


@pytest.mark.model
@pytest.mark.parametrize("times", [1, 2, 4])
@pytest.mark.parametrize(
    ("told", "least"),
    [
        ("昨天拔牙的傷口到現在還在冒血，一拿開棉花又滿嘴都是", Tier.TODAY),
        ("大腿後面這幾天一直抽痛，像電到一樣往下竄", Tier.TODAY),
        ("她今天右邊臉歪了，話也講不清楚", Tier.EMERGENCY),
    ],
)
def test_a_story_does_not_drown_a_sign(
    told: str, least: Tier, times: int, full_chatbot: Chatbot
) -> None:
    reply = full_chatbot.reply(f"{STORY * times}{told}。{STORY}").reply
    assert isinstance(reply, Urgent)
    assert reply.tier.urgency >= least.urgency
