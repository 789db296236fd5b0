"""Fixtures: a data folder of the tests' own, the real edition, the real encoder built once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from chatbot.bot import Chatbot
from corpus.source import Source, open_source
from corpus.storage import DATA_VARIABLE
from index.encoder import Encoder
from index.onnx_encoder import load_onnx_encoder
from index.passage_index import PassageIndex, words_only_index
from index.store import IndexStore
from index.words import prepare_words
from tests.helpers import hearing, small_guide, small_topics

settings.register_profile("repository", deadline=None)  # machines are busy; nothing is timed here
settings.load_profile("repository")


@pytest.fixture(scope="session", autouse=True)
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep everything that the tests write away from the user's own data folder."""
    folder = tmp_path_factory.mktemp("data")
    before = os.environ.get(DATA_VARIABLE)
    os.environ[DATA_VARIABLE] = str(folder)
    for name in [n for n in os.environ if n.startswith("BONEHEALTH_") and n != DATA_VARIABLE]:
        del os.environ[name]
    prepare_words()
    yield folder
    if before is None:
        del os.environ[DATA_VARIABLE]
    else:
        os.environ[DATA_VARIABLE] = before


@pytest.fixture(scope="session")
def edition() -> Source:
    """Return the edition and its topics."""
    return open_source()


@pytest.fixture(scope="session")
def encoder(data_folder: Path) -> Encoder:
    """Return the real default encoder, built from the package's data file."""
    return load_onnx_encoder()


@pytest.fixture(scope="session")
def full_index(edition: Source, encoder: Encoder) -> PassageIndex:
    """Return the index of the whole edition, built once (minutes)."""
    return IndexStore.of(edition.guide, encoder).build(edition.guide, edition.topics, encoder)


@pytest.fixture(scope="session")
def full_chatbot(full_index: PassageIndex) -> Chatbot:
    """Return the product as `make run` serves it."""
    return Chatbot(full_index)


@pytest.fixture(scope="session")
def edition_chatbot(edition: Source) -> Chatbot:
    """Return a words-only chatbot over the whole edition."""
    return Chatbot(words_only_index(edition.guide, edition.topics))


@pytest.fixture(scope="session")
def small_index() -> PassageIndex:
    """Return a words-only index of a guide of four passages."""
    return words_only_index(small_guide(), small_topics())


@pytest.fixture(scope="session")
def small_chatbot(small_index: PassageIndex) -> Chatbot:
    """Return a chatbot over the small guide."""
    return Chatbot(small_index)


@pytest.fixture(scope="session")
def calm_chatbot(small_chatbot: Chatbot) -> Chatbot:
    """Return the same chatbot where no message tells of a sign: for search and deciding alone."""
    return hearing(small_chatbot)
