"""A password as a hash (scrypt, of the standard library), compared in constant time."""

from __future__ import annotations

import binascii
import hashlib
import hmac
import secrets
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from chatbot.messages import say

SCHEME = "scrypt"
COST, BLOCK, LANES = 2**15, 8, 1  # 32 MiB and about 0.1 s a try
MOST_COST, MOST_BLOCK, MOST_LANES = 2**20, 16, 4
SALT_BYTES, HASH_BYTES = 16, 32
LEAST_CHARACTERS = 10
MOST_CHARACTERS = 200


class WrongHash(ValueError):
    """What begins like a hash is none."""


def problem_of(plain: str) -> str:
    """Return why a new password cannot be used, or nothing."""
    if LEAST_CHARACTERS <= len(plain) <= MOST_CHARACTERS:
        return ""
    return say("staff", "password_length", least=LEAST_CHARACTERS, most=MOST_CHARACTERS)


@dataclass(frozen=True, slots=True)
class Password:
    """A password as its hash.

    Attributes:
        cost: Scrypt's n.
        block: Its r.
        lanes: Its p.
        salt: Random bytes.
        digest: The hash.
    """

    cost: int
    block: int
    lanes: int
    salt: bytes
    digest: bytes

    @classmethod
    def of(cls, plain: str) -> Password:
        """Return the hash of a password, with a new salt."""
        salt = secrets.token_bytes(SALT_BYTES)
        return cls(COST, BLOCK, LANES, salt, _digest(plain, COST, BLOCK, LANES, salt))

    @classmethod
    def read(cls, setting: str) -> Password:
        """Return the password of a setting: a hash as `str` writes it, or else a plain one.

        Raises:
            WrongHash: It begins like a hash and is none.
        """
        if not setting.startswith(f"{SCHEME}:"):
            return cls.of(setting)
        try:
            _, cost, block, lanes, salt, digest = setting.split(":")
            made = cls(int(cost), int(block), int(lanes), _bytes(salt), _bytes(digest))
        except (ValueError, binascii.Error) as error:
            raise WrongHash from error
        is_power = made.cost > 1 and made.cost & (made.cost - 1) == 0
        within = made.cost <= MOST_COST and 0 < made.block <= MOST_BLOCK
        if not (is_power and within and 0 < made.lanes <= MOST_LANES):
            raise WrongHash
        if len(made.salt) < SALT_BYTES or len(made.digest) != HASH_BYTES:
            raise WrongHash
        return made

    def __str__(self) -> str:
        """Return the hash as a setting takes it: no `$`, which shells and compose files read."""
        numbers = f"{self.cost}:{self.block}:{self.lanes}"
        return f"{SCHEME}:{numbers}:{_text(self.salt)}:{_text(self.digest)}"

    def is_(self, tried: str) -> bool:
        """Return whether this is the password; how long that takes does not tell how near it is."""
        made = _digest(tried[:MOST_CHARACTERS], self.cost, self.block, self.lanes, self.salt)
        return hmac.compare_digest(made, self.digest)


def _digest(plain: str, cost: int, block: int, lanes: int, salt: bytes) -> bytes:
    typed = unicodedata.normalize("NFKC", plain).encode("utf-8", "replace")
    memory = 128 * cost * block * lanes + 2**20
    return hashlib.scrypt(
        typed, salt=salt, n=cost, r=block, p=lanes, maxmem=memory, dklen=HASH_BYTES
    )


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


def _bytes(value: str) -> bytes:
    return urlsafe_b64decode(value + "=" * (-len(value) % 4))
