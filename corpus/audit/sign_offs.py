"""Who has read which passage beside the original. A changed passage loses its signature.

Signatures under safety texts have the same form (`safety_sign_offs.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

from corpus.audit.accepted import passage_hash
from corpus.errors import EditionError
from corpus.messages import say
from corpus.passage import Guide

SIGN_OFFS_FILE = Path(str(files("corpus"))) / "sign_offs.tsv"
HEAD = "# what was read\thash of its wording\tname\tdate"


@dataclass(frozen=True, slots=True)
class SignOff:
    """A signature under one wording.

    Attributes:
        passage_id: What was read: a passage, or a safety text.
        text_hash: Hash of its wording.
        name: Who signed.
        day: When.
    """

    passage_id: str
    text_hash: str
    name: str
    day: str


def load_sign_offs(path: Path = SIGN_OFFS_FILE) -> tuple[SignOff, ...]:
    """Return all signatures, those that hold no longer too.

    Raises:
        EditionError: A line has another form.
    """
    if not path.exists():
        return ()
    return read_sign_offs(path.read_text(encoding="utf-8").splitlines(), path.name)


def read_sign_offs(lines: Iterable[str], file: str) -> tuple[SignOff, ...]:
    """Return the signatures of some lines.

    Raises:
        EditionError: A line has another form.
    """
    found: list[SignOff] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = [part.strip() for part in line.split("\t")]
        if len(parts) != len(HEAD.split("\t")) or not all(parts) or not _is_day(parts[3]):
            raise EditionError([say("tables", "sign_off_row", file=file, line=number)])
        found.append(SignOff(*parts))
    return tuple(found)


def _is_day(written: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", written):
        return False
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True


def holding(edition: Guide, sign_offs: Iterable[SignOff]) -> Mapping[str, SignOff]:
    """Return the latest signature of each passage that still holds, by passage id."""
    return holding_under({p.passage_id: passage_hash(p) for p in edition.passages}, sign_offs)


def holding_under(hashes: Mapping[str, str], sign_offs: Iterable[SignOff]) -> Mapping[str, SignOff]:
    """Return the latest signature of each wording that still stands, by what was read."""
    return {s.passage_id: s for s in sign_offs if hashes.get(s.passage_id) == s.text_hash}


def add_sign_offs(new: Iterable[SignOff], path: Path = SIGN_OFFS_FILE) -> None:
    """Add signatures to the file; what stands there stays."""
    rows = dict.fromkeys([*load_sign_offs(path), *new])
    lines = [HEAD, *("\t".join([s.passage_id, s.text_hash, s.name, s.day]) for s in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
