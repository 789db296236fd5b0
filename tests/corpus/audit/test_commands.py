"""The editor's commands, on a small edition and a small guide."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corpus.__main__ import cli
from corpus.alignment import Alignment, load_alignment, save_alignment
from corpus.audit import commands
from corpus.audit.accepted import Accepted, load_accepted, passage_hash, save_accepted
from corpus.audit.safety_desk import open_safety_desk
from corpus.audit.safety_texts import load_safety_texts
from corpus.audit.sign_offs import SignOff, add_sign_offs, load_sign_offs
from corpus.errors import EditionError
from corpus.importing import read_guide
from corpus.original import Sentence, sentences_of
from corpus.passage import Guide, Passage
from tests.corpus.audit.builders import guide_of
from tests.corpus.audit.safety_builders import change, chatbot_folder
from tests.helpers import passage

SAFETY = "安全文字（警示、轉介、徵兆、用語、電話）："
TEXT = """\
## 走路
每天散步半小時，腿骨會更有力。\f## 藥物
打 denosumab 之前，請先看牙醫。這種針每 4 週打一次。
"""
WALK = passage(
    "p1-walk", "每天走路半小時，腿會更有力氣。", heading="走路", pages=(1,), questions=("怎麼運動",)
)
DRUG = passage(
    "p2-drug",
    "打 denosumab 的人，先去看牙醫。這種藥可能每 4 週打一次。",
    heading="藥物",
    pages=(2,),
    questions=("打針前要做什麼", "多久打一次"),
)


class Desk:
    """A folder with the editor's files, and the edition that the commands open."""

    def __init__(self, folder: Path) -> None:
        self.original = folder / "guide.txt"
        self.original.write_text(TEXT, encoding="utf-8")
        self.alignment = folder / "alignment.tsv"
        self.omissions = folder / "omissions.tsv"
        self.accepted = folder / "accepted.tsv"
        self.sign_offs = folder / "sign_offs.tsv"
        self.chatbot = chatbot_folder(folder / "chatbot")
        self.safety_sign_offs = folder / "safety_sign_offs.tsv"
        self.passages: tuple[Passage, ...] = (WALK, DRUG)

    def edition(self) -> Guide:
        return guide_of(*self.passages)

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        return sentences_of(read_guide(self.original).guide)

    def align(self) -> None:
        walk, teeth, often = (s.name for s in self.sentences)
        save_alignment({"p1-walk": (walk,), "p2-drug": (teeth, often)}, self.alignment)

    def names(self) -> dict[str, tuple[str, ...]]:
        return dict(load_alignment(self.alignment, self.omissions).names)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return a desk whose files the commands read and write."""
    made = Desk(tmp_path)
    for name, function in {
        "load_edition": made.edition,
        "load_alignment": partial(load_alignment, made.alignment, made.omissions),
        "save_alignment": partial(save_alignment, path=made.alignment),
        "load_accepted": partial(load_accepted, made.accepted),
        "save_accepted": partial(save_accepted, path=made.accepted),
        "load_sign_offs": partial(load_sign_offs, made.sign_offs),
        "add_sign_offs": partial(add_sign_offs, path=made.sign_offs),
        "open_safety_desk": partial(
            open_safety_desk, folder=made.chatbot, path=made.safety_sign_offs
        ),
    }.items():
        monkeypatch.setattr(commands, name, function)
    return made


@pytest.fixture
def good(desk: Desk) -> Desk:
    """Return a desk where everything is aligned and accepted."""
    desk.align()
    assert run("accept", "--original", desk.original)[0] == 0
    return desk


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """Return the exit code, and what was written to standard output and to standard error."""
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def rules_of(output: str) -> list[tuple[str, str]]:
    """Return passage and rule of each finding that was printed."""
    lines = [line for line in output.splitlines() if ": [" in line]
    return [(line.split(": [")[0], line.split(": [")[1].split("]")[0]) for line in lines]


def test_a_good_edition_passes_and_its_figures_are_told(good: Desk) -> None:
    code, output, errors = run("audit", "--original", good.original)
    assert (code, errors) == (0, "")
    texts = [len(WALK.text), len(DRUG.text)]
    compared, figures = output.split("\n", 1)
    assert compared == "也和「guide.txt」的 3 句原文逐段比對過。"
    assert figures.startswith(
        f"2 段、3 句問法；內文中位數 {sum(texts) / 2:.0f} 字、最長 {max(texts)} 字；"
    )
    assert figures.endswith(f"已簽 0 段；0 個問題。\n{SAFETY}共 25 項，臨床人員已簽 0 項。\n")
    assert run("audit") == (0, figures, "")


def test_a_changed_fact_fails_the_audit(good: Desk) -> None:
    good.passages = (WALK, replace(DRUG, text=DRUG.text.replace("4 週", "3 週")))
    assert rules_of(run("audit")[1]) == [("p2-drug", "stale")]
    code, output, _ = run("audit", "--original", good.original)
    assert code == 1
    assert ("p2-drug", "stale") in rules_of(output)
    assert ("p2-drug", "lost") in rules_of(output)
    assert "「4週」" in output


def test_what_was_not_accepted_is_found_only_beside_the_original(desk: Desk) -> None:
    desk.align()
    assert run("audit")[0] == 0
    code, output, _ = run("audit", "--original", desk.original)
    assert (code, ("p2-drug", "hedge") in rules_of(output)) == (1, True)


def test_a_finding_of_both_ways_is_told_once(desk: Desk) -> None:
    _, output, _ = run("audit", "--original", desk.original)
    assert rules_of(output).count(("p1-walk", "unaligned")) == 1
    assert rules_of(output).count(("-", "uncovered")) == 3
    assert "；5 個問題。\n" in output


def test_faults_are_caught_and_counted(good: Desk) -> None:
    save_accepted({**load_accepted(good.accepted), "p1-walk": agreed(WALK)}, good.accepted)
    code, output, errors = run("audit", "--original", good.original, "--mutate", "22")
    assert (code, errors) == (0, "")
    assert "| 錯誤 | 個數 | 由事實抓到 | 合計抓到 |" in output
    last = output.splitlines()[-1].split(" | ")
    assert (last[0], last[1], last[3]) == ("| 全部", "22", "22 |")
    assert "沒抓到" not in output


def agreed(own: Passage) -> Accepted:
    return Accepted(passage_hash(own), frozenset())


def test_a_fault_that_is_missed_fails_the_audit(
    good: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(own: Passage, _: object) -> Passage | None:
        return replace(own, text=own.text.replace("有力", "有勁")) if own is WALK else None

    monkeypatch.setattr("corpus.audit.faults.KINDS", {"silent": silent})
    accepted = load_accepted(good.accepted)
    accepted.pop("p1-walk", None)
    save_accepted(accepted, good.accepted)
    code, output, _ = run("audit", "--original", good.original, "--mutate", "3")
    assert "沒抓到：silent，p1-walk" in output
    assert "| 全部 | 3 | 0 | 0 |" in output
    assert (code, rules_of(output)) == (1, [])


def test_faults_need_the_original(good: Desk) -> None:
    code, output, errors = run("audit", "--mutate", "5")
    assert (code, output, errors) == (2, "", "--mutate 需要 --original。\n")


def test_passages_without_sentences_are_given_some(desk: Desk) -> None:
    walk, teeth, often = (s.name for s in desk.sentences)
    save_alignment({"p1-walk": ("aaaaaaaaaaaa",), "p9-gone": (often,)}, desk.alignment)
    assert run("align", "--original", desk.original) == (0, "", "")
    assert desk.names()["p1-walk"] == ("aaaaaaaaaaaa",)
    assert set(desk.names()["p2-drug"]) == {teeth, often}
    assert list(desk.names()) == ["p1-walk", "p2-drug"]
    assert run("align", "--original", desk.original, "--all")[0] == 0
    assert desk.names()["p1-walk"] == (walk,)


def test_what_differs_is_accepted_for_this_wording(desk: Desk) -> None:
    desk.align()
    code, output, _ = run("accept", "--original", desk.original)
    assert (code, output) == (0, "1 段有認可的差異。\n")
    (accepted,) = load_accepted(desk.accepted).items()
    assert accepted[0] == "p2-drug"
    assert accepted[1].text_hash == passage_hash(DRUG)
    assert "hedge 可能*1|0" in accepted[1].differences


def test_only_the_passages_named_are_accepted(good: Desk) -> None:
    before = load_accepted(good.accepted)
    good.passages = tuple(replace(p, text=f"若痛，{p.text}") for p in good.passages)
    assert run("accept", "--original", good.original, "p1-walk")[0] == 0
    after = load_accepted(good.accepted)
    assert after["p2-drug"] == before["p2-drug"]
    assert after["p1-walk"].text_hash == passage_hash(good.passages[0])
    assert rules_of(run("audit")[1]) == [("p2-drug", "stale")]


def test_a_passage_that_says_the_same_again_needs_no_acceptance(good: Desk) -> None:
    text = "打 denosumab 之前，先去看牙醫。這種藥每 4 週打一次。"
    good.passages = (WALK, replace(DRUG, text=text))
    assert run("accept", "--original", good.original, "p2-drug")[1] == "0 段有認可的差異。\n"
    assert load_accepted(good.accepted) == {}


def test_an_unknown_passage_is_not_accepted(good: Desk) -> None:
    before = good.accepted.read_bytes()
    code, output, errors = run("accept", "--original", good.original, "p1-walk", "p9-typo")
    assert (code, output, errors) == (1, "", "沒有這個段落：p9-typo。\n")
    assert good.accepted.read_bytes() == before


def test_the_sheet_is_written(good: Desk, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.html"
    code, output, _ = run("review", "--original", good.original, "--output", sheet)
    assert (code, output) == (0, f"{sheet}：2 段，已簽 0 段。\n")
    page = sheet.read_text(encoding="utf-8")
    assert WALK.text in page
    assert all(sentence.text in page for sentence in good.sentences)


def test_a_sheet_that_cannot_be_written_is_said(good: Desk, tmp_path: Path) -> None:
    sheet = tmp_path / "nowhere" / "sheet.html"
    code, output, errors = run("review", "--original", good.original, "--output", sheet)
    assert (code, output) == (1, "")
    assert errors.startswith(f"寫不出 {sheet}：")
    assert errors.endswith("。\n")


def signatures(tmp_path: Path, *passages: Passage, text: str = "") -> Path:
    path = tmp_path / "names.txt"
    lines = [f"{p.passage_id}\t{passage_hash(p)}\t林護理師\t2026-01-31" for p in passages]
    path.write_text("\n".join([*lines, text]), encoding="utf-8-sig")
    return path


def test_signatures_are_kept_and_told(good: Desk, tmp_path: Path) -> None:
    assert run("sign", signatures(tmp_path, WALK)) == (0, "簽入 1 段。\n", "")
    expected = SignOff("p1-walk", passage_hash(WALK), "林護理師", "2026-01-31")
    assert load_sign_offs(good.sign_offs) == (expected,)
    assert "已簽 1 段；" in run("audit")[1]
    good.passages = (replace(WALK, text=f"{WALK.text}休息。"), DRUG)
    assert "已簽 0 段；" in run("audit")[1]


def test_a_signature_under_another_wording_is_named_and_the_others_kept(
    good: Desk, tmp_path: Path
) -> None:
    file = signatures(tmp_path, DRUG, replace(WALK, text="散步。"))
    code, output, errors = run("sign", file)
    assert (code, output) == (1, "簽入 1 段。\n")
    assert errors == "內文已經改過，沒有簽入：p1-walk。\n"
    assert [s.passage_id for s in load_sign_offs(good.sign_offs)] == ["p2-drug"]


def test_a_file_of_another_form_signs_nothing(good: Desk, tmp_path: Path) -> None:
    code, output, errors = run("sign", signatures(tmp_path, WALK, text="p2-drug abc"))
    assert (code, output) == (1, "")
    assert errors.startswith("沒有簽入：names.txt:2: ")
    assert not good.sign_offs.exists()


@pytest.mark.parametrize("content", [None, b"\xff\xfe\xff"])
def test_a_file_that_cannot_be_read_signs_nothing(
    good: Desk, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "names.txt"
    if content is not None:
        path.write_bytes(content)
    code, output, errors = run("sign", path)
    assert (code, output) == (1, "")
    assert errors.startswith("沒有簽入：")
    assert not good.sign_offs.exists()


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("alignment", "p1-walk\n", "alignment.tsv:1: "),
        ("omissions", "aaa\n", "omissions.tsv:1: "),
        ("accepted", "p1-walk\n", "accepted.tsv:1: "),
        ("sign_offs", "p1-walk\n", "sign_offs.tsv:1: "),
    ],
)
def test_a_damaged_file_is_named_and_nothing_is_written(
    good: Desk, tmp_path: Path, file: str, content: str, sentence: str
) -> None:
    getattr(good, file).write_text(content, encoding="utf-8")
    files = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    names = signatures(tmp_path, WALK)
    for arguments in (["audit"], ["sign", names], ["accept", "--original", good.original]):
        code, output, errors = run(*arguments)
        assert (code, output) == (1, "")
        assert errors.startswith(sentence)
    names.unlink()
    assert {p: p.read_bytes() for p in tmp_path.iterdir() if p.is_file()} == files


def test_an_edition_that_breaks_a_rule_is_told(good: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Guide:
        raise EditionError(["a.md:3: 頁碼不對。", "b.md:3: 種類不對。"])

    monkeypatch.setattr(commands, "load_edition", broken)
    assert run("audit") == (1, "", "a.md:3: 頁碼不對。\nb.md:3: 種類不對。\n")


def test_an_original_that_cannot_be_read_is_told(good: Desk, tmp_path: Path) -> None:
    missing = tmp_path / "no.txt"
    for command in ("audit", "align", "accept", "review"):
        assert run(command, "--original", missing) == (1, "", f"找不到檔案 {missing}。\n")


def test_the_alignment_holds_for_the_guide_however_its_lines_are_broken(good: Desk) -> None:
    before = good.names()
    good.original.write_text(TEXT.replace("半小時，", "半小時，\n"), encoding="utf-8")
    good.align()
    assert good.names() == before
    assert Alignment(before, {}).restated == {s.name for s in good.sentences}


def safety_lines(desk: Desk, *text_ids: str) -> Path:
    """Return a file of signatures under safety texts, as the sheet's button lists them."""
    texts = {text.text_id: text for text in load_safety_texts(desk.edition(), desk.chatbot)}
    path = desk.original.parent / "safety.txt"
    lines = [f"{i}\t{texts[i].text_hash}\t林護理師\t2026-01-31" for i in text_ids]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_the_safety_sheet_is_written_without_the_original(good: Desk, tmp_path: Path) -> None:
    sheet = tmp_path / "safety.html"
    code, output, errors = run("review", "--safety", "--output", sheet)
    assert (code, errors) == (0, "")
    assert output == f"{sheet}：{SAFETY}共 25 項，臨床人員已簽 0 項。\n"
    assert "請到急診，或撥 119。" in sheet.read_text(encoding="utf-8")


def test_each_sheet_has_a_name_of_its_own(
    good: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("review", "--safety")[0] == run("review", "--original", good.original)[0] == 0
    assert "安全文字審閱表" in (tmp_path / "safety-review.html").read_text(encoding="utf-8")
    assert WALK.text in (tmp_path / "review.html").read_text(encoding="utf-8")


def test_one_sheet_is_asked_for(good: Desk) -> None:
    for arguments in (["review"], ["review", "--safety", "--original", good.original]):
        code, output, errors = run(*arguments)
        assert (code, output) == (2, "")
        assert errors.startswith("請給 --original")


def test_signatures_under_safety_texts_are_kept_and_told(good: Desk) -> None:
    file = safety_lines(good, "notice.urgent.today", "sign.weak_legs")
    assert run("sign", file, "--safety") == (0, "簽入 2 項安全文字。\n", "")
    assert len(load_sign_offs(good.safety_sign_offs)) == 2
    assert not good.sign_offs.exists()
    assert run("audit")[1].endswith("共 25 項，臨床人員已簽 2 項。\n")
    change(good.chatbot, "templates/zh-Hant.toml", "請到急診", "請等等")
    assert run("audit")[1].endswith("共 25 項，臨床人員已簽 1 項。\n")


def test_a_signature_under_another_wording_of_a_safety_text_is_named(good: Desk) -> None:
    file = safety_lines(good, "notice.urgent.today", "sign.weak_legs")
    change(good.chatbot, "triage/signs.toml", 'tier = "T2"', 'tier = "T3"')
    code, output, errors = run("sign", file, "--safety")
    assert (code, output) == (1, "簽入 1 項安全文字。\n")
    assert errors == "內文已經改過，沒有簽入：sign.weak_legs。\n"
    assert [s.passage_id for s in load_sign_offs(good.safety_sign_offs)] == ["notice.urgent.today"]


def test_a_signature_counts_on_its_own_sheet_only(good: Desk, tmp_path: Path) -> None:
    assert run("sign", safety_lines(good, "sign.weak_legs"))[:2] == (1, "簽入 0 段。\n")
    assert run("sign", signatures(tmp_path, WALK), "--safety")[:2] == (
        1,
        "簽入 0 項安全文字。\n",
    )


def test_safety_texts_that_cannot_be_read_are_named(good: Desk) -> None:
    file = safety_lines(good, "sign.weak_legs")
    change(good.chatbot, "contacts.toml", "[ambulance]", "[ambulance")
    for arguments in (["audit"], ["review", "--safety"], ["sign", file, "--safety"]):
        code, output, errors = run(*arguments)
        assert (code, output) == (1, "")
        assert errors.startswith("安全文字讀不出來，contacts.toml：")
    good.safety_sign_offs.write_text("sign.weak_legs\n", encoding="utf-8")
    change(good.chatbot, "contacts.toml", "[ambulance", "[ambulance]")
    assert run("sign", file, "--safety")[2].startswith("safety_sign_offs.tsv:1: ")
