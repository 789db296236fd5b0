"""Too many, too slow, too odd: refused at once, in one shape, and nothing waits for ever."""

from __future__ import annotations

import asyncio
import resource
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.bot import Chatbot
from chatbot.contract import AskRequest, TooLong, answer_request
from chatbot.web.overload import LEAST_AT_ONCE, ImpatientProtocol, Overload, raise_descriptor_limit
from chatbot.web.refusing import REFUSALS, explain_refusals
from chatbot.web.security import AllowedRoutes, BodyLimit, payer

SENTENCE = "現在問的人太多了。"
PAGE = "<h1>請稍等</h1>"


class Slow:
    """An application that answers when it is told to."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()
        self.may_end = asyncio.Event()

    async def __call__(self, _: Scope, __: Receive, send: Send) -> None:
        await self.may_answer.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await self.may_end.wait()
        await send({"type": "http.response.body", "body": b"ok"})


def client_of(app: ASGIApp) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_what_is_more_than_can_be_answered_is_refused_at_once() -> None:
    async def run() -> None:
        slow = Slow()
        guard = Overload(slow, SENTENCE, PAGE, most=2)
        async with client_of(guard) as client:
            waiting = [asyncio.create_task(client.post("/api/ask")) for _ in range(2)]
            await settled()
            refused = await client.post("/api/ask")
            assert refused.status_code == 503
            assert refused.json() == {"id": None, "error": SENTENCE}
            assert int(refused.headers["retry-after"]) >= 1
            assert refused.headers["cache-control"] == "no-store"
            page = await client.get("/", headers={"accept": "text/html"})
            assert (page.status_code, page.text) == (503, PAGE)
            assert "script-src" not in page.headers["content-security-policy"]
            assert page.headers["retry-after"] == refused.headers["retry-after"]
            assert (guard.under_way, guard.refused) == (2, 2)
            slow.may_answer.set()
            slow.may_end.set()
            assert [(await task).status_code for task in waiting] == [200, 200]
            assert (await client.post("/api/ask")).status_code == 200
            assert guard.under_way == 0

    asyncio.run(run())


def test_a_slow_machine_takes_fewer_and_a_quick_one_more_again() -> None:
    now = 0.0

    async def work(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal now
        now += seconds
        await PlainTextResponse("ok")(scope, receive, send)

    async def run(requests: int) -> int:
        async with client_of(guard) as client:
            for _ in range(requests):
                assert (await client.get("/about")).status_code == 200
        return guard.room

    guard = Overload(work, SENTENCE, most=48, clock=lambda: now)
    assert guard.room == 48
    seconds = 0.01
    assert asyncio.run(run(50)) == 48
    seconds = 0.1
    assert 9 <= asyncio.run(run(60)) <= 10
    seconds = 5.0
    assert asyncio.run(run(60)) == LEAST_AT_ONCE
    seconds = 0.01
    assert asyncio.run(run(120)) == 48


@pytest.mark.parametrize(
    "path",
    ["/livez", "/readyz", "/metrics", "/assets/index.js", "/ui/page.js", "/gradio_api/heartbeat/x"],
)
def test_health_files_and_open_pages_do_not_count(path: str) -> None:
    async def run() -> None:
        guard = Overload(PlainTextResponse("ok"), SENTENCE, most=0)
        async with client_of(guard) as client:
            assert (await client.get(path)).status_code == 200
            assert (await client.get("/about")).status_code == 503

    asyncio.run(run())


def test_a_client_that_reads_slowly_holds_nobody_up() -> None:
    async def run() -> None:
        slow = Slow()
        guard = Overload(slow, SENTENCE, most=1)
        slow.may_answer.set()
        async with client_of(guard) as client:
            reading = asyncio.create_task(client.get("/about"))
            await settled()
            assert guard.under_way == 0
            slow.may_end.set()
            assert (await reading).status_code == 200
            assert guard.under_way == 0

    asyncio.run(run())


def test_a_request_that_fails_frees_its_place() -> None:
    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError

    async def run() -> None:
        guard = Overload(failing, SENTENCE, most=1)
        async with client_of(guard) as client:
            for _ in range(3):
                with pytest.raises(RuntimeError):
                    await client.get("/about")
        assert guard.under_way == 0

    asyncio.run(run())


def scope_of(method: str, path: str) -> Scope:
    return {"type": "http", "method": method, "path": path, "headers": [], "query_string": b""}


async def response_of(app: ASGIApp, scope: Scope, receive: Receive) -> list[Message]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


def test_a_body_that_does_not_arrive_is_not_waited_for() -> None:
    async def receive() -> Message:
        await asyncio.sleep(60)
        raise AssertionError

    guard = BodyLimit(PlainTextResponse("ok"), seconds=0.05)
    sent = asyncio.run(response_of(guard, scope_of("POST", "/api/ask"), receive))
    assert sent[0]["status"] == 408
    assert (b"connection", b"close") in sent[0]["headers"]


def test_a_body_without_end_is_refused_when_it_is_too_large() -> None:
    received = 0

    async def receive() -> Message:
        nonlocal received
        received += 1
        return {"type": "http.request", "body": b"x" * 1000, "more_body": True}

    guard = BodyLimit(PlainTextResponse("ok"), most=10_000)
    sent = asyncio.run(response_of(guard, scope_of("POST", "/api/ask"), receive))
    assert sent[0]["status"] == 413
    assert received == 11


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/livez", 200, None),
        ("HEAD", "/livez", 200, None),
        ("PUT", "/livez", 405, "GET, HEAD"),
        ("GET", "/api/ask", 405, "POST"),
        ("OPTIONS", "/api/ask", 405, "POST"),
        ("GET", "/api/../livez", 404, None),
        ("GET", "/gradio_api/file=/etc/passwd", 404, None),
        ("GET", "/livez/", 404, None),
        ("GET", "/livez\n", 404, None),
    ],
)
def test_a_wrong_method_is_told_from_a_wrong_address(
    method: str, path: str, status: int, allow: str | None
) -> None:
    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    guard = AllowedRoutes(PlainTextResponse("ok"))
    sent = asyncio.run(response_of(guard, scope_of(method, path), receive))
    headers = dict(sent[0]["headers"])
    assert (sent[0]["status"], headers.get(b"allow", b"").decode() or None) == (status, allow)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("10.0.0.1", "10.0.0.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("", "10.0.0.1", False),
    ],
)
def test_whom_an_address_counts_for(one: str, other: str, same: bool) -> None:
    assert (payer(one) == payer(other)) is same


class Typed(BaseModel):
    number: int


def test_a_refusal_sends_nothing_back_of_what_was_typed() -> None:
    app = FastAPI(responses=REFUSALS)
    explain_refusals(app)

    @app.post("/typed")
    def typed(asked: Typed) -> None:
        raise HTTPException(404, detail=f"我爸的祕密 {asked.number}")

    async def run() -> list[httpx.Response]:
        async with client_of(app) as client:
            return [
                await client.post("/typed", json={"number": "<b>我爸的祕密"}),
                await client.post(
                    "/typed", content=b"\xff\xfe{", headers={"content-type": "application/json"}
                ),
                await client.post("/typed", json={"number": 1}),
                await client.get("/typed"),
            ]

    responses = asyncio.run(run())
    assert [response.status_code for response in responses] == [422, 400, 404, 405]
    for response in responses:
        assert sorted(response.json()) == ["error", "id"]
        assert "祕密" not in response.text


def test_a_conversation_that_takes_too_long_is_cut_off(small_chatbot: Chatbot) -> None:
    asked = AskRequest(id=1, turns=["骨轉移是什麼"] * 3)
    assert len(answer_request(small_chatbot, asked, seconds=60).replies) == 3
    with pytest.raises(TooLong):
        answer_request(small_chatbot, asked, seconds=0.0)


@contextmanager
def impatient(seconds: float) -> Iterator[int]:
    """Serve with that much patience for a head; give the port."""

    class Protocol(ImpatientProtocol):
        head_seconds = seconds

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        PlainTextResponse("ok"), http=Protocol, ws="none", lifespan="off", log_level="error"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nhost: "], ids=["silent", "half"])
def test_a_head_that_does_not_arrive_is_not_waited_for(begun: bytes) -> None:
    with impatient(0.2) as port, socket.create_connection(("127.0.0.1", port), 10) as client:
        client.sendall(begun)
        assert client.recv(100) == b""  # closed


def test_after_an_answer_half_a_head_is_not_waited_for_either() -> None:
    with impatient(0.3) as port, socket.create_connection(("127.0.0.1", port), 10) as client:
        client.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 200 OK")
        client.sendall(b"GET / HT")
        while received := client.recv(1000):
            assert b"ok" in received


def test_a_head_in_time_is_answered() -> None:
    with impatient(5) as port:
        assert httpx.get(f"http://127.0.0.1:{port}/").text == "ok"


def test_as_many_descriptors_as_the_system_allows() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
        raised = raise_descriptor_limit(512)
        assert raised == resource.getrlimit(resource.RLIMIT_NOFILE)[0] == min(512, hard)
        assert raise_descriptor_limit(300) == raised
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
