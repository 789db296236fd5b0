"""How many questions an address may ask."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from chatbot.web.security import RateLimit


class Clock:
    """Time that only the test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(clock: Clock) -> TestClient:
    application = FastAPI()

    @application.post("/api/ask")
    def ask() -> str:
        return "answered"

    @application.get("/livez")
    def livez() -> str:
        return "ok"

    return TestClient(RateLimit(application, 2, "太多了。", clock))


def test_after_the_last_question_it_says_so_and_how_long_to_wait(client: TestClient) -> None:
    assert [client.post("/api/ask").status_code for _ in range(3)] == [200, 200, 429]
    refused = client.post("/api/ask")
    assert refused.json() == {"id": None, "error": "太多了。"}
    assert 0 < int(refused.headers["retry-after"]) <= 31


def test_time_brings_questions_back(client: TestClient, clock: Clock) -> None:
    for _ in range(3):
        client.post("/api/ask")
    clock.now += 29
    assert client.post("/api/ask").status_code == 429
    clock.now += 2
    assert client.post("/api/ask").status_code == 200
    assert client.post("/api/ask").status_code == 429


def test_only_questions_are_counted(client: TestClient) -> None:
    assert {client.get("/livez").status_code for _ in range(5)} == {200}
