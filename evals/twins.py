"""`python -m evals twins`: the same question in another guise must get the same reply.

Each written test case is asked again in the other script, with a slip of the keyboard, politely,
for a third person and with emoji; the reply must be of the same kind and cite the same passage
first. Asked again as it stands, it must get the same bytes, `seconds` aside.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from chatbot.bot import Chatbot
from chatbot.contract import AskRequest, AskResponse, ReplyOut, answer_request
from corpus.progress_bar import watched
from corpus.tables import table_rows
from evals.case import Case
from evals.misses import is_right
from evals.outcome import judge
from evals.perturb import forms_of
from evals.report import share
from evals.rows import RowError
from index.script import to_simplified, to_traditional

AGAIN = "asked again"
FORMS = {"polite": "politeness", "third person": "third_person", "emoji": "emoji"}
LONG_WORD = re.compile(r"[A-Za-z]{5,}")  # a slip in a shorter word makes another word of it


@dataclass(frozen=True, slots=True)
class Twin:
    """A conversation that means the same as a case's.

    Attributes:
        change: What was changed.
        turns: What is said, turn by turn.
    """

    change: str
    turns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TwinReply:
    """What a case and its twin were told in their last turns.

    Attributes:
        case_id: The case.
        system: Who answered.
        change: What was changed.
        turns: What was said.
        twin_turns: What the twin said.
        kind: Kind of the case's reply.
        twin_kind: Kind of the twin's.
        first: Id of the passage that is cited first; empty where none is.
        twin_first: The twin's.
        right: Whether the case's reply is right (`misses.is_right`).
        twin_right: Whether the twin's is.
        same_bytes: Whether all replies are the same as JSON, `seconds` aside.
    """

    case_id: str
    system: str
    change: str
    turns: tuple[str, ...]
    twin_turns: tuple[str, ...]
    kind: str
    twin_kind: str
    first: str
    twin_first: str
    right: bool
    twin_right: bool
    same_bytes: bool

    @property
    def is_consistent(self) -> bool:
        """Whether kind and first citation are the same; asked again, whether the bytes are."""
        if self.change == AGAIN:
            return self.same_bytes
        return self.kind == self.twin_kind and self.first == self.twin_first


def twins_of(case: Case) -> Iterator[Twin]:
    """Yield the twins of a case, one of each kind of change that its language knows."""
    draw = random.Random(case.case_id)
    to_other = to_traditional if case.language == "hans" else to_simplified
    in_other = tuple(map(to_other, case.turns))
    if case.language != "en" and in_other != case.turns:
        yield Twin("other script", in_other)
    *before, last = case.turns
    slipped = None if case.language == "typo" else _with_slip(last, case.language, draw)
    if slipped is not None:
        yield Twin("typo", (*before, slipped))
    language = "hant" if case.language == "typo" else case.language
    for change, kind in FORMS.items():
        form = draw.choice(forms_of(kind, language))
        yield Twin(change, (*before, form.format(text=last)))


def _with_slip(text: str, language: str, draw: random.Random) -> str | None:
    """Return a text with one slip of the keyboard, or none where no slip is known for it."""
    if language == "en":
        return _with_swapped_letters(text, draw)
    known = [slip for slip in _slips(simplified=language == "hans") if slip[0] in text]
    if not known:
        return _with_swapped_letters(text, draw)
    meant, typed = draw.choice(known)
    return text.replace(meant, typed, 1)


def _with_swapped_letters(text: str, draw: random.Random) -> str | None:
    places = [
        at
        for word in LONG_WORD.finditer(text)
        for at in range(word.start() + 1, word.end() - 2)  # first and last letter stay
        if text[at] != text[at + 1]
    ]
    if not places:
        return None
    at = draw.choice(places)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


@cache
def _slips(*, simplified: bool) -> tuple[tuple[str, str], ...]:
    source = (files("evals") / "typos.tsv").read_text(encoding="utf-8")
    rows = [(meant, typed) for _, (meant, typed) in table_rows(source)]
    if not simplified:
        return tuple(rows)
    pairs = [(to_simplified(meant), to_simplified(typed)) for meant, typed in rows]
    return tuple((meant, typed) for meant, typed in pairs if meant != typed)


def ask_twins(chatbot: Chatbot, cases: Sequence[Case], system: str) -> tuple[TwinReply, ...]:
    """Return what the cases and their twins were told.

    The second asking of all cases goes the other way round, so that nothing that one question
    leaves behind can reach the next unseen.
    """
    first = {case.case_id: _ask(chatbot, case.turns) for case in watched(cases, "cases")}
    again = {case.case_id: _ask(chatbot, case.turns) for case in watched(cases[::-1], "again")}
    found: list[TwinReply] = []
    for case in watched(cases, "twins"):
        own = first[case.case_id]
        found.append(_compared(case, system, Twin(AGAIN, case.turns), own, again[case.case_id]))
        found += [
            _compared(case, system, twin, own, _ask(chatbot, twin.turns)) for twin in twins_of(case)
        ]
    return tuple(found)


def _ask(chatbot: Chatbot, turns: Sequence[str]) -> AskResponse:
    """Return the replies of the contract, without the time they took."""
    answered = answer_request(chatbot, AskRequest(id="twin", turns=list(turns)))
    timeless = [reply.model_copy(update={"seconds": 0.0}) for reply in answered.replies]
    return answered.model_copy(update={"replies": timeless})


def _compared(
    case: Case, system: str, twin: Twin, reply: AskResponse, twin_reply: AskResponse
) -> TwinReply:
    last, twin_last = reply.replies[-1], twin_reply.replies[-1]
    return TwinReply(
        case_id=case.case_id,
        system=system,
        change=twin.change,
        turns=case.turns,
        twin_turns=twin.turns,
        kind=last.kind,
        twin_kind=twin_last.kind,
        first=last.citations[0].passage_id if last.citations else "",
        twin_first=twin_last.citations[0].passage_id if twin_last.citations else "",
        right=_is_right(case, last),
        twin_right=_is_right(case, twin_last),
        same_bytes=reply.model_dump_json() == twin_reply.model_dump_json(),
    )


def _is_right(case: Case, reply: ReplyOut) -> bool:
    evidence = [(c.quote, tuple(c.pages), c.passage_id) for c in reply.citations]
    return is_right(judge(case, "", reply.kind, evidence, 0.0))


@dataclass(frozen=True, slots=True)
class Consistency:
    """How many twins of a kind of change were told the same, and how many right things."""

    change: str
    count: int
    same_kind: int
    same_first: int
    consistent: int
    right: int
    twin_right: int


def consistency(replies: Sequence[TwinReply]) -> tuple[Consistency, ...]:
    """Return the counts of each kind of change, in the order in which they come."""
    by_change: dict[str, list[TwinReply]] = {}
    for reply in replies:
        by_change.setdefault(reply.change, []).append(reply)
    return tuple(
        Consistency(
            change,
            len(own),
            sum(reply.kind == reply.twin_kind for reply in own),
            sum(reply.first == reply.twin_first for reply in own),
            sum(reply.is_consistent for reply in own),
            sum(reply.right for reply in own),
            sum(reply.twin_right for reply in own),
        )
        for change, own in by_change.items()
    )


def consistency_table(replies: Sequence[TwinReply]) -> str:
    """Return a Markdown table, a line for each kind of change."""
    lines = [
        "| change | n | same kind | same first citation | same reply | case right | twin right |\n"
        "|---|---|---|---|---|---|---|"
    ]
    for row in consistency(replies):
        counted = (row.same_kind, row.same_first, row.consistent, row.right, row.twin_right)
        cells = [share(hits, row.count) for hits in counted]
        lines.append(f"| {row.change} | {row.count} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def write_twins(replies: Sequence[TwinReply], path: Path) -> None:
    """Write one JSON object for each twin."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(asdict(reply), ensure_ascii=False) + "\n" for reply in replies]
    path.write_text("".join(lines), encoding="utf-8")


def read_twins(path: Path) -> tuple[TwinReply, ...]:
    """Return what `write_twins` wrote.

    Raises:
        RowError: A line is none of its rows.
        OSError: The file cannot be read.
    """
    found: list[TwinReply] = []
    source = path.read_text(encoding="utf-8").removesuffix("\n")
    for number, line in enumerate(source.split("\n") if source else (), start=1):
        try:
            row = json.loads(line)
            turns = {name: tuple(row[name]) for name in ("turns", "twin_turns")}
            found.append(TwinReply(**(row | turns)))
        except (ValueError, KeyError, TypeError) as error:
            raise RowError(f"{path.name}:{number}: {error!r}") from error
    return tuple(found)
