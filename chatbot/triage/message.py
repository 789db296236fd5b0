"""A message as the nets of triage read it: in normal form, without decoration, in clauses."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

from index.script import normalise
from index.words import HAN_RUN

HAN = HAN_RUN.pattern.removesuffix("+")
SPACE_IN_HAN = re.compile(rf"(?<={HAN}) (?={HAN})")
SPELT_OUT = re.compile(rf"(?<!{HAN}){HAN}(?: {HAN})+(?!{HAN})")  # 腳 沒 力
STOP = re.compile(r"[。!?;\n]+|\.(?!\d)")  # ends a sentence; the text is in NFKC
PAUSE = re.compile(r"[、~～—|]|(?<!\d)[,:]|[,:](?!\d)")  # ends a clause only
DECORATION = re.compile(
    r"[^\w\s。！？!?；;…，,、：:~～—.'’/%℃°+\-－()（）|]|[\u0300-\u036f\ufe00-\ufe0f]"
)
MOST_CHARACTERS = 20_000  # of a longer message both ends are read
WIDEST_WINDOW = 4  # clauses that are read together


@dataclass(frozen=True)
class Message:
    """A message made ready for triage.

    Attributes:
        typed: What was typed, untouched.
        text: Its normal form (`index.script.normalise`) without emoji and other decoration, and
            without spaces between Han characters, so that 「腳 沒 力」 is read.
        spaces: Where such spaces stood between words of two characters and more, as positions in
            `text`: many people type no commas.
    """

    typed: str
    text: str
    spaces: tuple[int, ...]

    @cached_property
    def _sentence_ends(self) -> list[int]:
        return [match.start() for match in STOP.finditer(self.text)]

    @cached_property
    def _clause_ends(self) -> list[int]:
        pauses = [match.start() for match in PAUSE.finditer(self.text)]
        return sorted({*self._sentence_ends, *pauses, *self.spaces})

    def sentence_around(self, position: int) -> tuple[int, int]:
        """Return start and end of the sentence that holds a position."""
        return _around(position, self._sentence_ends, len(self.text))

    def clause_around(self, position: int) -> tuple[int, int]:
        """Return start and end of the clause that holds a position."""
        return _around(position, self._clause_ends, len(self.text))

    @cached_property
    def clauses(self) -> tuple[str, ...]:
        """The clauses, in order, without the marks that end them."""
        edges = [0, *self._clause_ends, len(self.text)]
        pieces = (self.text[a:b].strip(" 。!?;\n.,、:~～—|") for a, b in itertools.pairwise(edges))
        return tuple(piece for piece in pieces if piece)

    @cached_property
    def windows(self) -> tuple[str, ...]:
        """Every run of one to four clauses, the longest first.

        What is added to a message adds windows and takes none away, so no score can fall by it.
        """
        clauses = self.clauses
        runs = (
            " ".join(clauses[start : start + width])
            for width in range(min(WIDEST_WINDOW, len(clauses)), 0, -1)
            for start in range(len(clauses) - width + 1)
        )
        return tuple(dict.fromkeys(runs))

    @cached_property
    def whole(self) -> str:
        """All clauses, without the marks between them."""
        return " ".join(self.clauses)

    def typed_words(self, start: int, end: int) -> str:
        """Return what was typed where `text[start:end]` stands."""
        lengths = range(len(self.typed) + 1)
        first = bisect_right(lengths, start, key=self._read_length) - 1
        last = bisect_left(lengths, end, key=self._read_length)
        return self.typed[first:last]

    def _read_length(self, typed_length: int) -> int:
        return len(read_message(self.typed[:typed_length]).text)


def _around(position: int, ends: list[int], length: int) -> tuple[int, int]:
    place = bisect_right(ends, position)
    return (ends[place - 1] if place else 0, ends[place] if place < len(ends) else length)


def read_message(typed: str) -> Message:
    """Return a message from what was typed, whatever it holds."""
    if len(typed) > MOST_CHARACTERS:
        half = MOST_CHARACTERS // 2
        typed = f"{typed[:half]}\n{typed[-half:]}"
    lines = typed.encode("utf-8", "replace").decode().splitlines()
    bare = (DECORATION.sub("", normalise(line)) for line in lines)
    spaced = "\n".join(" ".join(line.split()) for line in bare if line.strip())
    spaced = SPELT_OUT.sub(lambda m: m.group().replace(" ", ""), spaced)
    spaces = tuple(m.start() - i for i, m in enumerate(SPACE_IN_HAN.finditer(spaced)))
    return Message(typed, SPACE_IN_HAN.sub("", spaced), spaces)
