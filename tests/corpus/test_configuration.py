from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from corpus.configuration import (
    CONFIG_VARIABLE,
    SENTENCES,
    ConfigurationError,
    configured,
    read_configuration,
)
from corpus.languages import user_language
from corpus.storage import DATA_VARIABLE, data_folder


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the settings file that the environment names; it is not there yet."""
    path = tmp_path / "bonehealth.toml"
    monkeypatch.setenv(CONFIG_VARIABLE, str(path))
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "BONEHEALTH_MODEL"):
        monkeypatch.delenv(name, raising=False)
    return path


def test_without_a_file_nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CONFIG_VARIABLE, raising=False)
    assert read_configuration() == {}
    assert configured("model") is None


def test_the_environment_comes_before_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('model = "none"\nport = 8080\noriginal = ""\n')
    assert (configured("model"), configured("port")) == ("none", "8080")
    assert configured("original") is None
    monkeypatch.setenv("BONEHEALTH_MODEL", "default")
    assert configured("model") == "default"
    monkeypatch.setenv("BONEHEALTH_MODEL", "")
    assert configured("model") == "none"


def test_the_data_folder_may_stand_in_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('data = "/srv/bones"\n')
    monkeypatch.delenv(DATA_VARIABLE)
    assert data_folder() == Path("/srv/bones")


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "讀不到設定檔"), (b"port = = 1", "不是正確的 TOML"), (b"\xff", "不是正確的 TOML")],
)
def test_a_file_that_cannot_be_used_is_named(file: Path, content: bytes | None, said: str) -> None:
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        read_configuration()
    (problem,) = caught.value.problems
    assert said in problem
    assert str(file) in problem


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("", "zh-Hant"),
        ("C.UTF-8", "zh-Hant"),
        ("zh_TW.UTF-8", "zh-Hant"),
        ("zh_HK", "zh-Hant"),
        ("zh_CN.UTF-8", "zh-Hans"),
        ("zh_SG", "zh-Hans"),
        ("en_US.UTF-8", "en"),
    ],
)
def test_the_locale_says_the_language(
    locale: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", locale)
    assert user_language() == language


def test_every_language_has_the_same_sentences_with_the_same_places() -> None:
    languages = tomllib.loads(SENTENCES.read_text(encoding="utf-8"))
    assert list(languages) == ["zh-Hant", "zh-Hans", "en"]
    names = [list(sentences) for sentences in languages.values()]
    assert names[0] == names[1] == names[2]
    for name in names[0]:
        places = {
            tuple(sorted(part.partition("}")[0] for part in sentences[name].split("{")[1:]))
            for sentences in languages.values()
        }
        assert len(places) == 1, name
