"""Guides come in whole, with their pages, or are refused with nothing changed."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from corpus.errors import GuideMissing, ImportRefused
from corpus.importing import (
    LOCK,
    guides_folder,
    import_guide,
    imported_guides,
    load_guide,
    read_guide,
)
from corpus.pages import number_pages, recognise
from corpus.passage import PassageKind
from corpus.reading import read_file
from corpus.storage import DATA_VARIABLE
from tests.corpus.builders import CHINESE, ENGLISH, all_files, bare, pdf_of
from tests.helpers import NO_ORIGINAL, ORIGINAL, PAGE_STARTS

SENTENCES = (
    "Bone is living tissue and it renews itself all the time.",
    "Cancer may spread to bone.",
)
needs_original = pytest.mark.skipif(not ORIGINAL.exists(), reason=NO_ORIGINAL)


def pdf(*pages: str) -> bytes:
    content = io.BytesIO()
    canvas = Canvas(content)
    for page in pages:
        if page:
            canvas.drawString(72, 700, page)
        else:
            canvas.rect(72, 600, 200, 100, fill=1)
        canvas.showPage()
    canvas.save()
    return content.getvalue()


def encrypted(content: bytes) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_pdf_keeps_its_pages(tmp_path: Path) -> None:
    file = tmp_path / "guide.pdf"
    file.write_bytes(pdf(*SENTENCES, "Tell your doctor about every new pain."))
    guide = import_guide(file, folder=tmp_path / "guides").guide
    assert [(p.pages, p.text) for p in guide.passages][:2] == [
        ((1,), SENTENCES[0]),
        ((2,), SENTENCES[1]),
    ]
    assert load_guide(guide.guide_id, tmp_path / "guides") == guide


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.pdf", b"no pdf at all, only words that go on for a while", "不是 PDF"),
        ("a.pdf", encrypted(pdf(*SENTENCES)), "密碼"),
        ("a.pdf", pdf("", ""), "掃描"),
        ("a.pdf", pdf(*SENTENCES)[:300], "損壞"),
        ("a.txt", b"", "空的"),
        ("a.txt", b" \r\n\t ", "空的"),
        ("a.txt", bytes(range(256)) * 40, "檔"),
        ("a.txt", "Это не по-китайски, совсем не то. ".encode() * 9, "沒有中文或英文"),
        ("a.txt", b"1234 5678\n" * 50, "沒有中文或英文"),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_changes(
    tmp_path: Path, name: str, content: bytes, word: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(ImportRefused, match=word):
        import_guide(file, folder=tmp_path / "guides")
    assert not (tmp_path / "guides").exists()


def test_a_file_over_50_mb_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "big.txt"
    with file.open("wb") as out:
        out.truncate(51 * 2**20)
    with pytest.raises(ImportRefused, match="50 MB"):
        import_guide(file)


def test_a_missing_guide_is_said(tmp_path: Path) -> None:
    with pytest.raises(GuideMissing, match="nothing"):
        load_guide("nothing", tmp_path)


def test_wrapped_lines_are_rejoined_and_list_items_stay_whole(tmp_path: Path) -> None:
    file = tmp_path / "guide.txt"
    file.write_text(
        "# 骨頭\n\n骨頭會不斷汰換，舊的被分解，新的被建造，這個過程一直進行，一生都不會停止，所以要好好照\n"
        "顧。\n\n常見的症狀有：\n• 髖部痛\n• 背痛\n",
        encoding="utf-8",
    )
    text = read_guide(file).guide.text
    assert "所以要好好照顧。" in text
    assert "• 髖部痛\n• 背痛" in text


@needs_original
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "big5"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_real_guide_is_known_in_every_encoding(
    tmp_path: Path, encoding: str, line_end: str
) -> None:
    text = ORIGINAL.read_text(encoding="utf-8").replace("\n", line_end)
    file = tmp_path / "guide.txt"
    file.write_bytes(text.encode(encoding, errors="ignore"))
    imported = read_guide(file)
    assert imported.is_known
    assert {p for passage in imported.guide.passages for p in passage.pages} == {
        2, *range(4, 36)
    }  # fmt: skip


@needs_original
@pytest.mark.parametrize(
    ("word", "page"),
    [("鐳-223", 13), ("0.1%", 26), ("RANKL", 14), ("熱點", 10), ("助行器", 23), ("芳香療法", 28)],
)
def test_the_real_guides_words_stand_on_their_printed_pages(word: str, page: int) -> None:
    guide = read_guide(ORIGINAL).guide
    assert any(word in passage.text and page in passage.pages for passage in guide.passages)


@needs_original
def test_every_span_cuts_its_passage_from_the_guides_text() -> None:
    guide = read_guide(ORIGINAL).guide
    for passage in guide.passages:
        assert passage.span is not None
        assert guide.text[passage.span.start : passage.span.end] == passage.text


def text_file(tmp_path: Path, text: str = f"# 骨頭\n\n{CHINESE}\n", name: str = "手冊.txt") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def no_sync(_handle: int) -> None:
    raise OSError(28, "No space left on device")


@needs_original
@pytest.mark.parametrize(
    ("word", "pages"),
    [
        ("鐳-223", (13,)), ("0.1%", (26,)), ("85%", (8,)), ("95%", (8,)), ("Amgen", (2,)),
        ("鹼性磷酸酶", (9,)), ("睪固酮", (19,)), ("芳香環酶", (21,)), ("顎骨壞死", (26,)),
        ("牙醫", (26,)), ("反彈", (26,)), ("應力性", (32,)), ("緩和", (28,)),
        ("DXA", (5, 20, 27, 32)), ("破骨細胞", (6, 14, 21)), ("諮商", (5, 29)),
    ],
)  # fmt: skip
def test_a_word_of_the_real_guide_stands_on_its_printed_pages_and_no_other(
    word: str, pages: tuple[int, ...]
) -> None:
    guide = read_guide(ORIGINAL).guide
    found = {page for p in guide.passages if word in p.text for page in p.pages}
    assert tuple(sorted(found)) == pages


@needs_original
def test_every_passage_of_the_real_guide_names_the_pages_that_its_words_stand_on() -> None:
    known = recognise(read_file(ORIGINAL))
    assert known is not None
    dropped = {
        bare(line)
        for raw, page in zip(known[1], number_pages(known[1]), strict=True)
        for line, kept in zip(raw.lines, page.lines, strict=True)
        if line != kept
    }
    assert len(dropped) < 12
    assert max(map(len, dropped)) < 50
    rows = [row.split("\t") for row in PAGE_STARTS.read_text(encoding="utf-8").splitlines()[1:]]
    begins = {int(line) - 1: int(page) for line, page in rows}
    visible, page_of, page = "", [], 0
    for number, line in enumerate(ORIGINAL.read_text(encoding="utf-8").split("\n")):
        page = begins.get(number, page)
        if bare(line) not in dropped:
            visible += bare(line)
            page_of += [page] * len(bare(line))
    position = 0
    for passage in read_guide(ORIGINAL).guide.passages:
        start = visible.index(bare(passage.text), position)
        position = start + len(bare(passage.text))
        assert passage.pages == tuple(sorted(set(page_of[start:position]))), passage.passage_id
    shown = sum(len(bare(passage.text)) for passage in read_guide(ORIGINAL).guide.passages)
    assert shown > 0.95 * len(visible)


def test_a_chinese_pdf_is_found_again_on_its_pages(tmp_path: Path) -> None:
    whole = "骨頭撐住身體也存放鈣質每天散步對骨頭有好處有疑問請"
    file = tmp_path / "手冊.pdf"
    file.write_bytes(
        pdf_of(
            [
                ["骨骼手冊", "骨轉移", "癌細胞跑到骨頭裡，會讓骨頭變弱，也會痛。", "5"],
                ["骨骼手冊", "放射治療", "放射線可以止痛，療程長短由醫師決定。", whole, "6"],
                ["骨骼手冊", "找人談談。", "• 鈣片", "• 維生素 D", "7"],
                ["骨骼手冊", "雙磷酸鹽", "打針之前，請先看牙醫，也要抽血看腎臟。", "8"],
            ]
        )
    )
    imported = import_guide(file, title="手冊", folder=tmp_path / "guides")
    guide = imported.guide
    assert not imported.is_known
    assert guide.title == "手冊"
    assert "骨骼手冊" not in guide.text
    pages = {
        word: [p.pages for p in guide.passages if word in p.text]
        for word in ("癌細胞", "放射線", "鈣片", "維生素 D", "腎臟", whole + "找人談談。")
    }
    assert pages == {
        "癌細胞": [(5,)],
        "放射線": [(6, 7)],
        "鈣片": [(6, 7)],
        "維生素 D": [(6, 7)],
        "腎臟": [(8,)],
        whole + "找人談談。": [(6, 7)],
    }
    assert [section.title for section in guide.sections] == ["骨轉移", "放射治療", "雙磷酸鹽"]
    assert load_guide(guide.guide_id, tmp_path / "guides") == guide


def test_save_then_load_gives_an_equal_guide(tmp_path: Path) -> None:
    text = f"前言{CHINESE}\n\n## 骨轉移\n{CHINESE}\n• 骨折\n• 背痛\n\f## 藥物\n### 針\n{ENGLISH}\n"
    guide = import_guide(text_file(tmp_path, text), folder=tmp_path / "guides").guide
    assert {p.kind for p in guide.passages} == {PassageKind.PROSE, PassageKind.LIST}
    assert {p.pages for p in guide.passages} == {(1,), (2,)}
    assert {p.heading for p in guide.passages} >= {"骨轉移", "針"}
    loaded = load_guide(guide.guide_id, tmp_path / "guides")
    assert loaded == guide
    assert loaded.text == guide.text
    assert [p.span for p in loaded.passages] == [p.span for p in guide.passages]
    assert loaded.fingerprint == guide.fingerprint


@needs_original
def test_the_real_guide_is_equal_after_loading(tmp_path: Path) -> None:
    guide = import_guide(ORIGINAL, title="別的名稱", folder=tmp_path).guide
    assert guide.guide_id == "esmo-bone-health-zh-hant"
    assert guide.title == "癌症病患的骨骼健康（ESMO 病友指南）"
    assert imported_guides(tmp_path) == (guide.guide_id,)
    assert load_guide(guide.guide_id, tmp_path) == guide


def test_a_guide_is_named_after_its_file_and_content(tmp_path: Path) -> None:
    first = read_guide(text_file(tmp_path, name="My Bone_Guide.TXT")).guide
    again = read_guide(text_file(tmp_path, name="my-bone-guide.md")).guide
    other = read_guide(text_file(tmp_path, f"{CHINESE}多一句。", name="my-bone-guide.txt")).guide
    chinese = read_guide(text_file(tmp_path, name="骨骼.txt")).guide
    assert first.guide_id.startswith("my-bone-guide-")
    assert again.guide_id == first.guide_id
    assert other.guide_id != first.guide_id
    assert other.guide_id.startswith("my-bone-guide-")
    assert chinese.guide_id.startswith("guide-")
    assert (first.title, chinese.title) == ("My Bone_Guide", "骨骼")


def test_imported_guides_are_listed_by_name(tmp_path: Path) -> None:
    assert imported_guides(tmp_path / "guides") == ()
    names = [
        import_guide(text_file(tmp_path, name=name), folder=tmp_path / "guides").guide.guide_id
        for name in ("b.txt", "a.txt")
    ]
    assert imported_guides(tmp_path / "guides") == tuple(sorted(names))


def test_guides_are_kept_in_the_users_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    guide = import_guide(text_file(tmp_path)).guide
    assert guides_folder() == tmp_path / "data" / "guides"
    assert sorted(all_files(tmp_path / "data")) == [
        f"guides/{guide.guide_id}.json",
        f"guides/{LOCK}",
    ]
    assert load_guide(guide.guide_id) == guide
    assert imported_guides() == (guide.guide_id,)


def test_importing_again_replaces_a_damaged_copy(tmp_path: Path) -> None:
    file, kept = text_file(tmp_path), tmp_path / "guides"
    guide = import_guide(file, folder=kept).guide
    (stored,) = kept.glob("*.json")
    stored.write_text("{}", encoding="utf-8")
    import_guide(file, folder=kept)
    assert {*kept.iterdir()} == {stored, kept / LOCK}
    assert load_guide(guide.guide_id, kept) == guide


def test_a_failed_import_keeps_the_guide_of_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, kept = text_file(tmp_path), tmp_path / "guides"
    guide = import_guide(file, title="先前", folder=kept).guide
    before = all_files(kept)
    monkeypatch.setattr(os, "fsync", no_sync)
    with pytest.raises(ImportRefused) as caught:
        import_guide(file, title="之後", folder=kept)
    assert str(caught.value) == f"無法寫入 {kept}：No space left on device。"
    assert all_files(kept) == before
    assert load_guide(guide.guide_id, kept).title == "先前"


def test_a_data_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    blocked = text_file(tmp_path, name="blocked")
    before = all_files(tmp_path)
    with pytest.raises(ImportRefused, match="無法寫入"):
        import_guide(blocked, folder=blocked / "guides")
    assert all_files(tmp_path) == before


@pytest.mark.parametrize("damage", ["empty", "half", "bytes", "list", "format", "span", "kind"])
def test_a_damaged_copy_is_said(tmp_path: Path, damage: str) -> None:
    guide = import_guide(text_file(tmp_path), folder=tmp_path / "guides").guide
    (stored,) = (tmp_path / "guides").glob("*.json")
    good = stored.read_bytes()
    content = json.loads(good)
    content["format"] += damage == "format"
    if damage == "span":
        content["sections"][0]["passages"][0]["span"] = {"start": 5, "end": 5}
    if damage == "kind":
        content["sections"][0]["passages"][0]["kind"] = "poem"
    damaged = {"empty": b"", "half": good[: len(good) // 2], "bytes": b"\xff" + good, "list": b"[]"}
    stored.write_bytes(damaged.get(damage, json.dumps(content).encode()))
    with pytest.raises(GuideMissing) as caught:
        load_guide(guide.guide_id, tmp_path / "guides")
    assert str(caught.value) == f"匯入的指南 {stored} 已損壞，請重新匯入。"


def test_a_copy_whose_words_were_changed_is_said(tmp_path: Path) -> None:
    guide = import_guide(text_file(tmp_path), folder=tmp_path / "guides").guide
    (stored,) = (tmp_path / "guides").glob("*.json")
    content = json.loads(stored.read_text(encoding="utf-8"))
    passage = content["sections"][0]["passages"][0]
    passage["text"] = passage["text"].replace("散步", "跑步")
    stored.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(GuideMissing, match="已損壞"):
        load_guide(guide.guide_id, tmp_path / "guides")


def test_a_file_of_headers_alone_is_refused(tmp_path: Path) -> None:
    file = text_file(tmp_path, "\f".join(["骨骼手冊與病友須知"] * 4))
    with pytest.raises(ImportRefused, match="檔案裡找不到可以引用的段落。"):
        import_guide(file, folder=tmp_path / "guides")
    assert not (tmp_path / "guides").exists()


def test_a_passage_before_the_page_break_of_its_paragraph_names_its_own_page_only(
    tmp_path: Path,
) -> None:
    wide = "骨頭撐住身體也存放鈣質每天散步對骨頭有好處有疑問請"
    first, second, third = ("".join([wide] * 5) + f"第{n}。" for n in "一二三")
    text = f"{first}{second[:60]}\f{second[60:]}{third}"
    guide = read_guide(text_file(tmp_path, text)).guide
    assert [(p.text, p.pages) for p in guide.passages] == [
        (first, (1,)),
        (second, (1, 2)),
        (third, (2,)),
    ]
