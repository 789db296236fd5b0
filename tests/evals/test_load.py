"""What is counted of many people asking, and how memory over time is judged."""

from __future__ import annotations

import asyncio
import json
import os
import random
from pathlib import Path

import pytest

from evals.load import Crowd, Process, Soak, load_table, slope_of, soak_sentence, summary
from evals.load import write_results as keep
from evals.visitors import Answered, address_of, burst


def test_what_a_crowd_met_is_told_apart() -> None:
    found = [Answered(200, n / 1000) for n in range(1, 101)]
    found += [Answered(503, 2.5, may_retry=True), Answered(429, 0.1, may_retry=True)]
    found += [Answered(503, 0.1), Answered(0, 30.0), Answered(500, 0.1, may_retry=True)]
    told = summary("x", found)
    assert (told.requests, told.answered, told.refused, told.failed) == (105, 100, 2, 3)
    assert told.p50 == pytest.approx(50)
    assert told.p99 == pytest.approx(99)
    assert told.slowest == pytest.approx(30_000)
    assert told.late == 2
    nothing = summary("x", [Answered(0, 1.0)])
    assert (nothing.answered, nothing.p50, nothing.failed) == (0, 0.0, 1)


def test_the_slope_of_a_leak_is_found_and_of_none_is_not() -> None:
    chance = random.Random(1)
    minutes = [i / 30 for i in range(600)]
    level = [300 + chance.gauss(0, 2) for _ in minutes]
    slope, low, high = slope_of(minutes, level)
    assert low < 0 < high
    leaking = [value + 30 * minute / 60 for value, minute in zip(level, minutes, strict=True)]
    slope, low, high = slope_of(minutes, leaking)
    assert low < 30 < high
    assert low > 0
    assert slope == pytest.approx(30, abs=10)


def test_visitors_have_addresses_of_their_own() -> None:
    assert len({address_of(number) for number in range(2_000)}) == 2_000
    assert address_of(258) == "10.0.1.2"


def test_a_burst_tells_answers_from_refusals_and_broken_connections() -> None:
    async def run() -> list[Answered]:
        count = 0

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal count
            count += 1
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            asked = json.loads(await reader.readexactly(length))
            if asked["id"] % 3 == 0:
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            elif asked["id"] % 3 == 1:
                writer.write(b"HTTP/1.1 503 No\r\nRetry-After: 2\r\n\r\n")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        found = await burst(f"http://127.0.0.1:{port}", 30, ["骨轉移是什麼"])
        server.close()
        assert count == 30
        return found

    found = asyncio.run(run())
    assert sorted((a.status, a.may_retry) for a in found) == (
        [(0, False)] * 10 + [(200, False)] * 10 + [(503, True)] * 10
    )


def test_figures_are_printed_and_kept(tmp_path: Path) -> None:
    idle = Crowd("idle", 10, 10, 0, 0, 20.0, 30.0, 31.0, 0)
    many = Crowd("500 users", 1000, 999, 1, 0, 25.0, 150.0, 160.0, 0)
    rush = Crowd("burst of 1000", 1000, 60, 940, 0, 900.0, 1500.0, 1900.0, 0)
    table = load_table([idle, many, rush], 90)
    assert table.startswith("1.5 minutes a crowd, ")
    assert "500 users: p99 is 7.5 times the idle p50; 0 failed." in table
    assert "burst of 1000: 1000 within 2 s, 0 failed." in table
    soak = Soak(20.0, 5000, 0, 410.0, 0.5, -2.0, 3.0, (40, 41))
    assert "slope +0.5 MiB an hour (95 %: -2.0 to +3.0)" in soak_sentence(soak)
    path = tmp_path / "results" / "load.json"
    keep([idle], None, path)
    keep([], soak, path)
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert (kept["crowds"][0]["name"], kept["soak"]["high"]) == ("idle", 3.0)


def test_a_process_tells_its_memory_and_descriptors() -> None:
    process = Process(os.getpid())
    before = process.descriptors()
    with Path(__file__).open():
        assert process.descriptors() == before + 1
    assert 10 < process.resident() < 100_000
