"""Differences from the publisher's sentences that an editor has read and accepted.

They hold for one wording of a passage: when its text changes, they have to be read again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from corpus.messages import say
from corpus.passage import Passage
from corpus.tables import table_rows

ACCEPTED_FILE = Path(str(files("corpus"))) / "accepted.tsv"
HASH_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was accepted for one passage.

    Attributes:
        text_hash: Hash of the passage as it was read.
        differences: The differences, each `rule passage|original`.
    """

    text_hash: str
    differences: frozenset[str]

    def holds_for(self, passage: Passage) -> bool:
        """Whether the passage still reads as it did when it was accepted."""
        return self.text_hash == passage_hash(passage)


def passage_hash(passage: Passage) -> str:
    """Return the hash over what a reader of the passage sees: heading, pages, text."""
    pages = ",".join(map(str, passage.pages))
    seen = "\x1f".join([passage.heading, pages, passage.text])
    return hashlib.sha256(seen.encode()).hexdigest()[:HASH_LENGTH]


def load_accepted(path: Path = ACCEPTED_FILE) -> dict[str, Accepted]:
    """Return what was accepted, by passage id.

    Raises:
        ValueError: A line has another form.
    """
    if not path.exists():
        return {}
    found: dict[str, Accepted] = {}
    for number, columns in table_rows(path.read_text(encoding="utf-8")):
        if len(columns) < 2:
            raise ValueError(say("tables", "accepted_row", file=path.name, line=number))
        passage_id, text_hash, *differences = columns
        found[passage_id] = Accepted(text_hash, frozenset(differences))
    return found


def save_accepted(accepted: Mapping[str, Accepted], path: Path = ACCEPTED_FILE) -> None:
    """Write what was accepted, in the order given."""
    lines = ["# passage\thash of its wording\taccepted differences: rule passage|original"]
    for passage_id, value in accepted.items():
        lines.append("\t".join([passage_id, value.text_hash, *sorted(value.differences)]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
