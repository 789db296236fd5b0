"""Run the product in a process of its own where one thing is broken, and read the mode it took."""

from __future__ import annotations

import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from chatbot.opening import Mode
from chatbot.templates import DEFAULT_LANGUAGE, templates_in
from corpus.storage import DATA_VARIABLE
from tests.helpers import ROOT

SECRET = "祕密暗號"  # a word of the question that no log may hold
QUESTION = f"哪些食物有鈣質？{SECRET}"
SIGN = f"我化療中現在發燒 39 度一直發抖，{SECRET}"
NOBODY = 65_534
GUIDE = """骨骼保健手冊

鈣質與運動

成年人每天走路半小時，可以幫助骨骼維持強壯。牛奶和豆腐都含有豐富的鈣質。

防跌

浴室鋪上防滑墊，走道保持明亮，夜裡起床先坐一會兒再站起來。
"""
FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload(["tests.faults.preloaded"])


@dataclass(frozen=True, slots=True)
class Way:
    """How a run is done.

    Attributes:
        data: The data folder.
        limits: What the process may use, by names of `resource`.
        as_nobody: Whether it runs as a user who owns nothing.
        environment: Further variables.
    """

    data: Path
    limits: Mapping[str, int] = field(default_factory=dict)
    as_nobody: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def variables(self) -> dict[str, str]:
        """The variables that the run adds to its environment."""
        return {
            DATA_VARIABLE: str(self.data),
            "PYTHONDONTWRITEBYTECODE": "1",
            "COLUMNS": "200",
            **self.environment,
        }


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run of the product left.

    Attributes:
        status: Its exit status.
        told: What it printed for the person.
        log: Lines of standard error, without the one that names the mode.
        mode: What it could still do; nothing where it did not come so far.
    """

    status: int
    told: str
    log: tuple[str, ...]
    mode: Mode | None


def run(module: str, *arguments: str, way: Way) -> Ran:
    """Run a module in a process forked from one that has loaded the program."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        process = FORKING.Process(target=_forked, args=(module, arguments, way, out, err))
        process.start()
        process.join(600)
        assert process.exitcode is not None, "it hangs"
        told, log = out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")
        return _read(process.exitcode, told, log)


def run_alone(module: str, *arguments: str, way: Way, root: Path = ROOT) -> Ran:
    """Run a module in a new process, of another copy of the program for instance."""
    limits = ",".join(f"{name}={most}" for name, most in way.limits.items())
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, limits, module, *arguments],
        cwd=root,
        env={**os.environ, **way.variables},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    return _read(done.returncode, done.stdout, done.stderr)


LIMITED = """
import os, resource, runpy, sys
for name, most in [pair.split("=") for pair in sys.argv[1].split(",") if pair]:
    resource.setrlimit(getattr(resource, name), (int(most), int(most)))
del sys.argv[:2]
sys.path.insert(0, os.getcwd())
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""


def _forked(module: str, arguments: Sequence[str], way: Way, out: Path, err: Path) -> None:
    from tests.faults.preloaded import COMMANDS

    os.environ.update(way.variables)
    for descriptor, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), descriptor)
    if way.as_nobody:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    for name, most in way.limits.items():
        resource.setrlimit(getattr(resource, name), (most, most))
    COMMANDS[module](list(arguments), prog_name=module)


def _read(status: int, told: str, log: str) -> Ran:
    """Return what a run left; its log holds no word of the question and no traceback."""
    assert SECRET not in log
    assert "Traceback" not in log, log
    lines = [line for line in log.splitlines() if line.strip()]
    say = templates_in(DEFAULT_LANGUAGE).say
    modes = {str(say("mode", mode.value)): mode for mode in (Mode.WORDS_ONLY, Mode.SAFETY_ONLY)}
    named = [modes[line] for line in lines if line in modes]
    mode = named[0] if named else (Mode.FULL if told.strip() else None)
    return Ran(status, told, tuple(line for line in lines if line not in modes), mode)


def ask(question: str, *arguments: str, way: Way) -> Ran:
    """Ask a question on the command line."""
    return run("chatbot", "ask", question, *arguments, way=way)
