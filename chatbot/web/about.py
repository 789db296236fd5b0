"""What the page says of itself: whose words, who reviewed which part, how old they are."""

from __future__ import annotations

import hashlib
import logging
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from chatbot.web.markdown import source_address
from corpus.audit.accepted import passage_hash
from corpus.audit.safety_sign_offs import SAFETY_SIGN_OFFS_FILE, holding_texts
from corpus.audit.safety_texts import load_notices
from corpus.audit.sign_offs import SIGN_OFFS_FILE, SignOff, holding, load_sign_offs
from corpus.errors import GuideError
from corpus.passage import Guide, Passage
from index.script import to_simplified

EDITION = "edition"
DATES_FILE = Path(str(files("chatbot"))) / "web" / "about.toml"
# What the guide says of who wrote it, who paid for it and what it cannot replace.
OWN_STATEMENTS = ("p2-authors", "p2-sponsor", "p2-notreplace")
logger = logging.getLogger("bonehealth")


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who has signed, for how many wordings that still stand, and when last."""

    name: str
    count: int
    day: str


@dataclass(frozen=True, slots=True)
class Reviews:
    """Signatures under one part that still hold, of how many wordings."""

    signed: int
    total: int
    signers: tuple[Signer, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A passage in which the guide speaks of itself."""

    text: str
    pages: tuple[int, ...]
    address: str


def signers_of(sign_offs: Iterable[SignOff]) -> tuple[Signer, ...]:
    """Return who has signed, whoever signed most first."""
    by_name: dict[str, list[str]] = {}
    for sign_off in sign_offs:
        by_name.setdefault(sign_off.name, []).append(sign_off.day)
    signers = [Signer(name, len(days), max(days)) for name, days in by_name.items()]
    return tuple(sorted(signers, key=lambda signer: (-signer.count, signer.name)))


def passage_reviews(guide: Guide, path: Path = SIGN_OFFS_FILE) -> Reviews:
    """Return who has signed passages of a guide."""
    held = holding(guide, _readable(path))
    return Reviews(len(held), len(guide.passages), signers_of(held.values()))


def notice_reviews(path: Path = SAFETY_SIGN_OFFS_FILE) -> Reviews:
    """Return who has signed the notices and requests."""
    texts = load_notices()
    held = holding_texts(texts, _readable(path))
    return Reviews(len(held), len(texts), signers_of(held.values()))


def _readable(path: Path) -> tuple[SignOff, ...]:
    """Return the signatures of a file; one that cannot be read signs nothing."""
    try:
        return load_sign_offs(path)
    except (OSError, UnicodeDecodeError, GuideError) as problem:
        logger.error("Signatures cannot be read: %s", problem)
        return ()


def statements(guide: Guide, *, simplified: bool = False) -> tuple[Statement, ...]:
    """Return what the guide says of itself; nothing where it is not the one we know."""
    found = [guide.by_id[name] for name in OWN_STATEMENTS if name in guide.by_id]
    convert = to_simplified if simplified else str
    return tuple(Statement(convert(p.text), p.pages, source_address(p)) for p in found)


def wording_hash(passages: Iterable[Passage]) -> str:
    """Return a hash over all that a reader of the passages sees."""
    seen = "\n".join(f"{p.passage_id} {passage_hash(p)}" for p in passages)
    return hashlib.sha256(seen.encode()).hexdigest()[:12]


@cache
def edition_dates(path: Path = DATES_FILE) -> Mapping[str, date | str]:
    """Return `wording`, the hash of the edition's texts, and `changed`, the day they got it."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def program_version() -> str:
    """Return the version of the program."""
    return version("bone-health-qa")
