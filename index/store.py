"""Keep indexes on disk: built beside the old one, checked, switched by one rename.

A guide's folder holds builds (sealed folders) and the file `CURRENT`, which names the one in use.
The build before it is kept.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path

import numpy as np
from filelock import FileLock

from corpus.not_in_guide import Topic
from corpus.passage import Guide
from corpus.storage import (
    MANIFEST,
    UNFINISHED,
    FolderDamaged,
    data_folder,
    read_sealed,
    remove_unfinished,
    sealed_folder,
    sha256_of,
    write_atomically,
)
from corpus.subjects import SUBJECTS_FILE
from index.candidates import sampled
from index.delivered_vectors import DELIVERED
from index.dense import DENSE_FILE as DENSE_FILE
from index.dense import ExactStores
from index.encoder import Encoder
from index.errors import IndexDamaged, IndexMissing, IndexProblem, IndexStale, StoreUnavailable
from index.head import Head, through, train_head
from index.lexical import LexicalIndex
from index.messages import say
from index.owners import Owners
from index.passage_index import PassageIndex, owner_documents
from index.sentences import SentenceIndex, encoded_keys
from index.vector_cache import Progress, VectorCache, unwatched
from index.vector_store import StoreKind

FORMAT = 5  # raise it when the files of an index change their meaning
CURRENT = "CURRENT"
LOCK = "build.lock"
HEAD_FILE = "head.npy"
SENTENCE_FILE = "sentences.npy"
SAMPLE_FILE = "sample.npy"  # of the kinds that are not compared as a whole
PACKAGE = "bone-health-qa"


@dataclass(frozen=True, slots=True)
class IndexStore:
    """Where the indexes of one guide with one model are kept.

    Attributes:
        folder: The folder of their builds.
        kind: How their vectors are kept.
        vectors: The file of vectors that all indexes of the model share.
        delivered: The file of vectors that came with the product, or none.
    """

    folder: Path
    kind: StoreKind
    vectors: Path
    delivered: Path | None = DELIVERED

    @classmethod
    def of(
        cls,
        guide: Guide,
        encoder: Encoder,
        root: Path | None = None,
        kind: StoreKind = ExactStores(),  # noqa: B008 - it is frozen
    ) -> IndexStore:
        """Return the store for a guide and a model, in the user's data folder by default."""
        model = hashlib.sha256(encoder.name.encode()).hexdigest()[:8]
        indexes = (root or data_folder()) / "index"
        folder = indexes / f"{guide.guide_id}-{model}{kind.suffix}"
        return cls(folder, kind, indexes / f"vectors-{model}.npz")

    def build(
        self,
        guide: Guide,
        topics: tuple[Topic, ...],
        encoder: Encoder,
        progress: Progress = unwatched,
    ) -> PassageIndex:
        """Build an index, switch to it, and return it. A crash leaves the old one in use."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self.folder / LOCK):
            self._remove_unfinished()
            lexical = LexicalIndex.build(owner_documents(guide, topics))
            index = PassageIndex(guide, topics, lexical)
            all_keys = encoded_keys(guide, topics)
            every_vector = self.vector_cache().encode(encoder, all_keys, progress)
            vectors, sentences = np.split(every_vector, [len(index.keys)])
            head = train_head(index.keys, vectors) if index.has_bank else None
            mapped = through(head, vectors)
            build, before = self._new_name(), self._name_in_use()
            facts = self._facts(guide, topics, encoder)
            with sealed_folder(self.folder / build, facts) as unfinished:
                lexical.save(unfinished)
                np.save(unfinished / SENTENCE_FILE, through(head, sentences), allow_pickle=False)
                if head is not None:
                    head.save(unfinished / HEAD_FILE)
                if not self.kind.compares_all(len(index.keys)):
                    sample = mapped[sampled(Owners.of(index.keys), len(guide.passages)).keys]
                    np.save(unfinished / SAMPLE_FILE, sample, allow_pickle=False)
                self.kind.write(mapped, unfinished)  # last: what it puts elsewhere is then named
            built = self._open(self.folder / build, guide, topics, encoder)
            write_atomically(self.folder / CURRENT, build.encode())
            self._remove_old({build, before})
        return built

    def vector_cache(self) -> VectorCache:
        """Return the cache that all indexes of one model share."""
        return VectorCache(self.vectors, self.delivered)

    def load(self, guide: Guide, topics: tuple[Topic, ...], encoder: Encoder) -> PassageIndex:
        """Return the index in use.

        Raises:
            IndexMissing: None was built.
            IndexStale: It was built from another text, model or version.
            IndexDamaged: A file of it is missing or changed.
        """
        return self._open(self.current(), guide, topics, encoder)

    def current(self) -> Path:
        """Return the folder of the index in use.

        Raises:
            IndexMissing: None was built.
            IndexDamaged: The file that names it is damaged.
        """
        try:
            name = (self.folder / CURRENT).read_text(encoding="utf-8").strip()
            is_build = Path(name).name == name and (self.folder / name / MANIFEST).is_file()
        except FileNotFoundError as error:
            raise IndexMissing(say("store", "missing")) from error
        except (OSError, UnicodeDecodeError) as error:
            problem = f"{self.folder / CURRENT}：{error}"
            raise IndexDamaged(say("store", "damaged", problem=problem)) from error
        if not is_build:
            raise IndexDamaged(say("store", "wrong_current", file=CURRENT, name=name))
        return self.folder / name

    def _open(
        self, folder: Path, guide: Guide, topics: tuple[Topic, ...], encoder: Encoder
    ) -> PassageIndex:
        try:
            manifest = read_sealed(folder)
        except FolderDamaged as error:
            raise IndexDamaged(say("store", "damaged", problem=error)) from error
        for name, expected in self._facts(guide, topics, encoder).items():
            if manifest.get(name) != expected:
                then = manifest.get(name)
                raise IndexStale(say("store", "stale", name=name, then=then, now=expected))
        try:
            lexical = LexicalIndex.load(folder)
            dense = self.kind.open(folder)
            path = folder / HEAD_FILE
            head = Head.load(path) if path.exists() else None
            sentences = SentenceIndex(guide, np.load(folder / SENTENCE_FILE, allow_pickle=False))
            sample = None
            if (folder / SAMPLE_FILE).exists():
                sample = np.load(folder / SAMPLE_FILE, allow_pickle=False)
            index = PassageIndex(guide, topics, lexical, dense, encoder, head, sentences, sample)
        except StoreUnavailable:
            raise
        except Exception as error:  # bm25s and FAISS raise what they like on files they wrote
            problem = f"{folder}：{error}"
            raise IndexDamaged(say("store", "damaged", problem=problem)) from error
        if len(dense) != len(index.keys) or dense.dimension != encoder.dimension:
            raise IndexDamaged(say("store", "wrong_count", folder=folder))
        return index

    def _facts(
        self, guide: Guide, topics: tuple[Topic, ...], encoder: Encoder
    ) -> Mapping[str, object]:
        return {**_facts(guide, topics, encoder), **self.kind.facts}

    def _new_name(self) -> str:
        stamp = time.strftime("%Y%m%d-%H%M%S")
        taken = [int(path.name.rpartition("-")[2]) for path in self.folder.glob(f"{stamp}-*")]
        return f"{stamp}-{max(taken, default=-1) + 1}"

    def _name_in_use(self) -> str:
        try:
            return self.current().name
        except IndexProblem:
            return ""

    def _remove_unfinished(self) -> None:
        for path in self.folder.glob(f"{UNFINISHED}*"):
            self.kind.forget(path)
        remove_unfinished(self.folder)

    def _remove_old(self, kept: set[str]) -> None:
        for path in self.folder.iterdir():
            if path.is_dir() and path.name not in kept:
                self.kind.forget(path)
                shutil.rmtree(path, ignore_errors=True)


def code_version() -> str:
    """Return the version of the installed product, or `dev` in a bare checkout."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return "dev"


def lexicon_fingerprint() -> str:
    """Return a hash over the files that decide how texts are normalised and cut."""
    digest = hashlib.sha256()
    for path in sorted((files("corpus") / "lexicon").iterdir(), key=lambda p: p.name):
        digest.update(path.name.encode() + b"\x1f" + path.read_bytes() + b"\x1e")
    return digest.hexdigest()[:16]


def text_facts(guide: Guide, topics: tuple[Topic, ...]) -> Mapping[str, object]:
    """Return what an index of words depends on."""
    topic_digest = hashlib.sha256(repr(topics).encode()).hexdigest()[:16]
    return {
        "format": FORMAT,
        "code": code_version(),
        "guide": guide.guide_id,
        "guide_fingerprint": guide.fingerprint[:16],
        "topics_fingerprint": topic_digest,
        "lexicon_fingerprint": lexicon_fingerprint(),
        "subjects_fingerprint": sha256_of(SUBJECTS_FILE)[:16],
    }


def _facts(guide: Guide, topics: tuple[Topic, ...], encoder: Encoder) -> Mapping[str, object]:
    return {
        **text_facts(guide, topics),
        "model": encoder.name,
        "dimension": encoder.dimension,
        "passages": len(guide.passages),
        "topics": len(topics),
    }
