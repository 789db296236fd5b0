"""Read the pages of a PDF in a process of its own, bounded in time, memory and text.

A PDF may hold streams that unpack to gigabytes, or pages that lead to each other for ever. What
goes wrong in the child, even its death, is one refusal in the parent.

    python -m corpus.pdf_pages < FILE    # writes JSON: its pages, or why there are none
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO

from corpus.errors import ImportRefused
from corpus.messages import say

MOST_SECONDS = 120
MOST_MEMORY = 2 * 2**30  # bytes of address space
MOST_CHARACTERS = 10_000_000
MOST_PAGES = 5_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """What reading one PDF may cost.

    Attributes:
        seconds: Of time; the processor's own time is bounded by the same number.
        memory: Bytes of address space.
        characters: Of text taken out of it.
    """

    seconds: int = MOST_SECONDS
    memory: int = MOST_MEMORY
    characters: int = MOST_CHARACTERS


DEFAULT_BOUNDS = Bounds()


def pdf_pages(content: bytes, bounds: Bounds = DEFAULT_BOUNDS) -> tuple[tuple[str, str], ...]:
    """Return label and text of each page.

    Raises:
        ImportRefused: It cannot be read, or costs more than the bounds; the message says why.
    """
    limits = (bounds.seconds, bounds.memory, bounds.characters)
    command = [sys.executable, "-m", __name__, *map(str, limits)]
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=bounds.seconds + 5, check=False
        )
        told = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise ImportRefused(say("reading", "pdf_too_costly")) from error
    except OSError as error:
        raise ImportRefused(
            say("reading", "pdf_damaged", error=error.strerror or type(error).__name__)
        ) from error
    except ValueError as error:  # it was ended before it could tell: by memory or by time
        raise ImportRefused(say("reading", "pdf_too_costly")) from error
    if "refused" in told:
        raise ImportRefused(_why(told["refused"], told.get("error", "")))
    return tuple((label, text) for label, text in told["pages"])


def _why(refused: str, error: str) -> str:
    """Return the sentence for what the child tells."""
    match refused:
        case "pdf_locked":
            return say("reading", "pdf_locked")
        case "pdf_damaged":
            return say("reading", "pdf_damaged", error=error)
        case _:
            return say("reading", "pdf_too_costly")


def read_pages(content: bytes, most_characters: int) -> dict[str, object]:
    """Return what the child tells: pages, or why there are none by the name of a message."""
    from pypdf import PdfReader  # here: who only serves the edition has no use for it
    from pypdf.errors import DependencyError, LimitReachedError

    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            return {"refused": "pdf_locked"}
        if len(reader.pages) > MOST_PAGES:
            return {"refused": "pdf_too_costly"}
        texts: list[str] = []
        left = most_characters
        for page in reader.pages:
            texts.append(page.extract_text())
            left -= len(texts[-1])
            if left < 0:
                return {"refused": "pdf_too_costly"}
        return {"pages": list(zip(reader.page_labels, texts, strict=True))}
    except DependencyError:
        return {"refused": "pdf_locked"}
    except (MemoryError, RecursionError, LimitReachedError):
        return {"refused": "pdf_too_costly"}
    except Exception as error:  # noqa: BLE001 - pypdf raises what it likes
        return {"refused": "pdf_damaged", "error": type(error).__name__}


def main(seconds: int, memory: int, characters: int) -> int:
    """Read a PDF from standard input within the bounds; return the exit status."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        pass  # no such bounds on this system: the parent's clock remains
    try:
        json.dump(read_pages(sys.stdin.buffer.read(), characters), sys.stdout)
    except MemoryError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:4])))
