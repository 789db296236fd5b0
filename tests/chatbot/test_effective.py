"""The settings in force: whence they came, what is wrong with them, what is not shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr, model_validator
from typer.testing import CliRunner

from chatbot.__main__ import cli
from chatbot.effective import effective_lines, load_settings, shown_value, unknown_variables
from chatbot.settings import LogFormat, Settings
from corpus.configuration import CONFIG_VARIABLE, ConfigurationError

TOKEN = "correct-horse-battery-staple"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the settings file that the environment names, empty."""
    path = tmp_path / "bonehealth.toml"
    path.write_text("")
    monkeypatch.setenv(CONFIG_VARIABLE, str(path))
    monkeypatch.setenv("LC_ALL", "zh_TW.UTF-8")
    return path


def problems(**given: object) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(**given)
    return caught.value.problems


def test_each_place_gives_way_to_the_one_before(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text('port = 8001\nhost = "10.0.0.1"\nteam_name = "檔案"\n')
    monkeypatch.setenv("BONEHEALTH_PORT", "8002")
    monkeypatch.setenv("BONEHEALTH_TEAM_NAME", "環境")
    settings = load_settings(port=8003, host=None)
    assert (settings.port, settings.host, settings.team_name) == (8003, "10.0.0.1", "環境")
    lines = {line.split(" ")[0]: line for line in effective_lines(port=8003, host=None)}
    assert lines["port"].endswith("= 8003  # 命令列的 --port")
    assert lines["host"].endswith(f'= "10.0.0.1"  # 設定檔 {file}')
    assert lines["team_name"].endswith('= "環境"  # 環境變數 BONEHEALTH_TEAM_NAME')
    assert lines["kiosk"].endswith("= false  # 預設")


def test_lists_are_written_with_commas_or_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BONEHEALTH_ALLOWED_HOSTS", "qa.hospital.tw, [::1],")
    assert load_settings().allowed_hosts == ("qa.hospital.tw", "[::1]")
    monkeypatch.setenv("BONEHEALTH_ALLOWED_HOSTS", '["a", "b"]')
    assert load_settings().allowed_hosts == ("a", "b")


def test_an_empty_variable_sets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BONEHEALTH_PORT", "")
    monkeypatch.setenv("BONEHEALTH_ORIGINAL", "")
    assert load_settings().port == 7860
    assert load_settings().original is None


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "80x", "要寫整數。現在寫的是「80x」。"),
        ("PORT", "70000", "最大是 65535。現在寫的是「70000」。"),
        ("KIOSK", "maybe", "要寫 true 或 false。現在寫的是「maybe」。"),
        ("KIOSK_IDLE_SECONDS", "3", "最小是 20。現在寫的是「3」。"),
        ("TEAM_NAME", "長" * 41, f"最多 40 個字。現在寫的是「{'長' * 41}」。"),
        ("LOG_FORMAT", "xml", "可以寫的是 'text' or 'json'。現在寫的是「xml」。"),
        (
            "METRICS_NETWORKS",
            "10.0.0.0/8,foo",
            "要寫 IP 位址或網段，例如 127.0.0.1 或 10.0.0.0/8。現在寫的是「foo」。",
        ),
    ],
)
def test_a_wrong_value_is_told_with_its_name_and_source(
    name: str, value: str, said: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"BONEHEALTH_{name}", value)
    expected = f"設定 {name.lower()} 不對（環境變數 BONEHEALTH_{name}）：{said}"
    assert problems() == (expected,)


def test_all_that_is_wrong_is_told_at_once_and_from_where(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("requests_per_minute = 0\n")
    monkeypatch.setenv("BONEHEALTH_KIOSK", "perhaps")
    found = problems(port=0)
    assert [line.partition("：")[0] for line in found] == [
        "設定 port 不對（命令列的 --port）",
        f"設定 requests_per_minute 不對（設定檔 {file}）",
        "設定 kiosk 不對（環境變數 BONEHEALTH_KIOSK）",
    ]


def test_a_name_that_the_file_may_not_hold_is_told(file: Path) -> None:
    file.write_text("prot = 8080\nzebra = 1\n")
    assert problems() == (
        f"設定檔 {file} 裡的 prot 不是這個程式的設定。是不是要寫 port？",
        f"設定檔 {file} 裡的 zebra 不是這個程式的設定。",
    )


def test_a_variable_that_is_no_setting_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    monkeypatch.setenv("BONEHEALTH_TEAM_FONE", "119")
    assert unknown_variables() == (
        "The environment variable BONEHEALTH_TEAM_FONE is not known and was passed over. "
        "Is BONEHEALTH_TEAM_PHONE meant?",
    )


def test_settings_that_do_not_go_together_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Paired(Settings):
        @model_validator(mode="after")
        def _check(self) -> Paired:
            if self.kiosk and self.metrics:
                raise ValueError("kiosk, metrics")
            return self

    monkeypatch.setattr("chatbot.effective.Settings", Paired)
    monkeypatch.setenv("LC_ALL", "en")
    assert problems(kiosk=True, metrics=True) == ("Settings do not go together: kiosk, metrics",)


def test_sentences_are_in_the_language_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BONEHEALTH_PORT", "x")
    said: list[str] = []
    for locale in ("zh_TW", "zh_CN", "en_GB"):
        monkeypatch.setenv("LC_ALL", locale)
        said += problems()
    assert said == [
        "設定 port 不對（環境變數 BONEHEALTH_PORT）：要寫整數。現在寫的是「x」。",
        "设置 port 不对（环境变量 BONEHEALTH_PORT）：要写整数。现在写的是「x」。",
        "The setting port is wrong (environment variable BONEHEALTH_PORT): "
        "It must be a whole number. It is “x” now.",
    ]


def test_a_secret_is_shown_neither_right_nor_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BONEHEALTH_METRICS_TOKEN", TOKEN)
    assert TOKEN not in "\n".join(effective_lines())
    monkeypatch.setenv("BONEHEALTH_METRICS_TOKEN", "hunter2")
    (problem,) = problems()
    assert "hunter2" not in problem
    assert "16" in problem


def test_a_password_in_an_address_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en")
    shown = shown_value("postgresql://bones:s3cret@db/report")
    assert shown == '"postgresql://bones:(not shown)@db/report"'
    assert shown_value(SecretStr("s3cret")) == "(not shown)"
    assert shown_value(SecretStr("")) == "(not set)"
    assert shown_value(LogFormat.JSON) == '"json"'
    assert shown_value('say "a"') == '"say \\"a\\""'


def test_what_is_wrong_cannot_write_over_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BONEHEALTH_PORT", "8\x1b[2J\n" + "9" * 100)
    (problem,) = problems()
    assert "\x1b" not in problem
    assert "\n" not in problem
    assert len(problem) < 140


def test_the_command_line_shows_them_and_leaves(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text('port = 8001\nmetrics_token = "correct-horse-battery-staple"\n')
    monkeypatch.delenv(CONFIG_VARIABLE)
    monkeypatch.setenv("BONEHEALTH_PROT", "1")
    shown = CliRunner().invoke(cli, ["--config", str(file), "--show-config"])
    assert shown.exit_code == 0
    assert f"8001  # 設定檔 {file}" in shown.stdout
    assert TOKEN not in shown.output
    assert "BONEHEALTH_PROT" in shown.stderr
    served = CliRunner().invoke(cli, ["serve", "--port", "9", "--show-config"])
    assert "9  # 命令列的 --port" in served.stdout


@pytest.mark.parametrize("command", [["ask", "x"], ["serve", "--port", "0"], ["--show-config"]])
def test_no_command_runs_with_wrong_settings(
    command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_TW")
    monkeypatch.setenv("BONEHEALTH_LOG_FORMAT", "xml")
    result = CliRunner().invoke(cli, command)
    assert result.exit_code == 2
    assert "設定 log_format 不對（環境變數 BONEHEALTH_LOG_FORMAT）" in result.stderr
    assert result.stdout == ""
