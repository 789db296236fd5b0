from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chatbot.bot import Chatbot
from chatbot.opening import Mode, Opened, how_to_mend, open_chatbot, open_words_only
from chatbot.reply import citations_of
from corpus.passage import Guide, Section
from corpus.source import Source
from corpus.storage import DATA_VARIABLE
from index.encoder import Encoder
from index.errors import (
    EncoderUnavailable,
    IndexDamaged,
    IndexMissing,
    IndexProblem,
    IndexStale,
)
from index.key import KeyKind
from index.store import IndexStore
from tests.helpers import FakeEncoder, small_guide, small_topics

SOURCE = Source(small_guide(), small_topics())
MEND = "請執行 python -m index build。"


@pytest.fixture
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a data folder without any index."""
    folder = tmp_path / "data"
    monkeypatch.setenv(DATA_VARIABLE, str(folder))
    return folder


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, own_data: Path) -> FakeEncoder:
    """Return the encoder that every model name leads to."""
    encoder = FakeEncoder(f"fake for {own_data.name}")
    wanted: list[str] = []

    def load(model: str) -> Encoder:
        wanted.append(model)
        return encoder

    monkeypatch.setattr("chatbot.opening.load_encoder", load)
    return encoder


def opened(source: Source = SOURCE, *, rebuild: bool = True) -> tuple[Opened, list[str]]:
    said: list[str] = []
    return open_chatbot(source, rebuild=rebuild, say=said.append), said


def answers(chatbot: Chatbot, question: str = "denosumab 多久打一次") -> list[str]:
    return [c.passage.passage_id for c in citations_of(chatbot.reply(question).reply)]


def store_of(encoder: FakeEncoder) -> IndexStore:
    return IndexStore.of(SOURCE.guide, encoder)


def test_without_an_encoder_words_are_used_and_the_reason_is_said(
    monkeypatch: pytest.MonkeyPatch, own_data: Path
) -> None:
    def load(model: str) -> Encoder:
        raise EncoderUnavailable(f"模型 {model} 壞了。")

    monkeypatch.setattr("chatbot.opening.load_encoder", load)
    found, said = opened()
    assert found.mode is Mode.WORDS_ONLY
    assert found.reasons == ("模型 default 壞了。",)
    assert said == ["模型 default 壞了。"]
    assert not found.chatbot.index.searches_by_meaning
    assert answers(found.chatbot) == ["often"]
    assert not (own_data / "index").exists()


def test_no_model_wanted_is_said_too(own_data: Path) -> None:
    said: list[str] = []
    found = open_chatbot(SOURCE, model="none", say=said.append)
    assert found.mode is Mode.WORDS_ONLY
    assert said == ["設定為不使用語意模型。"]
    assert found.reasons == tuple(said)
    assert [path.name for path in own_data.iterdir()] == ["words"]


def test_a_missing_index_is_named_and_built(fake: FakeEncoder) -> None:
    found, said = opened()
    assert said == ["還沒有建立索引。重新建立中……"]
    assert found.mode is Mode.FULL
    assert found.reasons == ()
    assert found.chatbot.index.searches_by_meaning
    assert found.chatbot.index.guide is SOURCE.guide
    texts = {(key.kind is KeyKind.TEXT, key.text) for key in found.chatbot.index.keys}
    assert fake.encoded == len(texts)
    assert store_of(fake).current().is_dir()
    assert answers(found.chatbot) == ["often"]


def test_an_index_that_fits_is_used_in_silence(fake: FakeEncoder) -> None:
    opened()
    before = fake.encoded
    found, said = opened(rebuild=False)
    assert said == []
    assert found.mode is Mode.FULL
    assert fake.encoded == before


def test_a_missing_index_that_may_not_be_built_is_named_and_words_are_used(
    fake: FakeEncoder,
) -> None:
    found, said = opened(rebuild=False)
    assert said == [f"還沒有建立索引。{MEND}"]
    assert found.mode is Mode.WORDS_ONLY
    assert found.reasons == ("還沒有建立索引",)
    assert fake.encoded == 0
    assert answers(found.chatbot) == ["often"]
    with pytest.raises(IndexMissing):
        store_of(fake).current()


def test_a_damaged_index_is_named_and_built_again(fake: FakeEncoder) -> None:
    opened()
    broken = store_of(fake).current() / "dense.faiss"
    broken.write_bytes(broken.read_bytes()[:-1] + b"\x00\x00")
    kept, said = opened(rebuild=False)
    assert kept.mode is Mode.WORDS_ONLY
    assert said[0].startswith("索引損壞：")
    assert said[0].endswith(MEND)
    found, said = opened()
    assert found.mode is Mode.FULL
    assert len(said) == 1
    assert said[0].startswith("索引損壞：")
    assert said[0].endswith("重新建立中……")
    assert store_of(fake).current() != broken.parent
    assert opened()[1] == []


def test_an_index_of_another_text_is_named_and_built_again(fake: FakeEncoder) -> None:
    opened()
    first, *others = SOURCE.guide.sections
    edited = replace(first.passages[0], text="骨轉移的意思改寫過了。")
    sections = (Section(first.title, (edited, *first.passages[1:])), *others)
    changed = Source(Guide(SOURCE.guide.guide_id, SOURCE.guide.title, sections), SOURCE.topics)
    before = fake.encoded
    found, said = opened(changed)
    assert len(said) == 1
    assert said[0].startswith("索引過期：guide_fingerprint")
    assert found.mode is Mode.FULL
    assert fake.encoded == before + 1
    quote = citations_of(found.chatbot.reply("骨轉移是什麼").reply)[0].quote
    assert quote == "骨轉移的意思改寫過了。"


def test_where_no_index_can_be_written_both_reasons_are_said(
    fake: FakeEncoder, own_data: Path
) -> None:
    own_data.mkdir()
    (own_data / "index").write_text("a file where the folder should be")
    found, said = opened()
    assert found.mode is Mode.WORDS_ONLY
    assert fake.encoded == 0
    assert said[0].startswith("索引損壞：")
    assert said[1].startswith("無法建立索引：")
    assert len(found.reasons) == 2
    assert found.reasons[1] == said[1]
    assert answers(found.chatbot) == ["often"]


def test_progress_ends_where_everything_is_done(fake: FakeEncoder) -> None:
    steps: list[tuple[int, int]] = []
    open_chatbot(SOURCE, progress=lambda done, todo: steps.append((done, todo)))
    assert steps[0] == (0, fake.encoded)
    assert steps[-1] == (fake.encoded, fake.encoded)


def test_words_only_keeps_the_reasons_it_was_given() -> None:
    found = open_words_only(SOURCE, "甲", "乙")
    assert found.mode is Mode.WORDS_ONLY
    assert found.reasons == ("甲", "乙")
    assert answers(found.chatbot) == ["often"]


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (IndexMissing("x"), MEND),
        (IndexStale("x"), MEND),
        (IndexDamaged("x"), MEND),
        (IndexProblem("x"), ""),
    ],
)
def test_what_to_do_is_said_for_each_problem(problem: IndexProblem, sentence: str) -> None:
    assert how_to_mend(problem) == sentence
