from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from chatbot.__main__ import cli, reply_for_person
from chatbot.bot import Chatbot
from chatbot.citation import cite
from chatbot.reply import AbstainReason, Answer, OutOfScope, citations_of
from chatbot.said import Asked
from chatbot.templates import Templates
from corpus.passage import PublisherSentence
from tests.helpers import NO_ORIGINAL, ORIGINAL, ROOT, passage, said

TEXT = """骨骼保健手冊

鈣質與運動

成年人每天走路半小時，可以幫助骨骼維持強壯。牛奶和豆腐都含有豐富的鈣質。

防跌

浴室鋪上防滑墊，走道保持明亮，夜裡起床先坐一會兒再站起來。
"""
FOOT = "這是一般說明，不能代替您的醫療團隊。身體不舒服時，請直接聯絡他們。"


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(cli, list(arguments), input=given)


@pytest.fixture
def handbook(tmp_path: Path) -> Path:
    """Return a small guide as a text file without page marks."""
    path = tmp_path / "handbook.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_ask_prints_quotation_page_and_foot(edition_chatbot: Chatbot) -> None:
    question = "骨標靶藥物有哪些副作用？"
    citations = citations_of(edition_chatbot.reply(question).reply)
    assert citations
    result = run("ask", question, "--model", "none")
    assert result.exit_code == 0
    for number, citation in enumerate(citations, start=1):
        pages = "、".join(map(str, citation.passage.pages))
        text, section = citation.passage.text, citation.passage.section
        assert f"[{number}] 「{text}」\n    第 {pages} 頁｜{section}｜依指南" in result.stdout
    assert FOOT in result.stdout
    assert "相關的問題：\n  - " in result.stdout


def test_by_words_alone_standard_error_says_so() -> None:
    result = run("ask", "謝謝", "--model", "none")
    assert result.exit_code == 0
    assert "設定為不使用語意模型。" in result.stderr
    assert "目前只用字詞比對" in result.stderr
    assert "目前只用字詞比對" not in result.stdout


def test_the_edition_by_name_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = run("ask", "謝謝", "--model", "none")
    monkeypatch.setenv("BONEHEALTH_ORIGINAL", "no-such-guide")
    named = run("ask", "謝謝", "--edition", "--model", "none")
    assert named.exit_code == 0
    assert named.stdout == plain.stdout
    assert run("ask", "謝謝", "--model", "none").exit_code == 1


def test_edition_and_original_together_are_refused(handbook: Path) -> None:
    result = run("ask", "骨轉移是什麼", "--edition", "--original", str(handbook))
    assert result.exit_code == 2
    assert result.stderr == "--edition 和 --original 只能選一個。\n"
    assert result.stdout == ""


@pytest.mark.parametrize("arguments", [["ask"], ["ask", "骨轉移是什麼", "--jsonl"]])
def test_a_question_or_lines_but_not_both(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stderr == "請給一個問題，或用 --jsonl 從標準輸入讀。\n"


def test_a_file_that_is_not_there_is_named_in_a_sentence(tmp_path: Path) -> None:
    missing = tmp_path / "no.txt"
    result = run("ask", "骨轉移是什麼", "--original", str(missing), "--model", "none")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert str(missing) in result.stderr
    assert result.stderr.endswith("。\n")
    assert isinstance(result.exception, SystemExit)


def test_a_file_that_is_no_guide_is_refused_in_a_sentence(tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    result = run("ask", "骨轉移是什麼", "--original", str(empty), "--model", "none")
    assert result.exit_code == 1
    assert result.stderr == "檔案是空的。\n"
    assert isinstance(result.exception, SystemExit)


def test_another_guide_is_answered_from_without_pages(handbook: Path) -> None:
    result = run("ask", "哪些食物有鈣質？", "--original", str(handbook), "--model", "none")
    assert result.exit_code == 0
    assert result.stdout.startswith("指南裡的說明：\n\n[1] 「")
    assert "牛奶和豆腐都含有豐富的鈣質。" in result.stdout
    assert "｜出版者原句" in result.stdout
    assert "頁" not in result.stdout


def test_lines_about_another_guide_have_empty_pages(handbook: Path) -> None:
    asked = (["浴室怎麼防滑"], ["量子電腦"])
    lines = "".join(json.dumps({"id": 1, "turns": turns}) + "\n" for turns in asked)
    result = run("ask", "--jsonl", "--original", str(handbook), "--model", "none", given=lines)
    assert result.exit_code == 0
    answered, refused = (json.loads(line)["replies"][0] for line in result.stdout.splitlines())
    assert {tuple(c["pages"]) for c in answered["citations"]} == {()}
    assert "防滑墊" in answered["citations"][0]["quote"]
    assert answered["citations"][0]["quote"] in TEXT
    assert refused["kind"] == "out_of_scope"
    assert refused["citations"] == []


def test_fifty_lines_through_a_process_are_answered_in_order() -> None:
    asked = ["骨轉移是什麼", "骨標靶藥物有哪些副作用？", "健保給付嗎", "你好", "😀"]
    lines = [json.dumps({"id": f"第{i}", "turns": [asked[i % 5]]}).encode() for i in range(48)]
    lines[10:10] = [b"\xff\xfe", b"{"]
    done = subprocess.run(
        [sys.executable, "-m", "chatbot", "ask", "--jsonl", "--model", "none"],
        input=b"\n".join(lines) + b"\n",
        capture_output=True,
        check=False,
        cwd=ROOT,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()
    values = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    assert len(values) == 50
    good = values[:10] + values[12:]
    assert [value["id"] for value in good] == [f"第{i}" for i in range(48)]
    assert [set(value) for value in values[10:12]] == [{"id", "error"}] * 2
    kinds = [value["replies"][0]["kind"] for value in good[:5]]
    assert kinds == ["answer", "answer", "out_of_scope", "smalltalk", "clarify"]
    assert good[0]["replies"][0]["citations"][0]["pages"]


def test_chat_keeps_the_conversation_and_ends_with_the_input(handbook: Path) -> None:
    given = "哪些食物有鈣質？\n那還有什麼呢\n\n"
    result = run("chat", "--original", str(handbook), "--model", "none", given=given)
    assert result.exit_code == 0
    assert "119" in result.stdout
    assert result.stdout.count("牛奶和豆腐") == 2
    assert "請用一句話寫下您想問的事" in result.stdout


@pytest.mark.skipif(not ORIGINAL.exists(), reason=NO_ORIGINAL)
def test_the_publishers_text_is_quoted_with_printed_pages() -> None:
    lines = json.dumps({"id": 1, "turns": ["denosumab 多久打一次？"]}) + "\n"
    result = run("ask", "--jsonl", "--original", str(ORIGINAL), "--model", "none", given=lines)
    assert result.exit_code == 0
    (reply,) = json.loads(result.stdout)["replies"]
    assert reply["kind"] == "answer"
    pages = {page for citation in reply["citations"] for page in citation["pages"]}
    assert pages & {16, 22}
    flat = "".join(ORIGINAL.read_text(encoding="utf-8").split())
    assert all("".join(c["quote"].split()) in flat for c in reply["citations"])


def test_a_reply_for_a_person_names_pages_and_whose_words_they_are() -> None:
    citations = cite([passage("a", pages=(9, 26)), passage("b", "骨頭痛。", pages=())])
    answer = Answer(said("指南的說明："), citations, (Asked("骨頭痛怎麼辦"), Asked("多久打一次")))
    assert reply_for_person(answer, Templates()) == (
        "指南的說明：\n\n"
        "[1] 「骨轉移是癌症擴散到骨頭。」\n    第 9、26 頁｜骨轉移｜依指南改寫\n\n"
        "[2] 「骨頭痛。」\n    骨轉移｜依指南改寫\n\n"
        f"{FOOT}\n\n"
        "相關的問題：\n  - 骨頭痛怎麼辦\n  - 多久打一次"
    )


def test_the_publishers_words_stand_below_the_quotation_that_restates_them() -> None:
    words = (PublisherSentence("散步有益。", (9,)),)
    citations = cite([passage("a", publisher=words), passage("b", "骨頭痛。")])
    assert reply_for_person(Answer(said("指南的說明："), citations, ()), Templates()) == (
        "指南的說明：\n\n"
        "[1] 「骨轉移是癌症擴散到骨頭。」\n    第 9 頁｜骨轉移｜依指南改寫\n"
        "    出版者原句（第 9 頁）：散步有益。\n\n"
        "[2] 「骨頭痛。」\n    第 9 頁｜骨轉移｜依指南改寫\n\n"
        f"{FOOT}"
    )


def test_a_refusal_for_a_person_has_no_foot() -> None:
    refusal = OutOfScope(said("不能回答。"), AbstainReason.TOO_FAR)
    assert reply_for_person(refusal, Templates()) == "不能回答。"
