"""The first net: expressions in their scope, numbers as temperatures, tiers raised and combined."""

from __future__ import annotations

import shutil
import time
from itertools import combinations
from pathlib import Path

import pytest

from chatbot.triage.finding import Finding, Net
from chatbot.triage.message import read_message
from chatbot.triage.rules import FEVER, RuleNet, rule_net
from chatbot.triage.signs import FOLDER, load_signs
from chatbot.triage.tier import Tier

EXPRESSIONS = {
    "leg_arm_weakness": "腳沒力/weak legs\nT1: 突然 ~ 癱了",
    "numbness_saddle": "? 腳麻",
    "breathing_chest": "胸口痛\nT2: 有點喘",
    "jaw_mouth_signs": "牙齒鬆動\n[homograph]\n假牙鬆動",
    "suicide_explicit": "不想活",
    "stroke_seizure_collapse": "嘴歪/昏倒",
}


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> RuleNet:
    """Return a net of a few expressions of the tests' own, with the real signs and scope."""
    folder: Path = tmp_path_factory.mktemp("triage")
    for name in ("signs.toml", "scope.toml"):
        shutil.copy(FOLDER / name, folder / name)
    (folder / "expressions").mkdir()
    for sign in load_signs():
        text = f"[hant]\n{EXPRESSIONS.get(sign, '')}\n"
        (folder / "expressions" / f"{sign}.txt").write_text(text, encoding="utf-8")
    return RuleNet(folder)


def found(net: RuleNet, typed: str) -> dict[str, Tier]:
    """Return the tier of each sign that is found in a message."""
    return {finding.sign: finding.tier for finding in net.find(read_message(typed))}


def only(net: RuleNet, typed: str) -> Finding:
    (finding,) = net.find(read_message(typed))
    return finding


# Expressions


def test_a_finding_keeps_sign_words_and_rule(net: RuleNet) -> None:
    assert only(net, "我爸今天腳沒力") == Finding(
        "leg_arm_weakness", Tier.TODAY, Net.RULES, ("腳沒力",), "present"
    )


@pytest.mark.parametrize(
    ("typed", "tier"),
    [
        ("腳沒力", Tier.TODAY),  # its sign's
        ("突然腳癱了", Tier.EMERGENCY),  # its own
        ("胸口痛", Tier.EMERGENCY),
        ("有點喘", Tier.TODAY),  # its own, lower than its sign's
        ("牙齒鬆動", Tier.TELL),
        ("不想活", Tier.CRISIS),
    ],
)
def test_the_tier_is_that_of_the_line_or_else_of_the_sign(
    net: RuleNet, typed: str, tier: Tier
) -> None:
    assert only(net, typed).tier is tier


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("沒有腳沒力", "held: negated"),
        ("去年腳沒力", "held: past"),
        ("萬一腳沒力", "held: hypothetical"),
        ("腳沒力的機率", "held: informational"),
        ("電視劇主角腳沒力", "held: elsewhere"),
    ],
)
def test_what_is_held_back_is_kept_with_its_reason(net: RuleNet, typed: str, rule: str) -> None:
    assert only(net, typed) == Finding(
        "leg_arm_weakness", Tier.INFORMATIONAL, Net.RULES, ("腳沒力",), rule
    )


def test_where_no_other_net_hears_it_a_doubtful_line_counts_too(net: RuleNet) -> None:
    message = read_message("腳麻的事情想跟大家分享一點心得")
    assert [f.tier for f in net.find(message)] == [Tier.INFORMATIONAL]
    assert [f.tier for f in net.find(message, alone=True)] == [Tier.TODAY]
    denied = read_message("沒有腳麻")
    assert [f.tier for f in net.find(denied, alone=True)] == [Tier.INFORMATIONAL]


def test_a_sign_is_told_once_by_what_is_most_urgent(net: RuleNet) -> None:
    assert found(net, "以前腳沒力。今天腳沒力。突然腳癱了") == {"leg_arm_weakness": Tier.EMERGENCY}
    assert found(net, "今天腳沒力。以前腳沒力") == {"leg_arm_weakness": Tier.TODAY}
    assert found(net, "有點喘，現在胸口痛") == {"breathing_chest": Tier.EMERGENCY}


def test_all_signs_of_a_message_are_told(net: RuleNet) -> None:
    assert found(net, "牙齒鬆動，腳沒力，胸口痛，不想活") == {
        "jaw_mouth_signs": Tier.TELL,
        "leg_arm_weakness": Tier.TODAY,
        "breathing_chest": Tier.EMERGENCY,
        "suicide_explicit": Tier.CRISIS,
    }


@pytest.mark.parametrize("typed", ["", "好", "假牙鬆動", "骨轉移是什麼", "😀", "\ud800"])
def test_where_there_is_no_sign_nothing_is_told(net: RuleNet, typed: str) -> None:
    assert net.find(read_message(typed)) == ()


@pytest.mark.parametrize("typed", ["我不想活了", "腳麻", "胸口痛，", "以前腳沒力 "])
def test_a_sign_that_stands_a_thousand_times_is_read_in_two_seconds(
    net: RuleNet, typed: str
) -> None:
    message = read_message(typed * 1_000)
    start = time.process_time()
    assert len(net.find(message)) == 1
    assert time.process_time() - start < 2


# Words that raise


@pytest.mark.parametrize(
    "words",
    [
        *("叫不醒", "喘不過氣", "完全動不了", "完全沒感覺", "不能呼吸", "失去意識", "血止不住"),
        *("暈倒", "叫唔醒", "没呼吸了", "can't breathe", "unconscious", "passed out"),
    ],
)
@pytest.mark.parametrize("form", ["腳沒力，{0}", "{0}，腳沒力", "牙齒鬆動，{0}"])
def test_a_raising_word_in_the_sentence_makes_it_an_emergency(
    net: RuleNet, words: str, form: str
) -> None:
    (finding,) = net.find(read_message(form.format(words)))
    assert finding.tier is Tier.EMERGENCY
    assert finding.rule.startswith("raised: ")


def test_a_raising_word_is_told(net: RuleNet) -> None:
    assert only(net, "腳沒力還叫不醒").rule == "raised: 叫不醒"


@pytest.mark.parametrize("typed", ["腳沒力。叫不醒的鬧鐘", "叫不醒的鬧鐘！腳沒力"])
def test_a_raising_word_of_another_sentence_raises_nothing(net: RuleNet, typed: str) -> None:
    assert only(net, typed).tier is Tier.TODAY


def test_a_raising_word_raises_neither_what_is_held_nor_a_crisis(net: RuleNet) -> None:
    assert only(net, "萬一腳沒力，叫不醒怎麼辦").tier is Tier.INFORMATIONAL
    assert only(net, "去年腳沒力叫不醒").tier is Tier.INFORMATIONAL
    assert only(net, "不想活，喘不過氣").tier is Tier.CRISIS
    assert only(net, "胸口痛，喘不過氣").rule == "present"


# Numbers


@pytest.mark.parametrize(
    "typed",
    [
        *("38度", "38.5度", "38.5℃", "38.5°C", "38.5 c", "體溫 38.5", "燒到39", "量到 39.2"),
        *("發燒38", "燒到38度半", "耳溫37.5", "42.9度", "體溫：37.8", "探熱 38.2", "体温38.5"),
        *("fever 38.5", "temp of 38.2", "its 39 now", "it's now 38.6", "hes 39.2", "mum was 38.9"),
    ],
)
def test_a_number_with_its_unit_or_word_is_a_fever(net: RuleNet, typed: str) -> None:
    finding = only(net, typed)
    assert (finding.sign, finding.tier, finding.rule) == (FEVER, Tier.TODAY, "temperature")


@pytest.mark.parametrize(
    "typed",
    [
        "temperature 39",
        "my temperature is 38.5",
        "my temperature was 39.2 this morning",
        "temperature 102 f",
        "I have a fever of 38.6",
    ],
)
def test_an_english_word_of_fever_stands_a_few_words_off(net: RuleNet, typed: str) -> None:
    assert only(net, typed).tier is Tier.TODAY


@pytest.mark.parametrize(
    "typed",
    [
        *("三十八度半", "三十八度五", "三十八度", "三十七點八", "三十九度二", "四十度", "四十度半"),
        *("燒到三十八度半", "体温三十八度"),
    ],
)
def test_a_number_in_words_is_a_fever(net: RuleNet, typed: str) -> None:
    finding = only(net, typed)
    assert (finding.sign, finding.tier) == (FEVER, Tier.TODAY)
    assert finding.words[0].startswith(("三十", "四十"))


@pytest.mark.parametrize(
    "typed", ["101.5 °F", "fever 101 F", "temp 103 f", "99.5°F", "102°f", "發燒 101 degrees F"]
)
def test_fahrenheit_is_read(net: RuleNet, typed: str) -> None:
    finding = only(net, typed)
    assert (finding.sign, finding.tier, finding.rule) == (FEVER, Tier.TODAY, "temperature")


@pytest.mark.parametrize(
    "typed",
    [
        *("38 歲", "我38歲發現", "三十八歲", "38顆", "39公斤", "發燒38次", "38號床", "第38週"),
        *("燒了38天", "38塊", "38樓", "38分", "血壓138", "38.5", "編號 38", "1380度", "3.85度"),
        *("36.5度", "體溫37.4", "37度", "43度", "體溫45", "98.6°F", "99°F", "110°F", "三十六度"),
        *("體溫38歲", "2.38.5度"),
        *("im 41", "she's 42", "i'm 39 now", "its 40 mg", "it's 38 weeks ago", "dad's 39.5 kg now"),
    ],
)
def test_other_numbers_are_no_fever(net: RuleNet, typed: str) -> None:
    assert net.find(read_message(typed)) == ()


@pytest.mark.parametrize(
    ("typed", "tier"),
    [
        ("去年燒到39度", Tier.INFORMATIONAL),
        ("去年燒到39度，現在又燒到38度", Tier.TODAY),
        ("如果燒到38度要去急診嗎", Tier.INFORMATIONAL),
        ("今天燒到38度，萬一更高呢", Tier.TODAY),
        ("一般體溫38度是什麼原因", Tier.INFORMATIONAL),
        ("昨天開始38度，是什麼原因", Tier.TODAY),
        ("如果三十八度半呢", Tier.INFORMATIONAL),
        ("體溫38度，家人說不用去，應該沒事", Tier.TODAY),
    ],
)
def test_a_number_is_read_in_its_sentence(net: RuleNet, typed: str, tier: Tier) -> None:
    finding = only(net, typed)
    assert (finding.sign, finding.tier) == (FEVER, tier)
    assert finding.rule == ("temperature" if tier is Tier.TODAY else "held: temperature")


# Combinations

SPINE = "new_or_worse_bone_pain"
PAIRS = {
    (SPINE, "leg_arm_weakness"): Tier.TODAY,
    (SPINE, "unsteady_heavy_legs"): Tier.TODAY,
    (SPINE, "numbness_saddle"): Tier.TODAY,
    (SPINE, "bladder_bowel"): Tier.TODAY,
    (SPINE, "band_or_shooting_pain"): Tier.TODAY,
    ("high_calcium_body", "confusion_drowsy"): Tier.TODAY,
    ("allergy_after_drug", "breathing_chest"): Tier.EMERGENCY,
}


@pytest.mark.parametrize(("pair", "tier"), PAIRS.items())
def test_signs_that_mean_more_together_are_combined(
    net: RuleNet, pair: tuple[str, str], tier: Tier
) -> None:
    assert net.combine(frozenset(pair)) == (tier, "combined: " + " + ".join(sorted(pair)))
    beside = frozenset((*pair, "jaw_mouth_signs"))
    assert net.combine(beside) == net.combine(frozenset(pair))


def test_no_other_pair_is_combined(net: RuleNet) -> None:
    known = {frozenset(pair) for pair in PAIRS}
    others = [frozenset(pair) for pair in combinations(load_signs(), 2)]
    assert {pair for pair in others if net.combine(pair)} == known
    assert [net.combine(frozenset({sign})) for sign in load_signs()] == [None] * len(load_signs())


# The sentences that the signs were first written for, by the real files


def rules_on(typed: str) -> dict[str, Tier]:
    return found(rule_net(), typed)


@pytest.mark.parametrize(
    ("typed", "sign", "tier"),
    [
        ("我媽攝護腺癌骨轉移,昨天開始兩腳沒力站不起來", "leg_arm_weakness", Tier.TODAY),
        ("这两天走路像踩棉花,大小便也憋不住", "unsteady_heavy_legs", Tier.TODAY),
        ("这两天走路像踩棉花,大小便也憋不住", "bladder_bowel", Tier.TODAY),
        ("打完癌骨瓦手腳一直抽筋嘴巴麻麻的", "low_calcium_cramps_tingling", Tier.TODAY),
        ("化療第十天燒到38度半", "fever_rigors_infection", Tier.TODAY),
        ("拔牙三個月了傷口還沒好", "jaw_mouth_signs", Tier.TELL),
        ("我爸打骨針以後下巴痛", "jaw_mouth_signs", Tier.TELL),
        ("打骨針以後發燒", "fever_rigors_infection", Tier.TODAY),
        ("打骨針以後燒到 38.5", "fever_rigors_infection", Tier.TODAY),
        ("痛到不想活了", "suicide_explicit", Tier.CRISIS),
        ("藥都存好了", "suicide_explicit", Tier.CRISIS),
        ("去年開刀前腳沒力,現在都好了", "leg_arm_weakness", Tier.INFORMATIONAL),
        ("如果以後尿不出來要找誰", "bladder_bowel", Tier.INFORMATIONAL),
    ],
)
def test_a_seed_sentence_has_its_tier(typed: str, sign: str, tier: Tier) -> None:
    assert rules_on(typed)[sign] is tier


@pytest.mark.parametrize(
    "typed",
    ["我沒有腳麻,只是想問脊髓壓迫有什麼症狀", "我不想活動可以嗎", "去年開刀前腳沒力,現在都好了"],
)
def test_a_seed_sentence_without_a_sign_rings_by_no_rule(typed: str) -> None:
    assert set(rules_on(typed).values()) <= {Tier.INFORMATIONAL}


def test_pain_that_takes_the_will_to_live_is_both() -> None:
    assert rules_on("痛到不想活了") == {
        "suicide_explicit": Tier.CRISIS,
        "uncontrolled_pain": Tier.TODAY,
    }


def test_a_minimiser_in_a_seed_sentence_is_of_no_consequence() -> None:
    alone = rules_on("腳麻應該只是坐太久吧")
    assert rules_on("腳麻應該只是坐太久吧 家人說不用去") == alone
    assert "numbness_saddle" in alone
