"""The three nets together: each raises, none lowers, and what is found is told with its reason."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.ngrams import ModelDamaged, NgramModel, write_model
from chatbot.triage import triage as triage_module
from chatbot.triage.finding import Finding, Net
from chatbot.triage.message import Message, read_message
from chatbot.triage.model import (
    MANIFEST,
    WEIGHTS,
    Naming,
    TrainedModels,
    VectorHead,
    load_models,
    load_naming,
)
from chatbot.triage.rules import rule_net
from chatbot.triage.signs import load_signs
from chatbot.triage.tier import Tier
from chatbot.triage.triage import (
    ANY,
    CRISIS,
    EMERGENCY,
    LONG,
    NAMED,
    TODAY,
    Alarm,
    Triage,
    load_triage,
    ngram_scores,
    told_scores,
)
from tests.helpers import FixedRules, finding, linear_head

SIGNS = load_signs()
HEADS = (ANY, TODAY, EMERGENCY, CRISIS)
# Words that no expression holds, and what each adds to the heads.
GRAMS = {
    "甲": (3.0, 0.0, 0.0, 0.0),
    "乙": (3.0, 2.0, 0.0, 0.0),
    "丙": (3.0, 2.0, 2.0, 0.0),
    "丁": (1.0, 0.0, 0.0, 4.0),
    "戊": (-9.0, -9.0, -9.0, -9.0),
}
NAMES = {
    "甲": {"jaw_mouth_signs": 2.0, "hopeless_farewell": 5.0},
    "乙": {"leg_arm_weakness": 2.0, "jaw_mouth_signs": 1.0},
    "丙": {"breathing_chest": 2.0},
    "丁": {"breathing_chest": 5.0, "suicide_explicit": 1.0},
}
ALL_FINDINGS = st.builds(
    Finding,
    st.sampled_from(sorted(SIGNS)),
    st.sampled_from(Tier),
    st.sampled_from(Net),
    st.tuples(st.text(max_size=3)),
    st.text(max_size=5),
)


def model(weights: Mapping[str, tuple[float, ...]], heads: tuple[str, ...]) -> NgramModel:
    return NgramModel(
        heads,
        np.zeros(len(heads), dtype=np.float32),
        {gram: row for row, gram in enumerate(weights)},
        np.ones(len(weights), dtype=np.float32),
        np.array(list(weights.values()), dtype=np.float32),
    )


@pytest.fixture(scope="module")
def naming(tmp_path_factory: pytest.TempPathFactory) -> Naming:
    path: Path = tmp_path_factory.mktemp("names") / "names.tsv"
    heads = tuple(SIGNS)
    rows = {gram: tuple(named.get(sign, -1.0) for sign in heads) for gram, named in NAMES.items()}
    return Naming(path, write_model(path, model(rows, heads)))


def nets(naming: Naming, *rules: Finding, vector: VectorHead | None = None) -> Triage:
    """Return nets of a few words: `any` speaks from 2, `today` and `emergency` from 1."""
    strict = {ANY: 2.5, TODAY: 1.0, EMERGENCY: 1.0, CRISIS: 3.0, NAMED: 0.0}
    thresholds = {
        "sentences": strict | {ANY: 3.5},
        "sentences_alone": strict,
        "vectors": strict | {ANY: 5.0},
    }
    by_encoder = {} if vector is None else {"mine": vector}
    models = TrainedModels(model(GRAMS, HEADS), by_encoder, thresholds)
    return Triage(FixedRules(SIGNS, *rules), models, naming)


def check(triage: Triage, typed: str, *heard: str, alone: bool = True) -> Alarm:
    before = tuple(finding(sign, Tier.TODAY) for sign in heard)
    return triage.check(read_message(typed), before, alone=alone)


# An alarm


@given(st.lists(ALL_FINDINGS, max_size=6), st.lists(ALL_FINDINGS, max_size=4))
def test_more_findings_only_raise_an_alarm(first: list[Finding], more: list[Finding]) -> None:
    before = Alarm().raised_by(*first)
    after = before.raised_by(*more)
    assert sorted(map(repr, after.findings)) == sorted(map(repr, (*first, *more)))
    urgencies = [found.tier.urgency for found in after.findings]
    assert urgencies == sorted(urgencies, reverse=True)
    assert set(before.signs) <= set(after.signs)
    assert before.rings <= after.rings
    assert before.is_crisis <= after.is_crisis
    if before.tier is not None:
        assert after.tier is not None
        assert after.tier.urgency >= before.tier.urgency


@given(st.lists(ALL_FINDINGS, max_size=6))
def test_a_crisis_is_never_hidden_by_another_sign(findings: list[Finding]) -> None:
    crisis = Finding("suicide_explicit", Tier.CRISIS, Net.RULES, ("想死",), "present")
    alarm = Alarm().raised_by(*findings[:3], crisis, *findings[3:])
    assert alarm.is_crisis
    assert alarm.rings
    assert "suicide_explicit" in alarm.signs


def test_without_findings_there_is_no_tier() -> None:
    assert (Alarm().tier, Alarm().rings, Alarm().is_crisis, Alarm().signs) == (
        *(None, False, False, ()),
    )


def test_what_was_only_spoken_of_rings_no_alarm() -> None:
    alarm = Alarm().raised_by(finding("leg_arm_weakness", Tier.INFORMATIONAL))
    assert (alarm.tier, alarm.rings, alarm.signs) == (Tier.INFORMATIONAL, False, ())


def test_signs_are_told_once_the_most_urgent_first() -> None:
    alarm = Alarm().raised_by(
        finding("jaw_mouth_signs", Tier.TELL),
        finding("breathing_chest", Tier.EMERGENCY),
        finding("jaw_mouth_signs", Tier.TODAY),
        finding("bladder_bowel", Tier.INFORMATIONAL),
    )
    assert alarm.tier is Tier.EMERGENCY
    assert alarm.signs == ("breathing_chest", "jaw_mouth_signs")


# Sentences


def test_by_sentences_a_sign_is_found_in_words_of_no_list(naming: Naming) -> None:
    (found,) = check(nets(naming), "甲").findings
    assert found == Finding("jaw_mouth_signs", Tier.TELL, Net.SENTENCES, ("甲",), "score 3.0")


@pytest.mark.parametrize(
    ("typed", "sign", "tier"),
    [
        ("甲", "jaw_mouth_signs", Tier.TELL),
        ("乙", "leg_arm_weakness", Tier.TODAY),
        ("丙", "breathing_chest", Tier.EMERGENCY),
        ("丁", "suicide_explicit", Tier.CRISIS),
    ],
)
def test_the_heads_tell_the_tier_and_the_names_the_sign(
    naming: Naming, typed: str, sign: str, tier: Tier
) -> None:
    alarm = check(nets(naming), typed)
    assert [(f.sign, f.tier, f.net) for f in alarm.findings] == [(sign, tier, Net.SENTENCES)]


def test_a_sign_that_is_usually_urgent_is_not_told_within_days(naming: Naming) -> None:
    mild = GRAMS | {"乙": (3.0, 0.0, 0.0, 0.0)}
    triage = nets(naming)
    assert triage.models is not None
    models = TrainedModels(model(mild, HEADS), {}, triage.models.thresholds)
    (found,) = check(Triage(triage.rules, models, naming), "乙").findings
    assert (found.sign, found.tier) == ("leg_arm_weakness", Tier.TODAY)
    assert found.rule == "score 3.0, raised: leg_arm_weakness"


def test_below_the_threshold_nothing_is_said(naming: Naming) -> None:
    assert check(nets(naming), "己").findings == ()
    assert check(nets(naming), "甲戊").findings == ()  # -6/√2
    assert check(nets(naming), "甲", alone=False).findings == ()  # 3.0 of 3.5
    assert check(nets(naming), "").findings == ()


def test_every_run_of_clauses_is_scored_alone(naming: Naming) -> None:
    """「戊」 speaks against all heads, but only in its own clause."""
    for typed in ("丙。戊", "戊。丙", "戊，戊。丙，戊", "戊\n" * 30 + "丙"):
        assert check(nets(naming), typed).tier is Tier.EMERGENCY, typed


def test_a_crisis_that_is_named_otherwise_is_another_sign(naming: Naming) -> None:
    """丁 speaks for a crisis and is named as trouble with breathing: 4 + (1 - 5) = 0."""
    believed = nets(naming)
    assert check(believed, "丁。丙").is_crisis
    assert believed.models is not None
    doubting = nets(naming)
    assert doubting.models is not None
    for of_net in doubting.models.thresholds.values():
        assert isinstance(of_net, dict)
        of_net[NAMED] = 0.5
    alarm = check(doubting, "丁。丙")
    assert not alarm.is_crisis
    assert alarm.rings
    (held,) = (f for f in alarm.findings if f.tier is Tier.INFORMATIONAL)
    assert (held.sign, held.rule) == ("suicide_explicit", "held: named otherwise")


def test_in_a_long_message_the_second_net_sets_the_tier_as_where_it_stands_alone(
    naming: Naming,
) -> None:
    triage = nets(naming)
    assert triage.models is not None
    strict = triage.models.thresholds["sentences"]
    assert isinstance(strict, dict)
    strict |= {ANY: 2.5, TODAY: 9.0, EMERGENCY: 9.0}
    assert check(triage, "丙", alone=False).tier is Tier.TODAY  # by the name of the sign alone
    assert check(triage, "丙。" + "好。" * LONG, alone=False).tier is Tier.EMERGENCY


def test_a_crisis_and_the_rest_are_both_told_by_other_nets(naming: Naming) -> None:
    by_rules = finding("breathing_chest", Tier.EMERGENCY)
    alarm = check(nets(naming, by_rules), "丁")
    assert alarm.is_crisis
    assert alarm.tier is Tier.EMERGENCY
    assert set(alarm.signs) == {"breathing_chest", "suicide_explicit"}


# No net lowers another's


@given(st.lists(ALL_FINDINGS, max_size=4), st.text("甲乙丙丁戊己。，", max_size=12))
def test_what_the_rules_found_stands_whatever_the_sentences_say(
    naming: Naming, findings: list[Finding], typed: str
) -> None:
    alarm = check(nets(naming, *findings), typed)
    assert set(findings) <= set(alarm.findings)
    alone = Alarm().raised_by(*findings)
    assert alone.rings <= alarm.rings
    assert alone.is_crisis <= alarm.is_crisis
    if alone.tier is not None:
        assert alarm.tier is not None
        assert alarm.tier.urgency >= alone.tier.urgency


def test_rules_hold_back_only_what_they_found_themselves(naming: Naming) -> None:
    held = finding("jaw_mouth_signs", Tier.INFORMATIONAL)
    alarm = check(nets(naming, held), "甲")
    assert alarm.tier is Tier.TELL
    assert held in alarm.findings


VECTOR = linear_head(
    HEADS,
    np.zeros(4, dtype=np.float32),
    np.array([[3.0, 1.5, 0.0, 0.0], [-9.0, -9.0, -9.0, -9.0]], dtype=np.float32),
)
RAISES = np.array([1.0, 0.0], dtype=np.float32)
LOWERS = np.array([0.0, 1.0], dtype=np.float32)


def test_a_vector_raises(naming: Naming) -> None:
    triage = nets(naming, vector=VECTOR)
    message = read_message("甲")
    before = triage.check(message, alone=False)
    assert before.findings == ()
    (found,) = triage.check_vector(before, message, RAISES, "mine").findings
    # 3.0 by the n-grams and 3.0 by the vector, of 5.0; `today` by the vector alone.
    assert found == Finding("jaw_mouth_signs", Tier.TODAY, Net.VECTORS, ("甲",), "score 6.0")


@given(st.lists(ALL_FINDINGS, max_size=4), st.text("甲乙丙丁戊己。，", max_size=12), st.booleans())
def test_no_vector_lowers(
    naming: Naming, findings: list[Finding], typed: str, lowers: bool
) -> None:
    triage = nets(naming, *findings, vector=VECTOR)
    message = read_message(typed)
    before = triage.check(message, alone=False)
    after = triage.check_vector(before, message, LOWERS if lowers else RAISES, "mine")
    assert set(before.findings) <= set(after.findings)
    assert before.is_crisis <= after.is_crisis


def test_a_vector_may_name_a_sign_otherwise(naming: Naming) -> None:
    """「甲」 alone is a sign of the jaw; a vector of the own encoder says that it is the breath."""
    told = np.zeros((2, len(SIGNS)), dtype=np.float32)
    told[0, list(SIGNS).index("breathing_chest")] = 9.0
    head = linear_head(tuple(SIGNS), np.zeros(len(SIGNS), dtype=np.float32), told)
    by_vector = replace(naming, vectors={"mine": head})
    for named, sign in ((naming, "jaw_mouth_signs"), (by_vector, "breathing_chest")):
        triage = nets(named, vector=VECTOR)
        message = read_message("甲")
        before = triage.check(message, alone=False)
        (found,) = triage.check_vector(before, message, RAISES, "mine").findings
        assert found.sign == sign
    other = by_vector.scores(["甲"], RAISES[None], "another")
    assert other.tolist() == naming.scores(["甲"]).tolist()


def test_how_urgent_a_sign_is_tell_the_clauses_that_tell_of_one() -> None:
    """Where a clause tells of no sign, what the heads for the tiers say of it means nothing."""
    heads = (ANY, TODAY, EMERGENCY, CRISIS)
    told = np.array([[5, 1, -2, -9], [3, 2, -4, -9], [-5, 7, 8, 1]], dtype=np.float32)
    assert told_scores(heads, told, 2.5).tolist() == [5, 2, -2, 1]
    assert told_scores(heads, told, 4.0).tolist() == [5, 1, -2, 1]
    assert told_scores(heads, told, 6.0).tolist() == [5, 1, -2, 1]
    assert told_scores((ANY,), told[:, :1], 0.0).tolist() == [5]


def test_the_vector_of_another_encoder_says_nothing(naming: Naming) -> None:
    triage = nets(naming, vector=VECTOR)
    assert triage.knows("mine")
    assert not triage.knows("another")
    message = read_message("甲")
    before = triage.check(message, alone=False)
    assert triage.check_vector(before, message, RAISES, "another") == before
    assert triage.check_vector(before, read_message(""), RAISES, "mine") == before


# Over a conversation


def test_pain_and_weakness_of_two_turns_are_combined() -> None:
    triage = Triage(rule_net(), None)
    first = check(triage, "背越來越痛")
    assert (first.tier, first.signs) == (Tier.TELL, ("new_or_worse_bone_pain",))
    second = check(triage, "背越來越痛", "leg_arm_weakness")
    assert second.tier is Tier.TODAY
    assert second.findings[0].net is Net.CONVERSATION
    assert second.findings[0].rule == "combined: leg_arm_weakness + new_or_worse_bone_pain"
    assert second.findings[0].sign == "new_or_worse_bone_pain"
    assert first.findings[0] in second.findings


def test_signs_of_one_message_are_combined_too() -> None:
    pain = finding("new_or_worse_bone_pain", Tier.TELL)
    numb = finding("numbness_saddle", Tier.TELL)
    made = Triage(FixedFindings(pain, numb), None)
    alarm = check(made, "甲")
    assert alarm.tier is Tier.TODAY
    assert alarm.findings[0].rule == "combined: new_or_worse_bone_pain + numbness_saddle"


def test_what_was_heard_alone_rings_nothing() -> None:
    triage = Triage(rule_net(), None)
    heard = ("new_or_worse_bone_pain", "leg_arm_weakness")
    assert check(triage, "骨轉移是什麼", *heard).findings == ()
    held = check(triage, "去年開刀前腳沒力,現在都好了", "new_or_worse_bone_pain")
    assert held.tier is Tier.INFORMATIONAL


def test_combining_lowers_nothing_and_leaves_a_crisis_alone() -> None:
    emergency = finding("breathing_chest", Tier.EMERGENCY)
    pain = finding("new_or_worse_bone_pain", Tier.TELL)
    made = Triage(FixedFindings(emergency, pain), None)
    assert check(made, "甲", "leg_arm_weakness").findings == (emergency, pain)
    crisis = finding("suicide_explicit", Tier.CRISIS)
    made = Triage(FixedFindings(crisis, pain), None)
    assert check(made, "甲", "leg_arm_weakness").findings == (crisis, pain)


class FixedFindings(FixedRules):
    """A first net that finds the same in every message and combines as the real one does."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(SIGNS, *findings)

    def combine(self, signs: frozenset[str]) -> tuple[Tier, str] | None:  # type: ignore[override]
        return rule_net().combine(signs)


# Weights that are missing or damaged (hazard H21)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    folder = tmp_path / "weights"
    shutil.copytree(WEIGHTS, folder)
    return folder


def test_without_weights_the_rules_work_alone() -> None:
    alone = Triage(rule_net(), None)
    message = read_message("突然兩隻腳動不了")
    assert alone.check(message).findings == rule_net().find(message, alone=True)
    assert alone.check(message).tier is Tier.EMERGENCY
    assert not alone.knows("multilingual-e5-small")
    vector = np.zeros(384, dtype=np.float32)
    assert alone.check_vector(Alarm(), message, vector, "any") == Alarm()


@pytest.mark.parametrize("name", ["signs.tsv", "signs-vectors.npy", "decisions.tsv"])
@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_a_damaged_file_is_named(weights: Path, name: str, damage: str) -> None:
    if damage == "missing":
        (weights / name).unlink()
    else:
        content = (weights / name).read_bytes()
        (weights / name).write_bytes(content[:-1] + b"9\n")
    with pytest.raises(ModelDamaged, match=rf"^{name} "):
        load_models(name.split(".")[0].split("-")[0], weights)


def test_the_names_of_signs_are_checked_when_they_are_opened(weights: Path) -> None:
    (weights / "names.tsv").write_text("", encoding="utf-8")
    with pytest.raises(ModelDamaged, match=r"^names\.tsv is not the file that was trained$"):
        load_naming(weights)


@pytest.mark.parametrize("content", [None, "", "[signs]\n", "not = toml ="])
def test_a_manifest_that_is_not_whole_is_named(weights: Path, content: str | None) -> None:
    if content is None:
        (weights / MANIFEST).unlink()
    else:
        (weights / MANIFEST).write_text(content, encoding="utf-8")
    with pytest.raises(ModelDamaged, match=r"^manifest\.toml "):
        load_models("signs", weights)


def test_with_damaged_weights_triage_works_by_rules_and_says_so(
    weights: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (weights / "signs.tsv").write_text("", encoding="utf-8")
    monkeypatch.setattr(triage_module, "load_models", lambda name: load_models(name, weights))
    with caplog.at_level(logging.ERROR, logger="bonehealth"):
        triage, problem = load_triage()
    assert problem == "signs.tsv is not the file that was trained"
    assert [record.getMessage() for record in caplog.records] == [
        f"Triage works by rules alone: {problem}."
    ]
    assert triage.models is None
    assert check(triage, "突然兩隻腳動不了").tier is Tier.EMERGENCY


# The nets of the package


@pytest.fixture(scope="module")
def real() -> Triage:
    triage, problem = load_triage()
    assert problem == ""
    return triage


PRESENT = (
    *(
        "突然兩隻腳動不了",
        "我媽這兩天站不起來",
        "化療第十天燒到38度半",
        "胸口突然很痛",
        "我不想活了",
    ),
    *("拔牙三個月了傷口還沒好", "這兩天走路像踩棉花", "背越來越痛，半夜痛醒", "藥都存好了"),
    *("她今天一直在說胡話", "I can't feel my legs since this morning", "这两天大小便憋不住"),
)


@pytest.mark.parametrize("typed", PRESENT)
def test_a_finding_names_sign_words_and_rule(real: Triage, typed: str) -> None:
    message = read_message(typed)
    alarm = real.check(message)
    assert alarm.rings
    for found in alarm.findings:
        assert found.sign in SIGNS
        assert found.words
        assert all(word.strip() and word in message.text for word in found.words)
        assert found.rule


def urgency(alarm: Alarm) -> int:
    return alarm.tier.urgency if alarm.tier else -1


def fell(real: Triage, before: Message, after: Message) -> bool:
    """Return whether less is asked for; a crisis is answered before all else, 119 in it."""
    first, second = real.check(before), real.check(after)
    if second.is_crisis:
        return False
    return urgency(second) < urgency(first) or first.is_crisis


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(PRESENT),
    st.sampled_from(["。", "！", "\n", "？", "；"]),
    st.lists(
        st.sampled_from(
            [
                *(
                    "應該沒事吧",
                    "家人說不用去",
                    "老毛病了",
                    "以前也這樣",
                    "沒有發燒",
                    "謝謝您",
                    "如果",
                ),
                *(
                    "電視上說的",
                    "什麼是骨轉移",
                    "去年",
                    "好了",
                    "，",
                    "。",
                    " ",
                    "no",
                    "fine now",
                    "😀",
                ),
            ]
        )
        | st.text(max_size=8),
        max_size=8,
    ).map("".join),
    st.booleans(),
)
def test_no_sentence_that_is_added_lowers_a_tier(
    real: Triage, typed: str, end: str, more: str, behind: bool
) -> None:
    added = f"{typed}{end}{more}" if behind else f"{more}{end}{typed}"
    assert not fell(real, read_message(typed), read_message(added))


MINIMISERS = (
    *(
        "應該沒事吧",
        "家人說不用去",
        "老毛病了",
        "忍一下就好",
        "醫生說正常",
        "只是問問",
        "我想太多了",
    ),
    *("不好意思打擾了", "謝謝您", "應該冇事啩", "无所谓啦", "應該無代誌"),
)


@pytest.mark.parametrize("typed", PRESENT)
@pytest.mark.parametrize("form", ["{0}，{1}", "{1}，{0}", "{0} {1}", "{0}。{1}", "{0} 😣{1}"])
def test_no_minimiser_lowers_a_tier(real: Triage, typed: str, form: str) -> None:
    before = read_message(typed)
    lowered = [m for m in MINIMISERS if fell(real, before, read_message(form.format(typed, m)))]
    assert lowered == []


def test_of_a_long_message_the_loudest_clause_is_heard_by_itself(real: Triage) -> None:
    noise = "早上去市場買了菜。陽台的花又開了。" * 40
    told = "我媽今天兩隻腳突然沒力站不起來"
    loudest = real.loudest(read_message(f"{noise}{told}。{noise}"), rings=True)
    assert loudest is not None
    assert "沒力" in loudest.typed
    assert len(loudest.typed) < 60
    assert real.loudest(read_message(told), rings=False) is None
    middling = read_message(f"{noise[:200]}{told}")
    assert real.loudest(middling, rings=True) is None
    silent = real.loudest(middling, rings=False)
    assert silent is not None
    assert "沒力" in silent.typed


def test_the_clause_of_a_silent_message_must_be_surer(real: Triage) -> None:
    assert real.models is not None
    (encoder,) = real.models.vectors
    message, vector = read_message("腳有一點沉"), np.zeros(384, dtype=np.float32)
    scores = ngram_scores(real.models.ngrams, message)
    scores = scores + real.models.vector_scores(vector, encoder)
    column = real.models.ngrams.heads.index(ANY)
    above = float(scores[column]) - real.models.thresholds["vectors"][ANY]

    def rings(surer: float) -> bool:
        return real.check_vector(Alarm(), message, vector, encoder, surer=surer).rings

    assert rings(above - 0.01)
    assert not rings(above + 0.01)


def test_noise_around_a_sign_does_not_lower_its_tier(real: Triage) -> None:
    noise = "今天天氣很好，早上去市場買了菜。陽台的花又開了，拍照傳給妹妹看。" * 40
    for typed in PRESENT:
        for text in (f"{noise}{typed}。{noise}", f"{typed}。{noise}", f"{noise}{typed}"):
            assert not fell(real, read_message(typed), read_message(text)), typed


# The sentences that the signs were first written for


@pytest.mark.parametrize(
    ("typed", "tier"),
    [
        ("我媽攝護腺癌骨轉移,昨天開始兩腳沒力站不起來", Tier.TODAY),
        ("这两天走路像踩棉花,大小便也憋不住", Tier.TODAY),
        ("癌症骨轉移，腳麻應該只是坐太久吧 家人說不用去", Tier.TODAY),
        ("打完癌骨瓦手腳一直抽筋嘴巴麻麻的", Tier.TODAY),
        ("化療第十天燒到38度半", Tier.TODAY),
        ("拔牙三個月了傷口還沒好", Tier.TELL),
        ("痛到不想活了", Tier.CRISIS),
        ("藥都存好了", Tier.CRISIS),
    ],
)
def test_a_seed_sentence_has_its_tier_at_least(real: Triage, typed: str, tier: Tier) -> None:
    alarm = check(real, typed)
    assert urgency(alarm) >= tier.urgency
    assert alarm.is_crisis == (tier is Tier.CRISIS)


@pytest.mark.parametrize(
    "typed",
    [
        "我沒有腳麻,只是想問脊髓壓迫有什麼症狀",
        "去年開刀前腳沒力,現在都好了",
        "如果以後尿不出來要找誰",
        "我不想活動可以嗎",
    ],
)
def test_a_seed_sentence_without_a_sign_rings_nothing(real: Triage, typed: str) -> None:
    assert not check(real, typed).rings


def test_of_equally_urgent_signs_the_one_that_more_nets_heard_comes_first() -> None:
    spine = finding("numbness_saddle", Tier.TODAY)
    calcium = finding("low_calcium_cramps_tingling", Tier.TODAY)
    alarm = Alarm().raised_by(spine, calcium).raised_by(replace(calcium, net=Net.VECTORS))
    assert alarm.signs == ("low_calcium_cramps_tingling", "numbness_saddle")
    assert Alarm().raised_by(spine, calcium).signs[0] == "numbness_saddle"
    urgent = alarm.raised_by(finding("breathing_chest", Tier.EMERGENCY))
    assert urgent.signs[0] == "breathing_chest"
