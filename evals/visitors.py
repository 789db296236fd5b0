"""People who ask a running server: each with an address, a pace and a conversation of their own."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

REQUEST_SECONDS = 30.0
ASK = "/api/ask"
PAGE = "/gradio_api/run/predict"


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one request.

    Attributes:
        status: Of HTTP; 0 where the connection broke or nothing came in time.
        seconds: From sending, connection included, to the last byte.
        may_retry: Whether it says when to try again.
    """

    status: int
    seconds: float
    may_retry: bool = False


def address_of(number: int) -> str:
    """Return the address that a visitor is counted by; a server on loopback believes it."""
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


async def page_function(client: httpx.AsyncClient) -> int:
    """Return the number under which the page takes a question."""
    config = (await client.get("/config")).json()
    return next(int(d["id"]) for d in config["dependencies"] if d.get("api_name") == "ask")


async def ask(client: httpx.AsyncClient, path: str, body: object, visitor: int) -> Answered:
    """Send a question and return what became of it; never raise."""
    start = time.perf_counter()
    headers = {"x-forwarded-for": address_of(visitor)}
    try:
        response = await client.post(path, json=body, headers=headers)
    except httpx.HTTPError:
        return Answered(0, time.perf_counter() - start)
    return Answered(
        response.status_code, time.perf_counter() - start, "retry-after" in response.headers
    )


async def visit(
    client: httpx.AsyncClient,
    visitor: int,
    questions: Sequence[str],
    *,
    function: int,
    think: float,
    until: float,
) -> list[Answered]:
    """Ask until a moment, with pauses of 0.5 to 1.5 times `think` seconds.

    Every second visitor uses the page, with a conversation that the server keeps; the others the
    interface.
    """
    chance = random.Random(visitor)
    session = secrets.token_hex(6)
    found: list[Answered] = []
    await asyncio.sleep(chance.uniform(0, think))
    while time.perf_counter() < until:
        question = chance.choice(questions)
        if visitor % 2:
            body = {"data": [question, None], "fn_index": function, "session_hash": session}
            found.append(await ask(client, PAGE, body, visitor))
        else:
            found.append(await ask(client, ASK, {"id": visitor, "turns": [question]}, visitor))
        await asyncio.sleep(chance.uniform(0.5, 1.5) * think)
    return found


async def crowd(
    address: str,
    users: int,
    questions: Sequence[str],
    *,
    think: float,
    seconds: float,
    first: int = 0,
) -> list[Answered]:
    """Have so many people ask side by side for a time; return all that became of it.

    They are numbered from `first`; each number has an address, and each address a limit.
    """
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=users)
    async with httpx.AsyncClient(
        base_url=address, timeout=REQUEST_SECONDS, limits=limits, trust_env=False
    ) as client:
        function = await page_function(client)
        until = time.perf_counter() + seconds
        each = await asyncio.gather(
            *(
                visit(client, number, questions, function=function, think=think, until=until)
                for number in range(first, first + users)
            )
        )
    return [answered for own in each for answered in own]


async def burst(address: str, count: int, questions: Sequence[str]) -> list[Answered]:
    """Send so many questions at once, each over a connection of its own.

    Written to the socket, because httpx itself needs seconds to open so many connections.
    """
    return list(
        await asyncio.gather(
            *(
                _at_once(address, number, questions[number % len(questions)])
                for number in range(count)
            )
        )
    )


async def _at_once(address: str, number: int, question: str) -> Answered:
    place = urlsplit(address)
    body = json.dumps({"id": number, "turns": [question]}).encode()
    head = (
        f"POST {ASK} HTTP/1.1\r\nhost: {place.netloc}\r\nx-forwarded-for: {address_of(number)}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
        "connection: close\r\n\r\n"
    )
    start = time.perf_counter()
    try:
        async with asyncio.timeout(REQUEST_SECONDS):
            reader, writer = await asyncio.open_connection(place.hostname, place.port)
            writer.write(head.encode() + body)
            told = await reader.read(-1)
            writer.close()
        status = int(told.split(b" ", 2)[1])
    except (OSError, TimeoutError, ValueError, IndexError):
        return Answered(0, time.perf_counter() - start)
    told_head = told.partition(b"\r\n\r\n")[0].lower()
    return Answered(status, time.perf_counter() - start, b"\r\nretry-after:" in told_head)
