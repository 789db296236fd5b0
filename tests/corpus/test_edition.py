"""The real edition keeps its rules; a broken rule is named with its file and line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from corpus.aspects import load_aspects
from corpus.edition import EDITION_FOLDER, load_edition
from corpus.errors import EditionError
from corpus.passage import Language, PassageKind
from corpus.source import Source
from tests.corpus.builders import EDITION_FILE, bare, write_edition
from tests.helpers import NO_ORIGINAL, ORIGINAL

GLOSSARY = """\
# 詞彙

## 名詞：骨代謝

- 編號：g-turnover
- 頁碼：6、32
- 種類：詞彙
- 主題：一般

骨代謝：舊的骨頭被慢慢拆掉，新的骨頭再補上。
"""


def problems_of(folder: Path) -> tuple[str, ...]:
    with pytest.raises(EditionError) as caught:
        load_edition(folder)
    assert str(caught.value) == "\n".join(caught.value.problems)
    return caught.value.problems


def test_sections_come_in_the_order_of_their_files(edition: Source) -> None:
    titles = [
        path.read_text(encoding="utf-8").split("\n", 1)[0].removeprefix("# ")
        for path in sorted(EDITION_FOLDER.glob("*.md"))
    ]
    assert [section.title for section in edition.guide.sections] == titles
    for section in edition.guide.sections:
        assert {passage.section for passage in section.passages} == {section.title}


def test_every_second_heading_of_the_files_is_a_passage(edition: Source) -> None:
    headings = [
        line.removeprefix("## ")
        for path in sorted(EDITION_FOLDER.glob("*.md"))
        for line in path.read_text(encoding="utf-8").split("\n")
        if line.startswith("## ")
    ]
    assert [passage.heading for passage in edition.guide.passages] == headings


def test_a_passage_has_what_its_file_says(edition: Source) -> None:
    passage = edition.guide.by_id["p9-blood"]
    assert (passage.pages, passage.kind) == ((9,), PassageKind.PROSE)
    assert "鹼性磷酸酶" in passage.text
    assert "抽血驗什麼" in passage.questions[Language.TAIWAN]
    assert passage.span is None


def test_the_edition_keeps_its_rules(edition: Source) -> None:
    passages = edition.guide.passages
    for what in ("passage_id", "heading", "text"):
        values = [getattr(passage, what) for passage in passages]
        assert len(set(values)) == len(values), what
    longest = {PassageKind.OVERVIEW: 280}
    for passage in passages:
        assert passage.pages
        assert set(passage.pages) <= set(range(1, 36))
        assert list(passage.pages) == sorted(set(passage.pages))
        assert 20 <= len(passage.text) <= longest.get(passage.kind, 160), passage.passage_id
        assert passage.text[-1] in "。！？"
        for words in passage.aspects.values():
            assert words in passage.text
            assert words
        assert set(passage.companions) <= set(edition.guide.by_id)
        if passage.kind is not PassageKind.GLOSSARY:
            counts = [len(passage.questions[language]) for language in Language]
            assert all(n >= least for n, least in zip(counts, (8, 3, 1, 3), strict=True))


@pytest.mark.skipif(not ORIGINAL.exists(), reason=NO_ORIGINAL)
def test_no_sentence_of_the_publisher_is_in_the_edition(edition: Source) -> None:
    original = bare(ORIGINAL.read_text(encoding="utf-8"))
    sentences = [s for s in re.split(r"[。！？；]", original) if len(s) >= 14]
    assert len(sentences) > 100
    ours = "\n".join(bare(passage.text) for passage in edition.guide.passages)
    assert [sentence for sentence in sentences if sentence in ours] == []


def test_the_file_that_the_tests_break_is_good(tmp_path: Path) -> None:
    guide = load_edition(write_edition(tmp_path, a=EDITION_FILE, b=GLOSSARY))
    assert [(p.passage_id, p.section, p.pages, p.kind) for p in guide.passages] == [
        ("p9-what", "骨轉移", (9,), PassageKind.PROSE),
        ("g-turnover", "詞彙", (6, 32), PassageKind.GLOSSARY),
    ]
    assert guide.passages[0].aspects == {"definition": "癌細胞跑到骨頭裡"}
    assert len(guide.passages[0].questions[Language.TAIWAN]) == 8


NO_SUBJECT = "a.md:3: 不認得的主題「{}」；不專講一種時寫「一般」。"
SUBJECTS_CLASH = "a.md:3: 主題「{}」重複，或「一般」和別的並列。"
BAD_SLOT = "a.md:3: 問法「{}」的空格只能有一個，寫成 {{癌}} 或 {{藥}}。"
BROKEN = [
    ("- 編號：p9-what\n", "", "a.md:3: 編號「」只能用小寫英文、數字和連字號。"),
    ("：p9-what", "：P9_what", "a.md:3: 編號「P9_what」只能用小寫英文、數字和連字號。"),
    ("：p9-what", "：p9-", "a.md:3: 編號「p9-」只能用小寫英文、數字和連字號。"),
    ("- 頁碼：9\n", "", "a.md:3: 頁碼「」要寫成「9」或「9、26」。"),
    ("頁碼：9", "頁碼：9, 26", "a.md:3: 頁碼「9, 26」要寫成「9」或「9、26」。"),
    ("頁碼：9", "頁碼：九", "a.md:3: 頁碼「九」要寫成「9」或「9、26」。"),
    ("頁碼：9", "頁碼：26、9", "a.md:3: 頁碼「26、9」要由小到大、不重複，並在 1 到 35 之間。"),
    ("頁碼：9", "頁碼：9、9", "a.md:3: 頁碼「9、9」要由小到大、不重複，並在 1 到 35 之間。"),
    ("頁碼：9", "頁碼：0", "a.md:3: 頁碼「0」要由小到大、不重複，並在 1 到 35 之間。"),
    ("頁碼：9", "頁碼：9、36", "a.md:3: 頁碼「9、36」要由小到大、不重複，並在 1 到 35 之間。"),
    ("種類：敘述", "種類：詩", "a.md:3: 種類要是其中之一：敘述、列表、表格、圖表、詞彙、總覽。"),
    ("談談。\n", "談談\n", "a.md:3: 內文要以句號、問號或驚嘆號結尾。"),
    ("definition：", "color：", "a.md:3: 不認得的面向「color」。"),
    ("definition：癌細胞跑到骨頭裡", "definition：飛走了", "a.md:3: 面向 definition 的字句「飛走了」不在內文裡。"),
    ("definition：癌細胞跑到骨頭裡", "definition：", "a.md:3: 面向 definition 的字句「」不在內文裡。"),
    ("- 骨頭有癌細胞\n", "", "a.md:3: 「hant」問法少於 8 句。"),
    ("- 骨转移的意思\n", "", "a.md:3: 「hans」問法少於 3 句。"),
    ("### 香港問法\n\n- 骨轉移係咩\n\n", "", "a.md:3: 「hk」問法少於 1 句。"),
    ("- Is it bone cancer?\n", "", "a.md:3: 「en」問法少於 3 句。"),
    ("- 主題：一般\n", "", NO_SUBJECT.format("")),
    ("主題：一般", "主題：", NO_SUBJECT.format("")),
    ("主題：一般", "主題：骨癌", NO_SUBJECT.format("骨癌")),
    ("主題：一般", "主題：乳癌、骨癌", NO_SUBJECT.format("骨癌")),
    ("主題：一般", "主題：乳癌、乳癌", SUBJECTS_CLASH.format("乳癌、乳癌")),
    ("主題：一般", "主題：一般、乳癌", SUBJECTS_CLASH.format("一般、乳癌")),
    ("- 什麼叫骨轉移", "- 什麼叫{骨}轉移", BAD_SLOT.format("什麼叫{骨}轉移")),
    ("- 什麼叫骨轉移", "- {癌}要用{藥}嗎", BAD_SLOT.format("{癌}要用{藥}嗎")),
    ("- 什麼叫骨轉移", "- {癌}和{癌}", BAD_SLOT.format("{癌}和{癌}")),
    ("- 什麼叫骨轉移", "- 什麼叫{癌", BAD_SLOT.format("什麼叫{癌")),
    ("- What does", "- What of {cancer} does", BAD_SLOT.format("What of {cancer} does bone mets mean?")),
    ("- 種類：敘述\n", "- 種類：敘述\n- 並列：p9-nowhere\n", "a.md:3: 並列的編號「p9-nowhere」不存在。"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "problem"), BROKEN)
def test_a_broken_rule_is_named_with_file_and_line(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    assert EDITION_FILE.count(old) >= 1
    assert problems_of(write_edition(tmp_path, a=EDITION_FILE.replace(old, new, 1))) == (problem,)


@pytest.mark.parametrize("written", ["乳癌", "denosumab、乳癌", "類固醇、其他癌症、手術"])
def test_a_passage_is_about_the_subjects_that_its_file_names(tmp_path: Path, written: str) -> None:
    content = EDITION_FILE.replace("主題：一般", f"主題：{written}")
    (passage,) = load_edition(write_edition(tmp_path, a=content)).passages
    assert "、".join(passage.subjects) == written


def test_a_passage_that_holds_for_all_says_so(tmp_path: Path) -> None:
    (passage,) = load_edition(write_edition(tmp_path, a=EDITION_FILE)).passages
    assert passage.subjects == ("一般",)


def test_a_slot_stays_in_the_bank_as_it_was_written(tmp_path: Path) -> None:
    content = EDITION_FILE.replace("- 什麼叫骨轉移", "- {癌}會到骨頭嗎")
    content = content.replace("- Is it bone cancer?", "- Is {藥} for bones?")
    (passage,) = load_edition(write_edition(tmp_path, a=content)).passages
    assert passage.questions[Language.TAIWAN][1] == "{癌}會到骨頭嗎"
    assert passage.questions[Language.ENGLISH][2] == "Is {藥} for bones?"


@pytest.mark.parametrize(
    ("kind", "length", "allowed"),
    [
        ("敘述", 39, "40 到 160"),
        ("敘述", 40, ""),
        ("敘述", 160, ""),
        ("敘述", 161, "40 到 160"),
        ("總覽", 280, ""),
        ("總覽", 281, "40 到 280"),
        ("詞彙", 19, "20 到 160"),
        ("詞彙", 20, ""),
        ("詞彙", 161, "20 到 160"),
    ],
)
def test_a_text_is_as_long_as_its_kind_allows(
    tmp_path: Path, kind: str, length: int, allowed: str
) -> None:
    before, rest = EDITION_FILE.split("骨轉移的意思，", 1)
    text = "癌細胞跑到骨頭裡" + "骨" * (length - 9) + "。"
    content = before + text + "\n" + rest.split("\n", 1)[1]
    folder = write_edition(tmp_path, a=content.replace("種類：敘述", f"種類：{kind}"))
    if allowed:
        assert problems_of(folder) == (f"a.md:3: 內文有 {length} 字，應在 {allowed} 字之間。",)
    else:
        assert load_edition(folder).passages[0].text == text


@pytest.mark.parametrize(
    ("what", "value", "old", "new"),
    [
        ("編號", "p9-what", "編號：g-turnover", "編號：p9-what"),
        ("標題", "骨轉移是什麼", "## 名詞：骨代謝", "## 骨轉移是什麼"),
    ],
)
def test_what_stands_twice_names_both_places(
    tmp_path: Path, what: str, value: str, old: str, new: str
) -> None:
    folder = write_edition(tmp_path, a=EDITION_FILE, b=GLOSSARY.replace(old, new))
    assert problems_of(folder) == (f"b.md:3: {what}「{value}」和 a.md:3 重複。",)


def test_the_same_text_twice_is_reported(tmp_path: Path) -> None:
    again = EDITION_FILE.replace("p9-what", "p9-again").replace("## 骨轉移是什麼", "## 再一次")
    (problem,) = problems_of(write_edition(tmp_path, a=EDITION_FILE, b=again))
    assert problem.startswith("b.md:3: 內文「骨轉移的意思，")
    assert problem.endswith("」和 a.md:3 重複。")


def test_problems_of_all_files_are_reported_at_once(tmp_path: Path) -> None:
    first = EDITION_FILE.replace("頁碼：9", "頁碼：九").replace("種類：敘述", "種類：詩")
    second = GLOSSARY.replace("g-turnover", "G").replace("- 頁碼", "- 頁數")
    found = problems_of(write_edition(tmp_path, a=first, b=second))
    assert [problem.split("：")[0].split("「")[0] for problem in found] == [
        "a.md:3: 頁碼",
        "a.md:3: 種類要是其中之一",
        "b.md:6: 不認得的欄位",
        "b.md:3: 編號",
        "b.md:3: 頁碼",
    ]


def test_companions_may_stand_in_another_file(tmp_path: Path) -> None:
    first = EDITION_FILE.replace("- 種類：敘述\n", "- 種類：敘述\n- 並列：g-turnover\n")
    guide = load_edition(write_edition(tmp_path, a=first, b=GLOSSARY))
    assert guide.passages[0].companions == ("g-turnover",)


def test_a_folder_without_files_is_an_error(tmp_path: Path) -> None:
    assert problems_of(tmp_path) == (f"{tmp_path}: 找不到任何 .md 檔。",)


def test_aspects_are_a_closed_list() -> None:
    aspects = set(load_aspects())
    assert {"definition", "signs", "cause", "contact"} <= aspects
    assert "color" not in aspects
