"""Every route that OpenAPI describes, asked in ways that nobody would think of (schemathesis).

A short run here; `make security` sends 20,000 requests and more (`EXAMPLES=2600`).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.serving import Served, serving

EXAMPLES = int(os.environ.get("EXAMPLES", "2"))
TOLD = re.compile(r"(\d+) generated, (\d+) passed")


@pytest.fixture(scope="module")
def served(data_folder: Path) -> Iterator[Served]:
    """Serve by words alone, with no limit to how often one address may ask."""
    with serving(0, REQUESTS_PER_MINUTE="1000000000") as server:
        yield server


@pytest.mark.timeout(7200)
def test_every_route_answers_as_it_is_described(
    served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    phases = "fuzzing" if EXAMPLES < 100 else "coverage,fuzzing"
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")),
            "run", f"{served.address}/openapi.json",
            "--checks", "all", "--max-examples", str(EXAMPLES), "--phases", phases,
            "--seed", "1", "--no-shrink", "--continue-on-failure", "--no-color",
            "--request-timeout", "60", "--generation-database", "none", "--warnings", "off",
        ],
        cwd=tmp_path,  # it keeps files beside itself
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    told = TOLD.search(done.stdout)
    assert told is not None, done.stdout
    assert told[1] == told[2]
    assert int(told[1]) >= 9 * EXAMPLES * 0.5
    with capsys.disabled():
        sys.stdout.write(f"\nschemathesis: {told[0]}\n")
    assert served.process.poll() is None
