from __future__ import annotations

import time
import tomllib
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.bot import Chatbot
from chatbot.reply import SmallTalk
from chatbot.smalltalk import COURTESY, load_small_talk, recognise
from chatbot.templates import TEMPLATE_FOLDER
from index.query import read_query
from tests.chatbot.reviewed import NUMBERS

KNOWN = load_small_talk()
TOPICS = KNOWN.topics

TRADITIONAL = {
    "greeting": (
        "你好",
        "您好！",
        "哈囉～",
        "早安",
        "有人在嗎？",
        "嗨 這麼晚有人嗎",
        "安安 睡不著來問一下",
        "嗯 那個 就是 我想問一下",
        "我想請問一個問題",
    ),
    "thanks": ("謝謝", "感謝您的回答", "好的謝謝", "好的，謝謝！", "嗯嗯", "知道了", "了解"),
    "goodbye": ("再見", "掰掰囉", "先這樣囉"),
    "who_are_you": ("你是誰？", "請問您是誰", "你是機器人嗎", "你可以做什麼", "你是真人嗎"),
    "accuracy": ("這準嗎", "你的回答可靠嗎？", "會不會亂講", "有醫師審過嗎"),
    "privacy": (
        "那你會記住我講的嗎",
        "會記錄我的問題嗎",
        "我打的字會被別人看到嗎",
        "會不會洩漏個資",
        "隱私",
    ),
    "sources": ("資料從哪裡來的", "這是誰寫的？", "資料來源"),
    "language": ("可以用英文回答嗎", "我要簡體", "阿嬤聽不懂國語 有台語嗎"),
    "numbers": ("剛剛那個救護車電話幾號", "救護車怎麼叫", "安心專線是幾號"),
    "person": ("我要找護理師", "可以跟真人說話嗎", "請幫我叫護士", "我想找個管師談談"),
}
SIMPLIFIED = {
    "greeting": ("有人在吗", "哈啰", "你好吗？"),
    "thanks": ("谢谢", "谢谢您的帮忙", "感谢你", "谢谢啦"),
    "goodbye": ("再见", "先这样了"),
    "who_are_you": ("你是谁？", "你是机器人吗", "你会做什么"),
    "accuracy": ("这准吗", "你的回答可靠吗", "会不会乱讲", "有医生审查过吗"),
    "privacy": ("你会记录我的问题吗", "会不会保存我的对话", "隐私"),
    "sources": ("资料哪里来的", "这是谁写的", "来源是什么"),
    "language": ("我要简体", "能用中文回答吗"),
    "numbers": ("救护车电话多少", "安心专线电话"),
    "person": ("我要找护士", "能跟真人说话吗"),
}
ENGLISH = {
    "greeting": ("Hello!", "hi", "Hi there!", "Good morning"),
    "thanks": ("Thank you so much!", "thanks", "OK, thanks", "Okay."),
    "goodbye": ("Bye bye", "Goodbye!", "See you"),
    "who_are_you": ("Who are you?", "Are you a doctor?", "What can you do?"),
    "accuracy": ("Is this accurate?", "Are you reliable?"),
    "privacy": ("Do you store my questions?", "Is this private?"),
    "sources": ("What are your sources?", "Where does the information come from?"),
    "language": ("Chinese or English?", "in English pls"),
    "numbers": ("What's the ambulance number again?", "helpline number"),
    "person": ("Can I speak to a nurse?", "I want to talk to a real person"),
}
CANTONESE = {
    "greeting": ("你好呀", "早晨"),
    "thanks": ("唔該", "唔該晒", "多謝晒！", "多謝你"),
    "goodbye": ("拜拜啦", "拜拜囉"),
    "who_are_you": ("你係邊個㗎", "你係咩人"),
    "accuracy": ("你講嘅準唔準", "會唔會亂講"),
    "privacy": ("你會唔會記錄我嘅問題",),
    "sources": ("資料邊度嚟㗎", "內容邊度嚟"),
    "language": ("呢本嘢可唔可以用英文答", "識講廣東話㗎"),
    "numbers": ("白車點叫", "救護車電話幾多號呀"),
    "person": ("我想搵姑娘", "搵個醫生嚟得唔得"),
}
SAID = [
    (name, message)
    for messages in (TRADITIONAL, SIMPLIFIED, ENGLISH, CANTONESE)
    for name, ways in messages.items()
    for message in ways
]


def filled(template: str) -> str:
    """Return a sentence with the numbers that it names."""
    for name, number in NUMBERS.items():
        template = template.replace(f"{{{{ {name} }}}}", number)
    return template


def topic_of(message: str) -> str | None:
    return recognise(read_query(message), KNOWN)


@pytest.mark.parametrize("ways", [TRADITIONAL, SIMPLIFIED, ENGLISH, CANTONESE])
def test_every_topic_has_a_way_of_saying_here(ways: dict[str, tuple[str, ...]]) -> None:
    assert {topic.name for topic in TOPICS} == set(ways)


@pytest.mark.parametrize(("name", "message"), SAID)
def test_small_talk_is_recognised(name: str, message: str) -> None:
    assert topic_of(message) == name


@pytest.mark.parametrize(
    "message",
    [
        "你好，骨轉移會痛嗎",
        "您好請問骨轉移會痛嗎",
        "謝謝，那多久打一次",
        "谢谢，那多久打一次",
        "Hi, what is bone metastasis?",
        "thanks, how often is it given?",
        "唔該，骨轉移會唔會痛",
        "了解骨轉移",
        "骨轉移是什麼",
        "隱私部位會痛",
        "再見到醫師要問什麼",
        "這是什麼藥",
        "半夜有人在家會痛嗎",
        "你好想問骨頭痛",
        "醫師說可靠的治療是什麼",
        "",
        "？！",
    ],
)
def test_a_question_with_a_greeting_is_no_small_talk(message: str) -> None:
    assert topic_of(message) is None


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("thanks", "太好了，感恩！"),
        ("thanks", "謝謝小幫手"),
        ("thanks", "原來如此，謝謝說明"),
        ("thanks", "长知识了，谢谢"),
        ("thanks", "Oh I see, thanks a lot!"),
        ("thanks", "喔喔好"),
        ("goodbye", "謝謝，掰掰"),
        ("greeting", "你好，在嗎"),
        ("who_are_you", "哈囉，你是真人嗎"),
        ("privacy", "謝謝。我打的字你們會存起來嗎"),
        ("thanks", "好，我來勸我爸"),
        ("thanks", "那我放心一點了"),
        ("thanks", "救護車來了 謝謝"),
    ],
)
def test_courtesies_are_small_talk_alone_together_and_before_it(name: str, message: str) -> None:
    assert topic_of(message) == name


@pytest.mark.parametrize(
    "message",
    [
        "好痛",
        "好累",
        "好想死",
        "謝謝你們，再見了，不想活了",
        "真的很痛",
        "有人在流血",
        "那我可以停嗎",
        "我來打針",
        "他走了",
        "我就先走了",
        "好擔心",
        "thanks, it hurts so much",
        "你好煩",
        "多久",
    ],
)
def test_what_says_more_than_a_courtesy_is_none(message: str) -> None:
    assert topic_of(message) is None


def test_a_long_run_of_courtesies_is_read_in_no_time() -> None:
    topic_of("好")
    start = time.perf_counter()
    assert topic_of("好" * 59 + "痛") is None
    assert topic_of("好" * 5_000) is None
    assert time.perf_counter() - start < 1.0


SOURCE = tomllib.loads((files("chatbot") / "smalltalk.toml").read_text(encoding="utf-8"))
SENTENCES = tomllib.loads((TEMPLATE_FOLDER / "zh-Hant.toml").read_text(encoding="utf-8"))[
    "smalltalk"
]
PATTERNS = [
    (name, pattern)
    for name, topic in SOURCE.items()
    if name != COURTESY
    for pattern in topic["patterns"]
    if ".{" not in pattern
]


@pytest.mark.parametrize(("name", "pattern"), PATTERNS, ids=range(len(PATTERNS)))
def test_whatever_a_pattern_spells_is_recognised(name: str, pattern: str) -> None:
    """A pattern is of no use where normalising changes what it spells, as 了解 or 唔該晒."""
    possible = {topic.name for topic in TOPICS[: [t.name for t in TOPICS].index(name) + 1]}

    @settings(deadline=None, max_examples=60, derandomize=True)
    @given(st.from_regex(pattern, fullmatch=True))
    def check(message: str) -> None:
        assert topic_of(message) in possible

    check()


def test_small_talk_is_answered_by_its_reviewed_text(small_chatbot: Chatbot) -> None:
    for name, ways in TRADITIONAL.items():
        reply = small_chatbot.reply(ways[0]).reply
        assert isinstance(reply, SmallTalk)
        assert reply.text == filled(SENTENCES[name])
        assert reply.suggestions == ("骨轉移是什麼", "denosumab 多久打一次")


@pytest.mark.parametrize(
    "message", ["會好嗎", "會好嗎？", "好了嗎 我會好嗎", "會唔會好咩", "我去問醫生好嗎"]
)
def test_what_ends_as_a_question_tells_of_nothing_that_somebody_does(message: str) -> None:
    assert topic_of(message) is None


@pytest.mark.parametrize(
    "message", ["要找醫師嗎", "我要跟醫生說", "什麼時候要找醫生", "should i call the nurse"]
)
def test_who_asks_whether_to_find_somebody_is_not_told_how(message: str) -> None:
    assert topic_of(message) != "person"
