"""The ladder: what each part of the edition pays, rung by rung, measured on the same cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from corpus.passage import Guide, Language, Passage, PassageKind, Section
from corpus.progress_bar import watched
from corpus.source import Source
from corpus.subjects import SLOT
from evals.case import FACT_SPLITS, Case, load_cases
from evals.outcome import Outcome, judge
from evals.report import share
from index.dense import DenseIndex
from index.encoder import Encoder
from index.head import through, train_head
from index.lexical import LexicalIndex
from index.passage_index import PassageIndex, Reading, owner_documents
from index.query import read_query
from index.store import IndexStore
from index.vector_cache import VectorCache, unwatched

SHOWN = 3
Chosen = Callable[[str, Language], bool]


@dataclass(frozen=True, slots=True)
class Rung:
    """One state of the edition.

    Attributes:
        name: What it holds beyond the rung below.
        keeps: Which questions of the bank it keeps.
        overviews: Whether overview passages are there.
        synonyms: Whether synonyms are made one.
        head: Whether the vectors pass through a head learnt from the bank.
    """

    name: str
    keeps: Chosen
    overviews: bool = True
    synonyms: bool = False
    head: bool = False


def _none(_: str, __: Language) -> bool:
    return False


def _plain_taiwanese(question: str, language: Language) -> bool:
    return language is Language.TAIWAN and not SLOT.search(question)


def _plain(question: str, _: Language) -> bool:
    return not SLOT.search(question)


def _all(_: str, __: Language) -> bool:
    return True


RUNGS = (
    Rung("passages alone, without overviews", _none, overviews=False),
    Rung("+ bank, Taiwanese", _plain_taiwanese, overviews=False),
    Rung("+ overviews", _plain_taiwanese),
    Rung("+ the other languages", _plain),
    Rung("+ slots", _all),
    Rung("+ lexicon", _all, synonyms=True),
    Rung("+ head, as it is served", _all, synonyms=True, head=True),
)


def run_ladder(source: Source, encoder: Encoder) -> str:
    """Return a table: facts and page within three passages, facts in the first, page first."""
    chosen: Mapping[str, list[Case]] = {
        split: [
            c for c in load_cases(split) if c.kind == "answer" and c.must and not c.is_follow_up
        ]
        for split in FACT_SPLITS
    }
    lines = [
        "Three passages are shown for each question, none is refused: "
        "facts and right page / facts in the first alone / first on a right page.\n",
        "| | " + " | ".join(f"{split}, n {len(cases)}" for split, cases in chosen.items()) + " |",
        "|---" * (len(chosen) + 1) + "|",
    ]
    cache = IndexStore.of(source.guide, encoder).vector_cache()
    for rung in watched(RUNGS, "rungs"):
        index = _index(rung, source, encoder, cache)
        cells = [_cell(index, cases, rung) for cases in chosen.values()]
        lines.append(f"| {rung.name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _index(rung: Rung, source: Source, encoder: Encoder, cache: VectorCache) -> PassageIndex:
    guide, topics = _guide(rung, source.guide), source.topics
    lexical = LexicalIndex.build(owner_documents(guide, topics), synonyms=rung.synonyms)
    index = PassageIndex(guide, topics, lexical)
    vectors = cache.encode(encoder, index.keys, unwatched)
    head = train_head(index.keys, vectors) if rung.head else None
    dense = DenseIndex.build(through(head, vectors))
    return PassageIndex(guide, topics, lexical, dense, encoder, head)


def _guide(rung: Rung, guide: Guide) -> Guide:
    def kept(passage: Passage) -> Passage:
        questions = {
            language: tuple(q for q in asked if rung.keeps(q, language))
            for language, asked in passage.questions.items()
        }
        return replace(passage, questions={k: v for k, v in questions.items() if v})

    sections = tuple(
        Section(
            section.title,
            tuple(
                kept(passage)
                for passage in section.passages
                if rung.overviews or passage.kind is not PassageKind.OVERVIEW
            ),
        )
        for section in guide.sections
    )
    return replace(guide, sections=tuple(s for s in sections if s.passages))


def _cell(index: PassageIndex, cases: Sequence[Case], rung: Rung) -> str:
    outcomes = [_outcome(index, case, rung) for case in cases]
    met, first, page = (
        sum(getattr(o, name) for o in outcomes) for name in ("met", "met_first", "page_first")
    )
    n = len(cases)
    return f"{share(met, n)} / {first / n:.2f} / {page / n:.2f}"


def _outcome(index: PassageIndex, case: Case, rung: Rung) -> Outcome:
    query = read_query(case.turns[-1], synonyms=rung.synonyms)
    passages = [hit.passage for hit in index.search([Reading(query)], top_k=SHOWN).hits]
    evidence = [(p.text, p.pages, p.passage_id) for p in passages]
    return judge(case, rung.name, "answer", evidence, 0.0)
