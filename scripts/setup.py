"""Make the virtual environment and install what `make run` or `make test` needs.

Run by the system's Python, so only the standard library is used. Whatever goes wrong is told in
one sentence, with status 1; nothing is left that a second try would trip over.
"""

import json
import os
import shutil
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOG = VENV / "install.log"
OLDEST = (3, 11)
OTHERS = ("python3.13", "python3.12", "python3.11", "python3.14")
EXTRAS = {"run": "", "test": "[dev,models]"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_PACKAGES = ("chromium", "fonts-noto-cjk")
MESSAGES = RawConfigParser(delimiters=("=",))  # no tomllib before Python 3.11
MESSAGES.read(Path(__file__).with_name("messages.toml"), encoding="utf-8")


def say(group: str, name: str, **values: object) -> str:
    """Return a sentence of `scripts/messages.toml`."""
    return str(json.loads(MESSAGES[group][name])).format(**values)


SIZES = {"run": say("setup", "run_size"), "test": say("setup", "test_size")}
CAUSES = (
    (("No space left on device", "Errno 28"), say("cause", "disk_full")),
    (
        (
            "NewConnectionError",
            "NameResolutionError",
            "Temporary failure in name resolution",
            "Network is unreachable",
            "Connection refused",
            "ConnectTimeout",
            "Read timed out",
        ),
        say("cause", "no_network"),
    ),
    (
        (
            "BadZipFile",
            "is not a valid wheel",
            "has an invalid wheel",
            "not a zip file",
            "is invalid",
            "Invalid wheel",
            "invalid wheel",
        ),
        say("cause", "damaged"),
    ),
    (("DO NOT MATCH THE HASHES",), say("cause", "wrong_hash")),
    (
        ("No matching distribution found", "Could not find a version"),
        say("cause", "no_version"),
    ),
)


class SetupFailed(Exception):
    """Set-up cannot go on. The message is a sentence for the user."""


def explain(log: str) -> str:
    """Return why an installation failed, from its log."""
    for marks, sentence in CAUSES:
        if any(mark in log for mark in marks):
            return sentence
    return say("cause", "unknown")


def newer_python() -> str:
    """Return a Python that is new enough.

    Raises:
        SetupFailed: There is none.
    """
    if sys.version_info >= OLDEST:
        return sys.executable
    for name in OTHERS:
        found = shutil.which(name)
        if found:
            return found
    raise SetupFailed(say("setup", "python_too_old", version=sys.version.split()[0]))


def can_use_apt() -> bool:
    """Return whether packages of the system can be installed."""
    return shutil.which("apt-get") is not None and hasattr(os, "geteuid") and os.geteuid() == 0


def apt_install(*packages: str) -> bool:
    """Install packages of the system; return whether it worked."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
    ):
        done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            return False
    return True


def make_environment(python: str) -> None:
    """Make the virtual environment where it is missing or broken.

    Raises:
        SetupFailed: It cannot be made.
    """
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "--version"]
    if (VENV / "bin" / "python").exists() and _quiet(pip) == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    print(say("setup", "making"), flush=True)
    if _quiet([python, "-m", "venv", str(VENV)]) == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if (
        can_use_apt()
        and apt_install("python3-venv")
        and _quiet([python, "-m", "venv", str(VENV)]) == 0
    ):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if shutil.disk_usage(ROOT).free < 50 * 2**20:
        raise SetupFailed(say("cause", "disk_full"))
    raise SetupFailed(say("setup", "cannot_make"))


def install(purpose: str) -> None:
    """Install the project with exactly the versions of the lock file.

    Raises:
        SetupFailed: pip failed; the message says why.
    """
    print(say("setup", "installing", size=SIZES[purpose]), flush=True)
    LOG.unlink(missing_ok=True)
    command = [
        str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--log", str(LOG),
        "--disable-pip-version-check", "--editable", f"{ROOT}{EXTRAS[purpose]}",
    ]  # fmt: skip
    if sys.stdout.isatty():
        command.remove("--quiet")
    environment = {**os.environ, "PIP_CONSTRAINT": str(ROOT / "requirements.lock")}
    done = subprocess.run(
        command, env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False
    )
    if done.returncode != 0:
        log = LOG.read_text(encoding="utf-8", errors="replace") if LOG.exists() else ""
        raise SetupFailed(say("setup", "failed", cause=explain(log + done.stderr), log=LOG))


def provide_browser() -> None:
    """Install Chromium for the browser tests, or say how; they are skipped without it."""
    if any(map(shutil.which, BROWSERS)):
        return
    print(say("browser", "installing"), flush=True)
    if not (can_use_apt() and apt_install(*BROWSER_PACKAGES)):
        print(say("browser", "missing"), file=sys.stderr)


def _quiet(command: "list[str]") -> int:
    try:
        done = subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
        )
    except OSError:
        return 1
    return done.returncode


def main(purpose: str) -> int:
    """Set up for `run` or `test`; return the exit status."""
    try:
        make_environment(newer_python())
        install(purpose)
        if purpose == "test":
            provide_browser()
        (VENV / f"{purpose}.stamp").touch()
        if purpose == "test":
            (VENV / "run.stamp").touch()
    except SetupFailed as failed:
        print(failed, file=sys.stderr)
        return 1
    except OSError as error:
        print(say("setup", "cannot_finish", reason=error.strerror), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
