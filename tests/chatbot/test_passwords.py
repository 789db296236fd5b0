"""A password as a hash: what it takes, and what it does not."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode

import pytest
from typer.testing import CliRunner

from chatbot.__main__ import cli
from chatbot.passwords import Password, WrongHash

PLAIN = "骨頭 correct horse 電池"


def test_a_hash_takes_its_password_and_no_other() -> None:
    password = Password.read(str(Password.of(PLAIN)))
    assert password.is_(PLAIN)
    for other in ("", PLAIN[:-1], PLAIN + " ", PLAIN.upper(), str(password)):
        assert not password.is_(other)


def test_two_hashes_of_a_password_differ() -> None:
    assert str(Password.of(PLAIN)) != str(Password.of(PLAIN))


def test_a_plain_setting_is_a_password_too() -> None:
    assert Password.read(PLAIN).is_(PLAIN)


def test_the_hash_is_that_of_scrypt() -> None:
    """Computed anew from the numbers and the salt that the line names."""
    salt = b"0123456789abcdef"
    digest = hashlib.scrypt(b"correct horse", salt=salt, n=1024, r=8, p=1, dklen=32)
    text = [urlsafe_b64encode(part).decode().rstrip("=") for part in (salt, digest)]
    assert Password.read(f"scrypt:1024:8:1:{text[0]}:{text[1]}").is_("correct horse")


def test_characters_of_full_width_are_the_same_password() -> None:
    assert Password.of("abc123!abc").is_("\uff41bc\uff11\uff12\uff13!abc")


@pytest.mark.parametrize(
    "line",
    [
        "scrypt:",
        "scrypt:32768:8:1:AAAA",
        "scrypt:x:8:1:MDEyMzQ1Njc4OWFiY2RlZg:MDEyMzQ1Njc4OWFiY2RlZg",
        "scrypt:1000:8:1:MDEyMzQ1Njc4OWFiY2RlZg:" + "A" * 43,
        "scrypt:1024:8:1:MDEyMzQ1Njc4OWFiY2RlZg:AAAA",
        "scrypt:1024:8:1:AAAA:" + "A" * 43,
        "scrypt:1073741824:8:1:MDEyMzQ1Njc4OWFiY2RlZg:" + "A" * 43,
        "scrypt:0:8:1:MDEyMzQ1Njc4OWFiY2RlZg:" + "A" * 43,
        "scrypt:1024:8:99:MDEyMzQ1Njc4OWFiY2RlZg:" + "A" * 43,
    ],
)
def test_what_begins_like_a_hash_and_is_none_is_refused(line: str) -> None:
    with pytest.raises(WrongHash):
        Password.read(line)


def test_the_command_prints_a_hash_that_takes_what_was_typed() -> None:
    done = CliRunner().invoke(cli, ["password"], input=f"{PLAIN}\n")
    assert done.exit_code == 0
    assert Password.read(done.output.strip()).is_(PLAIN)
    assert PLAIN not in done.output


def test_the_command_refuses_a_short_one() -> None:
    done = CliRunner().invoke(cli, ["password"], input="123456789\n")
    assert done.exit_code == 2
    assert "密碼要 10 到 200 個字" in done.output
