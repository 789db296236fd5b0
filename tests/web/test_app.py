"""The served application over real sockets: the contract, the guards, the five traps of Gradio."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.helpers import ROOT
from tests.web.serving import free_port, serving

__all__ = ["free_port", "server"]

ASK = {"id": "q", "turns": ["打骨針有什麼副作用", "那多久打一次"]}


@pytest.fixture(scope="module")
def server(data_folder: Path) -> Iterator[str]:
    """Serve the page by words alone, in a process of its own; return its address."""
    with serving() as served:
        yield served.address


def test_the_contract_is_answered_over_http(server: str) -> None:
    answer = httpx.post(f"{server}/api/ask", json=ASK).json()
    assert answer["id"] == "q"
    assert [reply["kind"] for reply in answer["replies"]] == ["answer", "answer"]
    assert 26 in answer["replies"][0]["citations"][0]["pages"]


@pytest.mark.parametrize(
    ("body", "given"), [(b"rubbish", None), (b"[1]", None), (b'{"id": "x"}', "x")]
)
def test_a_bad_body_gets_an_error_with_its_id(server: str, body: bytes, given: str | None) -> None:
    response = httpx.post(f"{server}/api/ask", content=body)
    assert response.status_code == 422
    assert response.json()["id"] == given
    assert response.json()["error"]


def test_readiness_names_the_mode(server: str) -> None:
    state = httpx.get(f"{server}/readyz").json()
    assert state["mode"] == "words_only"
    assert state["building"] is False


def test_the_interface_is_described(server: str) -> None:
    paths = httpx.get(f"{server}/openapi.json").json()["paths"]
    assert "post" in paths["/api/ask"]


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=pyproject.toml",
        "/gradio_api/upload",
        "/gradio_api/runs",
        "/gradio_api/deep_link",
        "/gradio_api/queue/status",
        "/monitoring",
        "/ui/..%2fpage.py",
        "/source/nothing",
    ],
)
def test_whatever_the_page_does_not_need_is_not_there(server: str, path: str) -> None:
    assert httpx.get(server + path).status_code == 404


def test_a_foreign_origin_is_refused(server: str) -> None:
    response = httpx.post(f"{server}/api/ask", json=ASK, headers={"origin": "http://evil.example"})
    assert response.status_code == 403


def test_a_foreign_host_is_refused(server: str) -> None:
    response = httpx.get(f"{server}/livez", headers={"host": "evil.example"})
    assert response.status_code == 400


def test_an_oversized_body_is_refused(server: str) -> None:
    response = httpx.post(f"{server}/api/ask", content=b"x" * 300_000)
    assert response.status_code == 413


def test_every_script_of_the_page_carries_the_nonce_of_its_policy(server: str) -> None:
    response = httpx.get(server + "/")
    nonce = re.search(r"'nonce-([\w-]+)'", response.headers["content-security-policy"])
    assert nonce is not None
    tags = re.findall(r"<script[^>]*>", response.text)
    assert len(tags) >= 3
    assert [tag for tag in tags if f'nonce="{nonce[1]}"' not in tag] == []
    assert 'lang="zh-Hant-TW"' in response.text
    assert "access-control-allow-origin" not in response.headers


def test_a_forged_file_as_history_is_not_copied(server: str) -> None:
    """The log is an output only: a client cannot hand the server's files to Gradio."""
    forged = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}
    for index in range(4):
        response = httpx.post(
            f"{server}/gradio_api/run/predict",
            json={"data": ["hi", forged], "fn_index": index, "session_hash": "forged"},
        )
        assert "root:" not in response.text
        assert "/etc/passwd" not in response.text


def test_the_source_page_marks_the_passage_in_its_section(server: str) -> None:
    page = httpx.get(f"{server}/source/p26-onj-rate?mark=0-18").text
    marked = re.findall(r"<mark>(.*?)</mark>", page)
    assert len(marked) == 1
    assert marked[0].startswith("骨骼標靶藥物引起的顎骨壞死並不常見")
    assert page.count("<section") > 5


def test_a_taken_port_is_told_with_a_status(server: str) -> None:
    port = server.rpartition(":")[2]
    environment = {**os.environ, "BONEHEALTH_PORT": port, "BONEHEALTH_MODEL": "none"}
    done = subprocess.run(
        [sys.executable, "app.py"], cwd=ROOT, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert f"連接埠 {port} 已經有程式在用" in done.stderr.decode()


def started(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Start the page as a person does who types more behind its name."""
    return subprocess.run(
        [sys.executable, "app.py", *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_what_stands_behind_the_name_is_taken_as_serve_takes_it() -> None:
    done = started("--kiosk", "--port", "7999", "--show-config")
    assert done.returncode == 0
    assert re.search(r"^kiosk += true", done.stdout, re.MULTILINE)
    assert re.search(r"^port += 7999", done.stdout, re.MULTILINE)


def test_an_unknown_option_is_refused_and_nothing_is_served() -> None:
    done = started("--kiok")
    assert done.returncode == 2
    assert "--kiok" in done.stderr
