"""A sheet for the second pair of eyes: every passage beside the publisher's own sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.alignment import Alignment
from corpus.audit.accepted import passage_hash
from corpus.audit.compared import Difference, differences
from corpus.audit.sheet import render_sheet
from corpus.audit.sign_offs import SignOff
from corpus.original import Sentence
from corpus.passage import Guide, Passage


@dataclass(frozen=True, slots=True)
class Row:
    """One passage on the sheet."""

    passage: Passage
    text_hash: str
    sentences: tuple[Sentence, ...]
    differences: tuple[Difference, ...]
    sign_off: SignOff | None


def review_sheet(
    edition: Guide,
    sentences: Sequence[Sentence],
    alignment: Alignment,
    signed: Mapping[str, SignOff],
) -> str:
    """Return the sheet as one HTML page that needs nothing else.

    It holds the publisher's text and is made for the reviewer's own machine only.
    """
    by_name = {sentence.name: sentence for sentence in sentences}
    rows = [
        Row(
            passage,
            passage_hash(passage),
            restated := alignment.sentences_of(passage, by_name),
            differences(passage, restated),
            signed.get(passage.passage_id),
        )
        for passage in edition.passages
    ]
    left = [
        sentence
        for sentence in sentences
        if sentence.name not in alignment.restated and sentence.name not in alignment.omissions
    ]
    return render_sheet(
        "review_sheet.html", title=edition.title, rows=rows, left=left, signed=len(signed)
    )
