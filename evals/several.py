"""`python -m evals several`: messages that ask several things, each thing judged for itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chatbot.bot import Chatbot
from chatbot.reply import Reply, citations_of
from corpus.progress_bar import watched
from evals.outcome import state
from evals.report import share
from evals.several_case import SeveralCase, load_several

GROUPS: dict[str, Callable[[SeveralCase], bool]] = {
    "the guide states all": lambda case: not case.left_out,
    "it states a part": lambda case: 0 < len(case.left_out) < len(case.parts),
    "it states nothing": lambda case: len(case.left_out) == len(case.parts),
}


@dataclass(frozen=True, slots=True)
class JudgedMessage:
    """A message and the reply that it got.

    Attributes:
        case: The message.
        kind: Kind of the reply.
        met: Of each of its questions that the guide answers, whether facts and page are shown.
        left_out: The questions that the reply says the guide does not answer, counted from 1.
        shown: Ids of what was cited.
    """

    case: SeveralCase
    kind: str
    met: tuple[bool, ...]
    left_out: tuple[int, ...]
    shown: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Whether all that the guide states is shown, or nothing where it states nothing."""
        return all(self.met) if self.met else self.kind != "answer"


def judge_several(chatbot: Chatbot, cases: Sequence[SeveralCase]) -> tuple[JudgedMessage, ...]:
    """Return some messages, judged."""
    return tuple(
        _judged(case, chatbot.reply(case.text).reply)
        for case in watched(cases, "messages that ask several things")
    )


def _judged(case: SeveralCase, reply: Reply) -> JudgedMessage:
    citations = citations_of(reply)
    met = tuple(state(citations, p.must, p.pages) for p in case.parts if p.in_guide)
    named = [line for line in reply.text.lines if line.name == "leaves_out"]
    places = [int(c) for line in named for c in dict(line.values)["places"] if c.isdigit()]
    ids = tuple(citation.passage.passage_id for citation in citations)
    return JudgedMessage(case, reply.kind, met, tuple(places), ids)


def run_several(chatbot: Chatbot, split: str, *, misses: bool = False) -> str:
    """Return the table over the messages of a split, and what was missed where asked for."""
    judged = judge_several(chatbot, load_several(split))
    lines = [
        f"## several questions in a message: {split}\n",
        "| | messages | questions answered, of those in the guide | answered | refused | "
        "the others named, of those answered |",
        "|---|---|---|---|---|---|",
    ]
    for name, belongs in GROUPS.items():
        own = [one for one in judged if belongs(one.case)]
        met = [one for message in own for one in message.met]
        answered = [one for one in own if one.kind == "answer"]
        with_others = [one for one in answered if one.case.left_out]
        rightly = sum(one.left_out == one.case.left_out for one in with_others)
        cells = [
            str(len(own)),
            f"{share(sum(met), len(met))} of {len(met)}" if met else "–",
            str(len(answered)),
            str(sum(one.kind == "out_of_scope" for one in own)),
            f"{rightly} of {len(with_others)}" if with_others else "–",
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    if misses:
        lines.append("")
        lines += [
            f"{one.case.case_id}: {one.case.text} | {one.kind}, "
            f"met {list(one.met)}, left out {list(one.left_out)}, {', '.join(one.shown)}"
            for one in judged
            if not one.is_right
        ]
    return "\n".join(lines)
