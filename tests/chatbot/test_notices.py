"""Notices: what is said first, whom to call, in each language."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from chatbot.citation import cite
from chatbot.contacts import NO_TEAM, Team
from chatbot.notices import Notices
from chatbot.promise import Promise
from chatbot.reply import Urgent
from chatbot.templates import Templates, load_languages
from chatbot.triage.tier import Tier
from corpus.passage import Language, Passage
from corpus.source import Source
from tests.chatbot.reviewed import NUMBERS, SENTENCES, Audit
from tests.helpers import passage, small_guide, small_topics

BY_LANGUAGE: Mapping[Language, Templates] = load_languages(Templates())
TEAM = Team("腫瘤個管師", "02-2345-6789")
FILES = {
    Language.TAIWAN: "zh-Hant",
    Language.HONG_KONG: "zh-Hant",
    Language.MAINLAND: "zh-Hans",
    Language.ENGLISH: "en",
}
EVERY_LANGUAGE = pytest.mark.parametrize("language", FILES)
SUPPORT = (passage("what", pages=(9, 26)), passage("pain", pages=(9,)))


def line(language: Language, group: str, name: str, /, **values: str) -> str:
    """Return a line as its file has it, filled without the product's help."""
    text = SENTENCES[FILES[language]][group][name]
    for placeholder, value in {**NUMBERS, **values}.items():
        text = text.replace(f"{{{{ {placeholder} }}}}", value)
    assert "{" not in text
    return text


def notice(
    tier: Tier,
    language: Language = Language.TAIWAN,
    support: tuple[Passage, ...] = (),
    *,
    team: Team = NO_TEAM,
    silent: bool = False,
    folded: bool = False,
) -> list[str]:
    """Return the paragraphs of a notice."""
    notices = Notices(BY_LANGUAGE, team)
    text = notices.urgent(tier, language, support, silent=silent, folded=folded)
    assert len(text.lines) == text.count("\n") + 1
    return text.split("\n")


def crisis(
    language: Language = Language.TAIWAN,
    support: tuple[Passage, ...] = (),
    *,
    team: Team = NO_TEAM,
) -> list[str]:
    return Notices(BY_LANGUAGE, team).crisis(language, support).split("\n")


def dialled(tier: Tier, team: Team) -> list[tuple[str, str]]:
    dials = Notices(BY_LANGUAGE, team).dials(tier, Language.TAIWAN)
    return [(dial.number, str(dial.label)) for dial in dials]


# What is said first


@pytest.mark.parametrize(
    ("tier", "language", "first"),
    [
        (
            Tier.EMERGENCY,
            Language.TAIWAN,
            "這可能需要緊急處理。請立即撥打 119，或請身邊的人幫忙打。",
        ),
        (
            Tier.EMERGENCY,
            Language.MAINLAND,
            "这可能需要紧急处理。请立即拨打台湾的 119，或请身边的人帮忙打。",
        ),
        (
            Tier.EMERGENCY,
            Language.ENGLISH,
            "This may need emergency care. Call 119 (Taiwan emergency line) right now, or ask "
            "someone near you to call.",
        ),
    ],
)
def test_in_an_emergency_119_is_said_first(tier: Tier, language: Language, first: str) -> None:
    assert notice(tier, language)[0] == first


@EVERY_LANGUAGE
@pytest.mark.parametrize(
    ("tier", "name"), [(Tier.EMERGENCY, "emergency"), (Tier.TODAY, "today"), (Tier.TELL, "tell")]
)
def test_each_tier_begins_with_what_to_do(tier: Tier, name: str, language: Language) -> None:
    paragraphs = notice(tier, language, SUPPORT, team=TEAM, silent=True, folded=True)
    assert paragraphs[0] == line(language, "urgent", name)


@EVERY_LANGUAGE
def test_in_an_emergency_it_is_told_how_to_call_without_a_voice(language: Language) -> None:
    paragraphs = notice(Tier.EMERGENCY, language, team=TEAM)
    assert paragraphs[1:] == [
        line(language, "urgent", "emergency_silent_call"),
        line(language, "urgent", "no_judgement"),
    ]


@EVERY_LANGUAGE
@pytest.mark.parametrize("tier", [Tier.TODAY, Tier.TELL])
def test_the_teams_number_comes_second_where_it_is_set(tier: Tier, language: Language) -> None:
    assert notice(tier, language, team=TEAM)[1] == line(
        language, "urgent", "team", name="腫瘤個管師", phone="02-2345-6789"
    )


@EVERY_LANGUAGE
@pytest.mark.parametrize("tier", [Tier.TODAY, Tier.TELL])
def test_else_it_is_told_where_that_number_is_printed(tier: Tier, language: Language) -> None:
    for team in (NO_TEAM, Team("腫瘤個管師", "")):
        assert notice(tier, language, team=team)[1] == line(language, "urgent", "team_unknown")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.TAIWAN, "醫療團隊電話：02-2345-6789。"),
        (Language.MAINLAND, "治疗团队电话：02-2345-6789。"),
        (Language.ENGLISH, "Phone number for your care team: 02-2345-6789."),
    ],
)
def test_a_team_without_a_name_is_called_the_care_team(language: Language, said: str) -> None:
    assert notice(Tier.TODAY, language, team=Team("", "02-2345-6789"))[1] == said


@pytest.mark.parametrize(
    ("tier", "numbers"),
    [(Tier.EMERGENCY, {"119"}), (Tier.TODAY, {"119"}), (Tier.TELL, set())],
)
@EVERY_LANGUAGE
def test_a_notice_holds_the_numbers_of_its_tier(
    tier: Tier, numbers: set[str], language: Language
) -> None:
    said = "\n".join(notice(tier, language))
    assert {number for number in NUMBERS.values() if number in said} == numbers


# What follows


@EVERY_LANGUAGE
@pytest.mark.parametrize("tier", [Tier.EMERGENCY, Tier.TODAY, Tier.TELL])
def test_the_rest_stands_in_one_order(tier: Tier, language: Language) -> None:
    paragraphs = notice(tier, language, SUPPORT, silent=True, folded=True)
    pages = "9, 26" if language is Language.ENGLISH else "9、26"
    assert paragraphs[2:] == [
        line(language, "urgent", "no_judgement"),
        line(language, "urgent", "silent"),
        line(language, "urgent", "folded"),
        line(language, "urgent", "support_silent", pages=pages),
    ]


@EVERY_LANGUAGE
def test_only_a_sign_that_the_guide_names_is_said_to_be_explained(language: Language) -> None:
    pages = "9, 26" if language is Language.ENGLISH else "9、26"
    last = notice(Tier.TODAY, language, SUPPORT)[-1]
    assert last == line(language, "urgent", "support", pages=pages)


@EVERY_LANGUAGE
@pytest.mark.parametrize(
    ("silent", "folded", "support", "names"),
    [
        (False, False, (), []),
        (True, False, (), ["silent"]),
        (False, True, (), ["folded"]),
        (False, False, (passage(pages=()),), ["support_no_page"]),
        (True, False, (passage(pages=()),), ["silent", "support_no_page"]),
    ],
)
def test_each_further_line_is_said_only_where_it_is_so(
    language: Language, silent: bool, folded: bool, support: tuple[Passage, ...], names: list[str]
) -> None:
    paragraphs = notice(Tier.TODAY, language, support, silent=silent, folded=folded)
    assert paragraphs[3:] == [line(language, "urgent", name) for name in names]


# Crisis


@pytest.mark.parametrize(
    ("language", "first"),
    [
        (
            Language.TAIWAN,
            "如果現在有危險，或手邊有會傷害自己的東西，請立刻撥打 119。想找人說話，請打 1925 "
            "安心專線（24 小時、免費）；忙線時也可以打 1995 生命線，或 1980 張老師。",
        ),
        (
            Language.MAINLAND,
            "如果现在有危险，或手边有会伤害自己的东西，请立刻拨打台湾的 119。想找人说话，请打台湾的 "
            "1925 安心专线（24 小时、免费）；占线时也可以打 1995 生命线，或 1980 “张老师”专线。",
        ),
        (
            Language.ENGLISH,
            "If there is danger right now, or if there is something close at hand that could be "
            "used to hurt yourself, call 119 (Taiwan emergency line) right away. To talk to "
            "someone, call 1925 (Taiwan's Anxin helpline: 24 hours, free). If the line is busy, "
            "you can also call 1995 (Lifeline) or 1980 (the “Teacher Chang” helpline).",
        ),
    ],
)
def test_a_crisis_says_the_numbers_first(language: Language, first: str) -> None:
    assert crisis(language, SUPPORT, team=TEAM)[0] == first


@EVERY_LANGUAGE
def test_a_crisis_is_short_and_ends_with_who_can_help(language: Language) -> None:
    pages = "9, 26" if language is Language.ENGLISH else "9、26"
    assert crisis(language, SUPPORT)[1:] == [
        line(language, "crisis", "warm"),
        line(language, "crisis", "team_unknown"),
        line(language, "crisis", "support", pages=pages),
    ]
    assert crisis(language, team=TEAM)[1:] == [
        line(language, "crisis", "warm"),
        line(language, "crisis", "team", name="腫瘤個管師", phone="02-2345-6789"),
    ]
    assert crisis(language, (passage(pages=()),))[3:] == [
        line(language, "crisis", "support_no_page")
    ]


@EVERY_LANGUAGE
def test_after_a_crisis_the_two_first_numbers_stay_in_sight(language: Language) -> None:
    reminder = Notices(BY_LANGUAGE, NO_TEAM).reminder(language)
    assert reminder == line(language, "crisis", "reminder")
    assert "1925" in reminder
    assert "119" in reminder


@EVERY_LANGUAGE
def test_a_sign_that_is_spoken_of_brings_a_line_of_contact(language: Language) -> None:
    footer = Notices(BY_LANGUAGE, NO_TEAM).mentioned(language)
    assert footer == line(language, "mentioned", "footer")
    assert "119" in footer


# Numbers to tap


def test_the_numbers_to_tap_stand_in_the_order_of_the_notice() -> None:
    emergency, team = ("119", "救護車、立即的危險"), ("02-2345-6789", "腫瘤個管師")
    assert dialled(Tier.EMERGENCY, TEAM) == [emergency, team]
    assert dialled(Tier.TODAY, TEAM) == [team, emergency]
    assert dialled(Tier.TELL, TEAM) == [team]
    assert dialled(Tier.EMERGENCY, NO_TEAM) == [emergency]
    assert dialled(Tier.TODAY, NO_TEAM) == [emergency]
    assert dialled(Tier.TELL, NO_TEAM) == []


@pytest.mark.parametrize("team", [NO_TEAM, TEAM])
def test_in_a_crisis_someone_to_talk_to_can_be_tapped_first(team: Team) -> None:
    assert dialled(Tier.CRISIS, team) == [
        ("1925", "安心專線（24 小時）"),
        ("1995", "生命線"),
        ("1980", "張老師"),
        ("119", "救護車、立即的危險"),
    ]


def test_a_team_without_a_name_can_be_tapped_too() -> None:
    assert dialled(Tier.TELL, Team("", "119-1")) == [("119-1", "醫療團隊")]


@EVERY_LANGUAGE
@pytest.mark.parametrize("team", [NO_TEAM, TEAM, Team("", "02-2345-6789")])
@pytest.mark.parametrize("tier", [Tier.EMERGENCY, Tier.TODAY, Tier.TELL, Tier.CRISIS])
def test_every_notice_passes_the_promise_and_the_audit(
    tier: Tier, team: Team, language: Language
) -> None:
    notices = Notices(BY_LANGUAGE, team)
    support = tuple(small_guide().by_id[name] for name in ("what", "pain"))
    if tier is Tier.CRISIS:
        text = notices.crisis(language, support)
    else:
        text = notices.urgent(tier, language, support, silent=True, folded=True)
    reply = Urgent(text, tier, cite(support), 2, (), notices.dials(tier, language))
    promise = Promise(small_guide(), small_topics(), BY_LANGUAGE.values(), team)
    assert list(promise.faults(reply)) == []
    assert Audit(Source(small_guide(), small_topics()), team.name, team.phone).stray(reply) == []
