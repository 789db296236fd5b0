"""Topics that the guide leaves out: the real ones load, a broken rule names file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import EditionError
from corpus.not_in_guide import TOPIC_FOLDER, Topic, load_topics
from corpus.passage import Language
from corpus.source import Source
from tests.corpus.builders import write_edition

GOOD = """\
# 費用

## 健保

- 編號：cost-insurance
- 說法：健保給付

### 台灣問法

- 健保有給付嗎

## 天氣

- 編號：weather
- 說法：天氣
- 範圍：無關

### English

- Will it rain?
"""


def problems_of(folder: Path) -> tuple[str, ...]:
    with pytest.raises(EditionError) as caught:
        load_topics(folder)
    return caught.value.problems


def test_topics_are_read_in_order(tmp_path: Path) -> None:
    other = GOOD.split("## 天氣")[0].replace("cost-insurance", "cost-again")
    topics = load_topics(write_edition(tmp_path, b=GOOD, a=other))
    assert [topic.topic_id for topic in topics] == ["cost-again", "cost-insurance", "weather"]
    assert topics[1] == Topic(
        "cost-insurance", "健保", "健保給付", {Language.TAIWAN: ("健保有給付嗎",)}
    )
    assert topics[2] == Topic(
        "weather", "天氣", "天氣", {Language.ENGLISH: ("Will it rain?",)}, is_unrelated=True
    )


def test_the_real_topics_load(edition: Source) -> None:
    topics = edition.topics
    headings = [
        line.removeprefix("## ")
        for path in sorted(TOPIC_FOLDER.glob("*.md"))
        for line in path.read_text(encoding="utf-8").split("\n")
        if line.startswith("## ")
    ]
    assert [topic.heading for topic in topics] == headings
    assert len({topic.topic_id for topic in topics}) == len(topics)
    assert all(topic.phrase and any(topic.questions.values()) for topic in topics)
    by_id = {topic.topic_id: topic for topic in topics}
    assert by_id["cost-insurance"].phrase == "健保給付與各項費用"
    assert not by_id["cost-insurance"].is_unrelated
    assert any(topic.is_unrelated for topic in topics)


def test_no_topic_takes_the_name_of_a_passage(edition: Source) -> None:
    assert {topic.topic_id for topic in edition.topics} & set(edition.guide.by_id) == set()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("：weather", "：Weather", "t.md:12: 編號「Weather」只能用小寫英文、數字和連字號。"),
        ("- 編號：weather\n", "", "t.md:12: 編號「」只能用小寫英文、數字和連字號。"),
        ("：weather", "：cost-insurance", "t.md:12: 編號「cost-insurance」和 t.md:3 重複。"),
        ("- 說法：天氣\n", "", "t.md:12: 缺少欄位「說法」。"),
        ("- 說法：天氣", "- 說法：", "t.md:12: 缺少欄位「說法」。"),
        ("- 範圍：無關", "- 範圍：很遠", "t.md:12: 欄位「範圍」只能寫「無關」。"),
        ("### 台灣問法\n\n- 健保有給付嗎\n\n", "", "t.md:3: 沒有任何問法。"),
        (
            "- 範圍：無關",
            "- 頁碼：9",
            "t.md:16: 不認得的欄位「頁碼」，可用的是：編號、說法、範圍。",
        ),
    ],
)
def test_a_broken_rule_is_named_with_file_and_line(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    assert old in GOOD
    assert problems_of(write_edition(tmp_path, t=GOOD.replace(old, new))) == (problem,)


def test_problems_of_all_files_are_reported_at_once(tmp_path: Path) -> None:
    folder = write_edition(
        tmp_path,
        a=GOOD.replace("- 說法：天氣\n", ""),
        b=GOOD.replace("weather", "rain").replace("範圍：無關", "範圍：遠"),
    )
    assert problems_of(folder) == (
        "a.md:12: 缺少欄位「說法」。",
        "b.md:3: 編號「cost-insurance」和 a.md:3 重複。",
        "b.md:12: 欄位「範圍」只能寫「無關」。",
    )


@pytest.mark.parametrize("question", ["{骨}有給付嗎", "{癌}用{藥}有給付嗎", "{癌有給付嗎"])
def test_a_slot_that_cannot_be_filled_is_reported(tmp_path: Path, question: str) -> None:
    content = GOOD.replace("健保有給付嗎", question)
    problem = f"a.md:3: 問法「{question}」的空格只能有一個，寫成 {{癌}} 或 {{藥}}。"
    assert problems_of(write_edition(tmp_path, a=content)) == (problem,)


def test_a_slot_that_can_be_filled_is_kept(tmp_path: Path) -> None:
    folder = write_edition(tmp_path, a=GOOD.replace("健保有給付嗎", "{藥}有給付嗎"))
    assert load_topics(folder)[0].questions == {Language.TAIWAN: ("{藥}有給付嗎",)}
