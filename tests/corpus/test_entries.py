"""The form that edition and topics share: what is read, and what is reported with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.entries import EntryFile
from corpus.passage import Language

GOOD = """\
# 名稱

## 第一則

- 編號：one
- 面向：
  - who：病友

第一段。

第二段，換行
接著寫。

### 台灣問法

- 甲
- 乙

### 香港問法

- 丙

## 第二則

- 編號：two

只有一段。
"""


def read(tmp_path: Path, content: str) -> EntryFile:
    path = tmp_path / "file.md"
    path.write_text(content, encoding="utf-8")
    return EntryFile(path, ("編號", "面向"), ("面向",))


def test_a_file_is_read_in_order(tmp_path: Path) -> None:
    file = read(tmp_path, GOOD)
    assert file.problems == []
    assert file.title == "名稱"
    assert [(entry.line, entry.heading) for entry in file.entries] == [
        (3, "第一則"),
        (23, "第二則"),
    ]
    first, second = file.entries
    assert first.fields == {"編號": "one", "面向": ""}
    assert first.nested == {"面向": {"who": "病友"}}
    assert first.text == "第一段。\n第二段，換行接著寫。"
    assert first.questions == {Language.TAIWAN: ("甲", "乙"), Language.HONG_KONG: ("丙",)}
    assert (second.fields, second.nested, second.questions) == ({"編號": "two"}, {}, {})


@pytest.mark.parametrize(
    ("heading", "language"),
    [
        ("台灣問法", Language.TAIWAN),
        ("简体问法", Language.MAINLAND),
        ("香港問法", Language.HONG_KONG),
        ("English", Language.ENGLISH),
    ],
)
def test_each_small_heading_names_a_language(
    tmp_path: Path, heading: str, language: Language
) -> None:
    file = read(tmp_path, f"# 名稱\n\n## 標題\n\n### {heading}\n\n- 問\n")
    assert file.problems == []
    assert file.entries[0].questions == {language: ("問",)}


def test_windows_line_ends_and_a_byte_order_mark_are_read_alike(tmp_path: Path) -> None:
    plain = read(tmp_path, GOOD)
    path = tmp_path / "windows.md"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    windows = EntryFile(path, ("編號", "面向"), ("面向",))
    assert windows.problems == []
    assert windows.title == plain.title
    assert windows.entries == plain.entries


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("# 名稱\n", "\n", "file.md:1: 缺少名稱：檔案要以「# 名稱」開頭。"),
        ("# 名稱\n", "# 名稱\n前言。\n", "file.md:2: 第一個「## 標題」之前只能有「# 名稱」。"),
        ("## 第二則", "# 第二則", "file.md:23: 這裡不能放標題「第二則」"),
        ("## 第二則", "##", "file.md:23: 標題是空的。"),
        ("### 香港問法", "### 澳門問法", "file.md:19: 這裡不能放標題「澳門問法」"),
        ("### 香港問法", "#### 香港問法", "file.md:19: 這裡不能放標題「香港問法」"),
        ("### 香港問法", "### 台灣問法", "file.md:19: 小標題「台灣問法」出現兩次。"),
        ("- 編號：one", "- 顏色：紅", "file.md:5: 不認得的欄位「顏色」，可用的是：編號、面向。"),
        ("- 編號：one", "- 編號:one", "file.md:5: 不認得的欄位「編號:one」"),
        ("- 編號：one", "- 編號：one\n- 編號：uno", "file.md:6: 欄位「編號」出現兩次。"),
        ("- 編號：one", "- 編號：one\n  - who：病友", "file.md:6: 看不懂或重複的一行：「who：病友」。"),
        ("  - who：病友", "  - who", "file.md:7: 看不懂或重複的一行：「who」。"),
        ("  - who：病友", "  - who：病友\n  - who：家屬", "file.md:8: 看不懂或重複的一行"),
        ("- 丙", "一段話。", "file.md:21: 這裡不能放這種內容（paragraph）。"),
        ("只有一段。", "1. 甲", "file.md:27: 這裡不能放這種內容（ordered_list）。"),
        ("只有一段。", "- 甲", "file.md:27: 不認得的欄位「甲」"),
        ("只有一段。", "一段。\n\n- 甲", "file.md:29: 這裡不能放這種內容（bullet_list）。"),
        ("只有一段。", "```\n碼\n```", "file.md:27: 這裡不能放這種內容（fence）。"),
        ("- 丙", "- 甲", "file.md:3: 問法「甲」重複。"),
        ("- 丙", "-", "file.md:3: 有一句問法是空的。"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_reported_with_its_line(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    assert old in GOOD
    problems = read(tmp_path, GOOD.replace(old, new, 1)).problems
    assert [found[: len(problem)] for found in problems if found.startswith(problem)] == [problem]


def test_a_file_without_entries_is_reported(tmp_path: Path) -> None:
    assert read(tmp_path, "# 名稱\n").problems == ["file.md:1: 檔案裡沒有任何「## 標題」。"]


def test_a_file_in_another_encoding_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "big5.md"
    path.write_bytes("# 名稱\n\n## 標題\n".encode("big5"))
    file = EntryFile(path, ())
    assert file.problems == ["big5.md:1: 檔案不是 UTF-8 編碼。"]
    assert file.entries == []


def test_all_mistakes_are_seen_at_once(tmp_path: Path) -> None:
    broken = (
        GOOD.replace("- 編號：one", "- 顏色：紅").replace("- 丙", "段落。").replace("# 名稱", "", 1)
    )
    assert [problem.split(": ")[0] for problem in read(tmp_path, broken).problems] == [
        "file.md:5",
        "file.md:21",
        "file.md:1",
    ]


def test_an_english_question_wrapped_over_two_lines_keeps_its_space(tmp_path: Path) -> None:
    file = read(tmp_path, "# 名稱\n\n## 標題\n\n### English\n\n- What is\n  bone pain?\n")
    assert file.entries[0].questions == {Language.ENGLISH: ("What is bone pain?",)}


def test_a_question_under_a_question_is_not_lost_silently(tmp_path: Path) -> None:
    file = read(tmp_path, "# 名稱\n\n## 標題\n\n### 台灣問法\n\n- 甲\n  - 乙\n")
    asked = file.entries[0].questions[Language.TAIWAN]
    assert "乙" in asked or any(problem.startswith("file.md:8:") for problem in file.problems)
