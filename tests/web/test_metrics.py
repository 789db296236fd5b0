"""Figures for Prometheus: who may read them, what they count, and that they hold no words."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from chatbot.bot import Chatbot
from chatbot.citation import cite
from chatbot.conversation import Conversation
from chatbot.opening import Mode, Opened
from chatbot.reply import (
    AbstainReason,
    Answer,
    AskClinician,
    Clarify,
    ClarifyReason,
    OutOfScope,
    Reply,
    SmallTalk,
    Urgent,
)
from chatbot.report.keeper import Keeper
from chatbot.settings import Settings
from chatbot.triage.tier import Tier
from chatbot.web.kinds import detail_of
from chatbot.web.metrics import Metrics, build_metrics_route, may_read, route_of
from chatbot.web.service import Service, State
from tests.helpers import passage, said

TOKEN = "correct-horse-battery-staple"
REPLIES: list[tuple[Reply, str]] = [
    (Answer(said("x"), cite([passage()])), ""),
    (OutOfScope(said("x"), AbstainReason.UNSAFE), "unsafe"),
    (Clarify(said("x"), ClarifyReason.EMPTY), "empty"),
    (SmallTalk(said("x")), ""),
    (Urgent(said("x"), Tier.CRISIS, (), 0, ()), Tier.CRISIS.value),
    (AskClinician(said("x"), "stop"), "stop"),
]


def service_of(chatbot: Chatbot, mode: Mode = Mode.FULL) -> Service:
    """Return a service over a chatbot, without opening anything."""
    service = Service.__new__(Service)
    service.keeper = Keeper()
    service.state = State(Opened(chatbot, mode, ("甲", "乙")), building=True)
    service.observers = ()
    return service


@pytest.fixture
def service(calm_chatbot: Chatbot) -> Service:
    return service_of(calm_chatbot)


@pytest.fixture
def metrics(service: Service) -> Metrics:
    made = Metrics(service, held=lambda: 7)
    service.observers = (made,)
    return made


def client_of(metrics: Metrics, address: str = "127.0.0.1", **settings: object) -> TestClient:
    application = FastAPI()
    chosen = Settings(metrics=True, **settings)  # type: ignore[arg-type]
    application.include_router(build_metrics_route(metrics, chosen))

    @application.post("/api/ask", status_code=429)
    def ask() -> None: ...

    return TestClient(metrics.counted(application), client=(address, 1))


def figures(metrics: Metrics) -> dict[tuple[str, str], float]:
    """Return every figure by its name and the values of its labels (in the order of their names)."""
    text = client_of(metrics).get("/metrics").text
    return {
        (sample.name, " ".join(sample.labels.values()).strip()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.parametrize(("reply", "detail"), REPLIES)
def test_what_tells_replies_of_a_kind_apart(reply: Reply, detail: str) -> None:
    assert detail_of(reply) == detail


def test_replies_are_counted_by_kind_and_detail(metrics: Metrics) -> None:
    for reply, _ in REPLIES:
        metrics.take_reply(reply, 0.03)
    metrics.take_reply(REPLIES[0][0], 3.0)
    found = figures(metrics)
    assert found["bonehealth_replies_total", "answer"] == 2
    assert found["bonehealth_replies_total", f"{Tier.CRISIS.value} urgent"] == 1
    assert found["bonehealth_replies_total", "stop ask_clinician"] == 1
    assert found["bonehealth_promise_broken_total", ""] == 1
    assert found["bonehealth_reply_seconds_count", ""] == 7
    assert found["bonehealth_reply_seconds_sum", ""] == pytest.approx(3.18)
    assert found["bonehealth_reply_seconds_bucket", "0.02"] == 0
    assert found["bonehealth_reply_seconds_bucket", "0.05"] == 6
    assert found["bonehealth_reply_seconds_bucket", "5.0"] == 7


def test_a_question_through_the_service_is_counted_with_its_stages(
    service: Service, metrics: Metrics
) -> None:
    service.reply("denosumab 多久打一次", Conversation())
    found = figures(metrics)
    assert found["bonehealth_replies_total", "answer"] == 1
    for stage in ("triage", "read", "search", "choose", "promise"):
        assert found["bonehealth_stage_seconds_count", stage] >= 1, stage


def test_the_state_is_told_as_it_is_now(service: Service, metrics: Metrics) -> None:
    assert figures(metrics)["bonehealth_mode", "full"] == 1
    service.state = State(Opened(service.chatbot, Mode.WORDS_ONLY), building=False)
    found = figures(metrics)
    assert (found["bonehealth_mode", "full"], found["bonehealth_mode", "words_only"]) == (0, 1)
    assert (found["bonehealth_building", ""], found["bonehealth_amiss", ""]) == (0, 0)
    assert found["bonehealth_conversations", ""] == 7
    since = service.state.since.timestamp()
    assert found["bonehealth_index_since_seconds", ""] == pytest.approx(since)


def test_failures_and_renewals_are_counted(metrics: Metrics) -> None:
    metrics.take_failure(ZeroDivisionError("我爸的祕密"))
    for came_about in (True, False, False):
        metrics.take_renewal(came_about)
    found = figures(metrics)
    assert found["bonehealth_reply_failures_total", ""] == 1
    assert found["bonehealth_renewals_total", "done"] == 1
    assert found["bonehealth_renewals_total", "failed"] == 2


def test_what_alarms_look_at_is_there_before_it_happens(metrics: Metrics) -> None:
    found = figures(metrics)
    assert found["bonehealth_reply_failures_total", ""] == 0
    assert found["bonehealth_promise_broken_total", ""] == 0
    assert found["bonehealth_renewals_total", "failed"] == 0
    for route in ("ask", "page_ask", "health", "other"):
        assert found["bonehealth_responses_total", f"{route} 500"] == 0
        assert found["bonehealth_responses_total", f"{route} 503"] == 0


def test_responses_are_counted_by_few_routes_whatever_is_asked(metrics: Metrics) -> None:
    client = client_of(metrics)
    for _ in range(2):
        client.post("/api/ask")
    for path in ("/紫色長頸鹿", "/source/紫色長頸鹿", "/x?q=紫色長頸鹿"):
        client.get(path)
    found = figures(metrics)
    assert found["bonehealth_responses_total", "ask 429"] == 2
    assert found["bonehealth_responses_total", "other 404"] == 2
    assert found["bonehealth_responses_total", "source 404"] == 1
    assert found["bonehealth_requests_in_flight", ""] == 1  # the reading itself
    assert "紫色" not in client.get("/metrics").text


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/", "page"),
        ("/gradio_api/run/predict", "page_ask"),
        ("/gradio_api/heartbeat/abc", "heartbeat"),
        ("/livez", "health"),
        ("/assets/index.js", "static"),
        ("/about", "information"),
        ("/wp-admin", "other"),
    ],
)
def test_the_route_of_an_address(path: str, route: str) -> None:
    assert route_of(path) == route


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("127.0.0.1", 200),
        ("127.9.9.9", 200),
        ("::1", 200),
        ("::ffff:127.0.0.1", 200),
        ("10.0.0.7", 404),
        ("2001:db8::1", 404),
        ("testclient", 404),
    ],
)
def test_only_this_machine_may_read_them_by_default(
    address: str, status: int, metrics: Metrics
) -> None:
    assert client_of(metrics, address).get("/metrics").status_code == status


def test_the_operator_says_from_where_they_may_be_read(metrics: Metrics) -> None:
    networks = Settings(metrics_networks="10.0.0.0/8").metrics_networks  # type: ignore[arg-type]
    assert [may_read(a, networks) for a in ("10.1.2.3", "11.1.2.3", "127.0.0.1", "")] == [
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("header", "status"),
    [(None, 401), ("Bearer wrong", 401), (TOKEN, 401), (f"Bearer {TOKEN}", 200), ("Bearer é", 401)],
)
def test_with_a_token_set_it_must_be_brought(
    header: str | None, status: int, metrics: Metrics
) -> None:
    headers = {b"authorization": header.encode()} if header else {}
    response = client_of(metrics, metrics_token=TOKEN).get("/metrics", headers=headers)
    assert response.status_code == status
