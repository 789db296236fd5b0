"""What the guide says on each sign, found without index or model."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import pairwise

from chatbot.triage.signs import Sign, load_signs
from corpus.passage import Guide, Passage
from corpus.source import open_source

LEAST_SHARED = 0.12  # of the character pairs of what the edition says on the sign


class Supports:
    """Passages by sign. For an imported guide, those closest to what the edition says."""

    def __init__(self, guide: Guide) -> None:
        self._by_sign = {name: passages_on(sign, guide) for name, sign in load_signs().items()}

    def of(self, sign: str) -> tuple[Passage, ...]:
        """Return what the guide says on a sign; empty where nothing comes near."""
        return self._by_sign[sign]


@cache
def _edition() -> Guide:
    return open_source().guide


def passages_on(sign: Sign, guide: Guide) -> tuple[Passage, ...]:
    """Return the passage of a guide that stands for a sign."""
    known: Mapping[str, Passage] = guide.by_id
    own = [known[name] for name in sign.passages if name in known]
    if own:
        return tuple(own[:1])
    if not guide.passages:
        return ()
    edition = _edition().by_id
    wanted = set(pairwise("".join(edition[name].text for name in sign.passages)))
    shared = {
        p.passage_id: len(wanted & set(pairwise(p.text))) / len(wanted) for p in guide.passages
    }
    closest = max(guide.passages, key=lambda p: shared[p.passage_id], default=None)
    if closest is None or shared[closest.passage_id] < LEAST_SHARED:
        return ()
    return (closest,)
