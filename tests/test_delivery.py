"""What operators get agrees with itself: wheel, settings file, unit, container, alarms, docs."""

from __future__ import annotations

import fnmatch
import re
import subprocess
import tomllib
from pathlib import PurePosixPath
from typing import Any

import pytest
import yaml
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from chatbot.bot import Chatbot
from chatbot.opening import Mode, Opened
from chatbot.settings import Settings
from chatbot.web.metrics import Metrics
from chatbot.web.service import Service, State
from tests.helpers import ROOT

OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
ALARMS = yaml.safe_load((ROOT / "deploy" / "alarms.yml").read_text(encoding="utf-8"))
RULES: list[dict[str, Any]] = [rule for group in ALARMS["groups"] for rule in group["rules"]]
SETTING = re.compile(r"^# (\w+) = (.+?)(?:  +#.*)?$", re.M)
OF_PROMETHEUS = {"up", "process_resident_memory_bytes", "process_open_fds", "process_max_fds"}


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_wheel_takes_every_file_that_the_packages_hold() -> None:
    """`scripts/wheel.sh` compares a real one; this finds a new kind of file at once."""
    tracked = subprocess.run(
        ["git", "ls-files", "corpus", "index", "chatbot"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert len(tracked) > 200
    patterns = [*project()["tool"]["setuptools"]["package-data"]["*"], "*.py"]
    names = [PurePosixPath(path).name for path in tracked]
    assert [n for n in names if not any(fnmatch.fnmatch(n, p) for p in patterns)] == []
    folders = {part for path in tracked for part in PurePosixPath(path).parts[:-1]}
    assert [folder for folder in folders if not folder.isidentifier()] == []


def test_every_dependency_is_locked() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pinned = {line.partition(" ;")[0] for line in lock}
    wanted = [dependency.partition(";")[0] for dependency in project()["project"]["dependencies"]]
    assert [dependency for dependency in wanted if dependency not in pinned] == []


def test_the_file_to_begin_with_holds_settings_that_are_right() -> None:
    text = (ROOT / "deploy" / "bonehealth.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text) == {}  # all of it stands behind a hash
    shown = dict(SETTING.findall(text))
    assert len(shown) >= 12
    given = tomllib.loads("\n".join(f"{name} = {value}" for name, value in shown.items()))
    assert set(given) <= set(Settings.model_fields)
    settings = Settings(**given)
    assert settings.team.phone == "02-2345-6789"
    assert settings.metrics_token is not None


@pytest.mark.parametrize("name", ["port", "log_replies", "shutdown_seconds", "requests_per_minute"])
def test_the_docs_tell_the_default(name: str) -> None:
    default = str(Settings.model_fields[name].default).lower()
    (row,) = [line for line in OPERATIONS.splitlines() if re.match(rf"\| .*`{name}`", line)]
    assert default in row


def test_every_setting_of_an_operator_is_told_somewhere() -> None:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    told = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    names = [name for name in Settings.model_fields if f"`{name}`" not in told]
    assert [name for name in names if f"_{name.upper()}" not in told] == []


def test_every_alarm_has_its_section_and_says_what_to_do() -> None:
    sections = OPERATIONS.partition("## Alarms")[2].partition("\n## ")[0].split("\n### ")[1:]
    told = {section.partition("\n")[0]: section for section in sections}
    assert list(told) == [rule["alert"] for rule in RULES]
    for name, section in told.items():
        assert "\nLook at: " in section, name
        assert "\nDo: " in section, name


def test_every_alarm_looks_at_figures_that_are_there(small_chatbot: Chatbot) -> None:
    service = Service.__new__(Service)
    service.state = State(Opened(small_chatbot, Mode.FULL), building=False)
    text = generate_latest(Metrics(service, held=lambda: 0).registry).decode()
    families = {family.name for family in text_string_to_metric_families(text)}
    for rule in RULES:
        asked = re.findall(r"\b(?:bonehealth|process)_\w+|\bup\b", rule["expr"])
        assert asked, rule["alert"]
        bare = {re.sub(r"_(?:total|bucket)$", "", name) for name in asked}
        assert bare <= families | OF_PROMETHEUS, rule["alert"]
        assert rule["labels"]["severity"] in ("critical", "warning")


def test_container_and_unit_run_it_without_rights() -> None:
    image = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"^USER (.+)$", image, re.M) == ["10001:10001"]
    assert "/livez" in image
    compose = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
    service = compose["services"]["bonehealth"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["user"] == "10001:10001"
    assert service["ports"] == ["127.0.0.1:7860:7860"]
    assert service["image"].rpartition(":")[2] == project()["project"]["version"]
    grace = int(service["stop_grace_period"].removesuffix("s"))
    unit = (ROOT / "deploy" / "bonehealth.service").read_text(encoding="utf-8")
    stop = re.search(r"^TimeoutStopSec=(\d+)$", unit, re.M)
    assert stop is not None
    assert min(grace, int(stop[1])) > Settings().shutdown_seconds
    for line in ("User=bonehealth", "ProtectSystem=strict", "NoNewPrivileges=true"):
        assert line in unit.splitlines()
