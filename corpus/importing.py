"""Bring a guide in from a file, and keep it in the user's data folder."""

from __future__ import annotations

import errno
import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock

from corpus.blocks import find_blocks
from corpus.errors import GuideDamaged, GuideMissing, ImportRefused
from corpus.messages import say
from corpus.pages import number_pages, recognise
from corpus.passage import Guide, Passage, PassageKind, Section, Span
from corpus.reading import read_file, seen
from corpus.splitting import split_guide
from corpus.storage import data_folder, remove_unfinished, write_atomically

FORMAT = 1
LOCK = "import.lock"


@dataclass(frozen=True, slots=True)
class Imported:
    """A guide that was read, and whether it is one that we know."""

    guide: Guide
    is_known: bool


def read_guide(path: Path, *, title: str = "") -> Imported:
    """Read a guide from a file without keeping it.

    Raises:
        ImportRefused: The file cannot be used; the message says why.
    """
    raw = read_file(path)
    known = recognise(raw)
    if known is not None:
        guide_id, name, raw = known[0].guide_id, known[0].title, known[1]
    else:
        guide_id, name = _guide_id(path), seen(" ".join((title or path.stem).split()))
    guide = split_guide(guide_id, name, find_blocks(number_pages(raw)))
    if not guide.passages:
        raise ImportRefused(say("importing", "no_passages"))
    return Imported(guide, known is not None)


def import_guide(path: Path, *, title: str = "", folder: Path | None = None) -> Imported:
    """Read a guide and keep it; a guide of the same name is replaced in one step.

    Raises:
        ImportRefused: The file cannot be used, or the data folder not be written to; nothing
            was changed.
    """
    imported = read_guide(path, title=title)
    target = (folder or guides_folder()) / f"{imported.guide.guide_id}.json"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.parent / LOCK):
            remove_unfinished(target.parent)
            write_atomically(target, _to_json(imported.guide).encode())
    except OSError as error:
        sentence = say("importing", "cannot_write", folder=target.parent, reason=error.strerror)
        raise ImportRefused(sentence) from error
    return imported


def load_guide(guide_id: str, folder: Path | None = None) -> Guide:
    """Return an imported guide.

    Raises:
        GuideMissing: None of that name was imported.
        GuideDamaged: Its file is damaged.
    """
    path = (folder or guides_folder()) / f"{guide_id}.json"
    try:
        return _from_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise GuideMissing(say("importing", "missing", name=guide_id)) from error
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise GuideMissing(say("importing", "missing", name=guide_id)) from error
        sentence = say("importing", "cannot_read", path=path, reason=error.strerror)
        raise GuideDamaged(sentence) from error
    except (ValueError, KeyError, TypeError) as error:
        raise GuideDamaged(say("importing", "damaged", path=path)) from error


def imported_guides(folder: Path | None = None) -> tuple[str, ...]:
    """Return the names of all imported guides."""
    return tuple(sorted(path.stem for path in (folder or guides_folder()).glob("*.json")))


def guides_folder() -> Path:
    """Return where imported guides are kept."""
    return data_folder() / "guides"


def _guide_id(path: Path) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "guide"
    return f"{stem[:40]}-{hashlib.sha256(path.read_bytes()).hexdigest()[:8]}"


def _to_json(guide: Guide) -> str:
    sections = [asdict(section) for section in guide.sections]
    content = {
        "format": FORMAT,
        "guide_id": guide.guide_id,
        "title": guide.title,
        "text": guide.text,
        "sections": sections,
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


def _from_json(source: str) -> Guide:
    content = json.loads(source)
    if content["format"] != FORMAT:
        raise ValueError(f"Format {content['format']} is not {FORMAT}.")
    sections = tuple(
        Section(
            section["title"],
            tuple(
                Passage(
                    passage_id=p["passage_id"],
                    section=p["section"],
                    pages=tuple(p["pages"]),
                    kind=PassageKind(p["kind"]),
                    heading=p["heading"],
                    text=p["text"],
                    span=Span(**p["span"]),
                )
                for p in section["passages"]
            ),
        )
        for section in content["sections"]
    )
    guide = Guide(content["guide_id"], content["title"], sections, content["text"])
    for passage in guide.passages:
        if passage.span and guide.text[passage.span.start : passage.span.end] != passage.text:
            raise ValueError(f"{passage.passage_id} is not what its span cuts.")
    return guide
