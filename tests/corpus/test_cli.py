"""The corpus on the command line, as a volunteer uses it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from corpus.__main__ import cli
from corpus.importing import import_guide, load_guide
from corpus.passage import Language
from corpus.source import Source
from corpus.storage import DATA_VARIABLE
from tests.corpus.builders import CHINESE, all_files, drawn_pdf
from tests.helpers import NO_ORIGINAL, ORIGINAL

TEXT = f"## 骨轉移\n{CHINESE}\n\f## 藥物\n打針之前，請先看牙醫。Denosumab 是其中一種。\n"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test a data folder of its own."""
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a guide in a text file."""
    path = tmp_path / "handbook.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """Return the exit code, and what was written to standard output and to standard error."""
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def shown_ids(output: str) -> list[str]:
    return [line.split("｜")[0] for line in output.splitlines() if line.count("｜") >= 3]


def test_an_import_says_what_was_kept(file: Path) -> None:
    code, output, errors = run("import", file, "--title", "我的手冊")
    guide_id = read_id(output)
    assert (code, errors) == (0, "")
    assert output.splitlines() == [
        f"匯入了「我的手冊」，名稱 {guide_id}。",
        "2 個章節、2 個段落、2 頁。",
        "不是內建認得的指南，自動切段。",
        f"從它回答：python -m chatbot ask --original {guide_id} 「問題」",
    ]
    assert load_guide(guide_id).title == "我的手冊"


def read_id(output: str) -> str:
    return output.split("，名稱 ")[1].split("。")[0]


def test_without_a_title_the_file_gives_it(file: Path) -> None:
    assert run("import", file)[1].startswith("匯入了「handbook」，")


@pytest.mark.skipif(not ORIGINAL.exists(), reason=NO_ORIGINAL)
def test_the_known_guide_is_announced() -> None:
    code, output, _ = run("import", ORIGINAL)
    assert code == 0
    assert read_id(output) == "esmo-bone-health-zh-hant"
    assert "33 頁。" in output
    assert "認得這份指南，頁碼依印刷頁。" in output.splitlines()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("missing.txt", None, "找不到檔案 {path}。"),
        ("empty.txt", b"", "檔案是空的。"),
        ("text.pdf", CHINESE.encode(), "檔名是 .pdf，內容卻不是 PDF。"),
        ("scan.pdf", drawn_pdf(), "這個 PDF 只有掃描影像，沒有文字可以讀。"),
        ("digits.txt", b"12 34\n" * 30, "檔案裡沒有中文或英文的內容。"),
    ],
)
def test_a_refused_file_exits_with_1_and_says_why(
    tmp_path: Path, own_folder: Path, name: str, content: bytes | None, sentence: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    expected = f"沒有匯入：{sentence.format(path=path)}\n"
    assert run("import", path) == (1, "", expected)
    assert not own_folder.exists()


def test_imported_guides_are_listed_with_their_titles(tmp_path: Path, file: Path) -> None:
    assert run("list") == (0, "", "")
    other = tmp_path / "a.txt"
    other.write_text(CHINESE, encoding="utf-8")
    first = import_guide(other, title="甲").guide.guide_id
    second = import_guide(file, title="乙").guide.guide_id
    assert run("list") == (0, f"{first}\t甲\n{second}\t乙\n", "")


def test_a_damaged_guide_does_not_hide_the_others_from_the_list(
    own_folder: Path, file: Path
) -> None:
    guide_id = import_guide(file, title="好的").guide.guide_id
    (own_folder / "guides" / "broken.json").write_text("{", encoding="utf-8")
    result = CliRunner().invoke(cli, ["list"])
    assert f"{guide_id}\t好的" in result.stdout
    assert "已損壞" in result.stdout + result.stderr


def test_a_passage_is_shown_by_its_id(edition: Source) -> None:
    passage = edition.guide.by_id["p9-blood"]
    assert run("show", "p9-blood") == (
        0,
        f"p9-blood｜{passage.section}｜第 9 頁｜prose\n{passage.heading}\n{passage.text}\n",
        "",
    )


def test_questions_are_shown_on_request(edition: Source) -> None:
    passage = edition.guide.by_id["p9-blood"]
    _, output, _ = run("show", "p9-blood", "--questions")
    shown = [line for line in output.splitlines() if line.startswith("  ")]
    assert shown[0] == f"  hant：{passage.questions[Language.TAIWAN][0]}"
    assert shown[-1] == f"  en：{passage.questions[Language.ENGLISH][-1]}"
    assert len(shown) == sum(map(len, passage.questions.values()))


def test_passages_are_shown_by_page(edition: Source) -> None:
    code, output, _ = run("show", "--page", "26")
    assert code == 0
    assert shown_ids(output) == [p.passage_id for p in edition.guide.passages if 26 in p.pages]


def test_passages_are_shown_by_word_in_either_case(edition: Source) -> None:
    expected = [
        p.passage_id for p in edition.guide.passages if "denosumab" in (p.heading + p.text).lower()
    ]
    assert 1 < len(expected) < len(edition.guide.passages)
    for word in ("denosumab", "DENOSUMAB"):
        assert shown_ids(run("show", "--word", word)[1]) == expected


def test_a_word_of_a_heading_alone_is_found(edition: Source) -> None:
    passage = edition.guide.by_id["p9-blood"]
    assert "抽血" in passage.heading
    assert "抽血" not in passage.text
    assert "p9-blood" in shown_ids(run("show", "--word", "抽血")[1])


def test_conditions_are_combined(edition: Source) -> None:
    expected = [
        p.passage_id
        for p in edition.guide.passages
        if 26 in p.pages and "顎骨" in p.heading + p.text
    ]
    assert expected
    assert shown_ids(run("show", "--page", "26", "--word", "顎骨")[1]) == expected


@pytest.mark.parametrize(
    "arguments",
    [["nowhere"], ["--page", "36"], ["--word", "電冰箱"], ["p9-blood", "--page", "10"]],
)
def test_nothing_found_exits_with_1_and_says_so(arguments: list[str]) -> None:
    assert run("show", *arguments) == (1, "", "沒有符合的段落。\n")


def test_an_imported_guide_is_shown_by_name_and_a_file_by_path(file: Path) -> None:
    guide = import_guide(file).guide
    for original in (guide.guide_id, file):
        code, output, _ = run("show", "--original", original, "--page", "2")
        assert code == 0
        assert output.splitlines() == [
            f"{guide.guide_id}-0002｜藥物｜第 2 頁｜prose",
            "藥物",
            "打針之前，請先看牙醫。Denosumab 是其中一種。",
        ]


def test_a_guide_without_pages_says_so(tmp_path: Path) -> None:
    path = tmp_path / "plain.txt"
    path.write_text(CHINESE, encoding="utf-8")
    assert "｜第 無 頁｜" in run("show", "--original", path)[1]


def test_showing_a_file_keeps_nothing(own_folder: Path, file: Path) -> None:
    assert run("show", "--original", file)[0] == 0
    assert not own_folder.exists()


def test_an_unknown_guide_is_said() -> None:
    assert run("show", "--original", "nowhere") == (
        1,
        "",
        "找不到檔案，也沒有匯入過名為「nowhere」的指南。\n",
    )


def test_a_file_that_cannot_be_shown_is_said(tmp_path: Path) -> None:
    path = tmp_path / "empty.txt"
    path.touch()
    assert run("show", "--original", path) == (1, "", "檔案是空的。\n")


def test_a_damaged_guide_is_not_called_unknown(own_folder: Path, file: Path) -> None:
    guide_id = import_guide(file).guide.guide_id
    (own_folder / "guides" / f"{guide_id}.json").write_text("{", encoding="utf-8")
    before = all_files(own_folder)
    code, output, errors = run("show", "--original", guide_id)
    assert (code, output) == (1, "")
    assert "已損壞，請重新匯入" in errors
    assert all_files(own_folder) == before


def test_a_name_too_long_for_a_file_is_said() -> None:
    code, output, errors = run("show", "--original", "長" * 300)
    assert (code, output) == (1, "")
    assert errors.endswith("。\n")
