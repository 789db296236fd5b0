"""An answer as a sheet of paper: question, quotations, pages, notice, date, and a code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from chatbot.bot import MOST_CHARACTERS
from chatbot.contacts import Team, load_numbers
from chatbot.notices import NAME_OF, Notices
from chatbot.reply import Dial
from chatbot.templates import (
    DEFAULT_LANGUAGE,
    FILE_OF,
    Templates,
    load_languages,
    templates_in,
)
from chatbot.triage.tier import Tier
from chatbot.web.languages import TAGS
from chatbot.web.marks import Piece, named, pieces
from chatbot.web.qr import draw, pack
from chatbot.web.script import SIMPLIFIED, in_script, sentences, whose_words
from chatbot.web.service import Service
from chatbot.web.templating import environment
from corpus.passage import Guide, Passage

MOST_QUOTATIONS = 8
LENGTHS = (
    (150, "short"),
    (300, "middle"),
    (430, "long"),
    (800, "longer"),
)  # characters, for the type of print.css
LONGEST = "longest"
LANGUAGE_OF = {name: language for language, name in reversed(FILE_OF.items())}


class CardRequest(BaseModel):
    """What is on the page: the question as typed, and which sentences and passages stand there.

    Sentences and passages are named, never sent: a card says nothing that the page could not.
    """

    question: str = Field(default="", max_length=MOST_CHARACTERS)
    notice: str = Field(default="", max_length=40)
    language: str = Field(default=DEFAULT_LANGUAGE, max_length=10)
    script: str = Field(default=DEFAULT_LANGUAGE, max_length=10)
    passages: list[str] = Field(min_length=1, max_length=MOST_QUOTATIONS)
    marks: list[str] = Field(default_factory=list, max_length=MOST_QUOTATIONS)


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation and where it stands.

    Attributes:
        pieces: Its text in order, the sentences that answered marked.
        where: Guide, section, pages, and whose words these are.
    """

    pieces: tuple[Piece, ...]
    where: str

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Notice:
    """What a card says before its quotations.

    Attributes:
        text: What to do, or what cannot be decided here.
        dials: Numbers to call.
        take_along: The line before the questions to take along, or nothing.
        questions: Those questions.
    """

    text: str = ""
    dials: tuple[Dial, ...] = ()
    take_along: str = ""
    questions: tuple[str, ...] = ()


class Cards:
    """Makes cards over a guide."""

    def __init__(self, guide: Guide, team: Team, today: Callable[[], date] = date.today) -> None:
        self._guide = guide
        self._notices = Notices(load_languages(templates_in(DEFAULT_LANGUAGE)), team)
        self._today = today

    def make(self, asked: CardRequest) -> str:
        """Return a card as a piece of a page.

        Raises:
            KeyError: There is no such passage, notice or language.
        """
        words = templates_in(FILE_OF[LANGUAGE_OF[asked.language]])
        display = sentences(simplified=asked.script == SIMPLIFIED)
        cited = [self._guide.by_id[name] for name in asked.passages]
        marks = [*asked.marks, *[""] * len(cited)]
        quotations = [
            self._quotation(passage, mark, display)
            for passage, mark in zip(cited, marks, strict=False)
        ]
        notice = self._notice(asked.notice, words)
        codes = texts_of_codes(quotations, words)
        return environment.get_template("card.html").render(
            question=asked.question,
            quotations=quotations,
            notice=notice.text,
            dials=notice.dials,
            take_along=notice.take_along,
            questions=notice.questions,
            sentence_of_codes="code" if len(codes) == 1 else "code_several",
            day=day_in(words, self._today()),
            foot=words.say("answer", "foot"),
            emergency=words.say("card", "emergency", **_emergency()),
            codes=[draw(text, words.say("card", "code_label")) for text in codes],
            length=length_of(quotations, notice),
            tag=TAGS[display.language],
            say=words.say,
        )

    def _quotation(self, passage: Passage, mark: str, display: Templates) -> Quotation:
        where = display.cited(
            passage.pages,
            guide=in_script(self._guide.title, display),
            section=in_script(passage.section, display),
            whose=whose_words(passage, display),
        )
        shown = (
            Piece(in_script(piece.text, display), piece.is_marked)
            for piece in pieces(passage.text, named(mark, len(passage.text)))
        )
        return Quotation(tuple(shown), where)

    def _notice(self, name: str, words: Templates) -> Notice:
        """Return what stands before the quotations: of a tier, or of a decision by its subject."""
        if not name:
            return Notice()
        if name in NAME_OF:
            tier, language = Tier(name), LANGUAGE_OF[words.language]
            text = self._notices.urgent(tier, language, (), silent=False, folded=False)
            return Notice(text, self._notices.dials(tier, language))
        return Notice(
            words.say("ask_clinician", name),
            (),
            words.say("ask_clinician", "take_along"),
            tuple(words.say("take_along", name).split("\n")),
        )


def day_in(words: Templates, day: date) -> str:
    """Return a day as it is written."""
    return words.say("card", "day", year=str(day.year), month=str(day.month), day=str(day.day))


def length_of(quotations: Sequence[Quotation], notice: Notice) -> str:
    """Return how much stands on a card, which decides how large the type of quotations can be."""
    characters = sum(len(quotation.text) for quotation in quotations)
    characters += sum(map(len, (notice.text, *notice.questions)))
    return next((name for most, name in LENGTHS if characters <= most), LONGEST)


def texts_of_codes(quotations: Sequence[Quotation], words: Templates) -> tuple[str, ...]:
    """Return what the codes hold: quotations with their places, never the question.

    Each says how many there are: a companion must not be read without what it stands beside.
    """
    parts = [f"「{quotation.text}」\n{quotation.where}" for quotation in quotations]
    packed = pack(parts, words.say("card", "code_more"))
    head = f"{words.say('page', 'title')} {words.say('card', 'emergency', **_emergency())}"
    total = str(len(packed))
    told = [
        words.say("card", "code_part", number=str(number), total=total)
        for number in range(1, len(packed) + 1)
    ]
    return tuple(
        "\n".join(filter(None, (head, part if len(packed) > 1 else "", text)))
        for part, text in zip(told, packed, strict=True)
    )


def _emergency() -> dict[str, str]:
    return {"emergency": load_numbers()["emergency"]}


def build_card_routes(service: Service, team: Team) -> APIRouter:
    """Return the route that makes cards; the question comes in the body, so no address holds it."""
    router = APIRouter()

    @router.post("/card", response_class=HTMLResponse)
    def card(asked: CardRequest) -> HTMLResponse:
        """Make a card of what is on the page."""
        try:
            return HTMLResponse(Cards(service.source.guide, team).make(asked))
        except KeyError as error:
            raise HTTPException(404) from error

    return router
