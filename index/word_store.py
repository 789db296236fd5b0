"""The index of words on disk, so that a start by words alone does not cut the whole guide anew."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from pathlib import Path

from corpus.not_in_guide import Topic
from corpus.passage import Guide
from corpus.storage import data_folder, read_sealed, sealed_folder
from index.lexical import LexicalIndex
from index.passage_index import PassageIndex, owner_documents
from index.store import text_facts

logger = logging.getLogger("bonehealth")


def stored_words_index(
    guide: Guide, topics: tuple[Topic, ...], root: Path | None = None
) -> PassageIndex:
    """Return an index that needs no model, from disk where it fits the texts.

    Whatever is missing, stale or damaged there is made anew; where nothing can be written, it is
    made anew each time.
    """
    facts = text_facts(guide, topics)
    name = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]
    folder = (root or data_folder()) / "words" / guide.guide_id / name
    try:
        read_sealed(folder)
        lexical = LexicalIndex.load(folder)
        if len(lexical) != len(guide.passages) + len(topics):
            raise ValueError(f"{folder} holds {len(lexical)} documents.")
    except Exception:  # noqa: BLE001 - bm25s raises what it likes; whatever it is, it is made anew
        lexical = LexicalIndex.build(owner_documents(guide, topics))
        _keep(folder, lexical)
    return PassageIndex(guide, topics, lexical)


def _keep(folder: Path, lexical: LexicalIndex) -> None:
    """Write an index where that is possible, and remove those of other texts beside it.

    It is not where another process was faster, the disk is full or nothing may be written.
    """
    try:
        for other in folder.parent.glob("*"):
            shutil.rmtree(other, ignore_errors=True)
        with sealed_folder(folder, {}) as unfinished:
            lexical.save(unfinished)
    except Exception as error:  # noqa: BLE001 - marisa tells of a full disk in its own way
        logger.info("The index of words is not kept: %s", type(error).__name__)
