"""A quotation that somebody called wrong: counted with its passage's id, and nothing else."""

from __future__ import annotations

import logging

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from chatbot.settings import Settings
from chatbot.web.flags import Flags, build_flag_routes
from chatbot.web.service import Service
from corpus.source import Source
from index.models import NO_MODEL
from tests.helpers import small_guide, small_topics


@pytest.fixture
def flags() -> Flags:
    return Flags()


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch, flags: Flags) -> TestClient:
    source = Source(small_guide(), small_topics())
    monkeypatch.setattr("chatbot.opening.open_source", lambda _: source)
    app = FastAPI()
    app.include_router(build_flag_routes(Service(Settings(model=NO_MODEL)), flags))
    return TestClient(app)


def test_flags_are_counted_most_often_flagged_first(client: TestClient, flags: Flags) -> None:
    for name in ("pain", "often", "often"):
        assert client.post("/flag", json={"passage": name}).status_code == 204
    assert list(flags.counts.items()) == [("often", 2), ("pain", 1)]


@pytest.mark.parametrize(
    ("body", "status"),
    [({"passage": "gone"}, 404), ({"question": "骨頭痛怎麼辦"}, 422), ({"passage": 3}, 422)],
)
def test_only_passages_of_the_guide_are_counted(
    client: TestClient, flags: Flags, body: dict[str, object], status: int
) -> None:
    assert client.post("/flag", json=body).status_code == status
    assert flags.counts == {}


def test_the_log_holds_the_id_and_no_question(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "bonehealth"):
        client.post("/flag", json={"passage": "pain", "question": "我骨頭痛"})
    own = [record.getMessage() for record in caplog.records if record.name == "bonehealth"]
    assert own == ["A quotation was flagged as wrong: pain (1)."]
    assert "我骨頭痛" not in caplog.text
