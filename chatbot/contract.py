"""The contract from outside: one JSON object in, one out, on the command line and over HTTP."""

from __future__ import annotations

import json
import math
import operator
import time
from collections.abc import Iterable, Iterator
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, ValidationError

from chatbot.bot import Turn
from chatbot.citation import Citation
from chatbot.conversation import Conversation
from chatbot.messages import say
from chatbot.reply import Reply, citations_of

NOT_JSON = say("contract", "not_json")
NOT_UTF8 = say("contract", "not_utf8")
WRONG_SHAPE = say("contract", "wrong_shape")
FAILED = say("contract", "failed")
TOO_LONG = say("contract", "too_long")
MOST_TURNS = 200


class Replies(Protocol):
    """Whoever replies to questions."""

    def reply(self, question: str, conversation: Conversation = ...) -> Turn:
        """Return what to say to a question, and what the next turn may lean on."""


class AskRequest(BaseModel):
    """A conversation: an id of the caller's, and what the person said, turn by turn."""

    model_config = ConfigDict(extra="ignore")

    id: StrictStr | StrictInt
    turns: Annotated[list[StrictStr], Field(min_length=1, max_length=MOST_TURNS)]


class PublisherOut(BaseModel):
    """A sentence of the publisher's own that the quotation restates."""

    text: str
    pages: list[int]


class CitationOut(BaseModel):
    """A quotation with its place; `quote` is exactly what the page shows.

    `marked` gives the sentences of it that answer, as start and end of each; left out where it
    answers as a whole. `publisher` stands there only where the publisher's guide was imported.
    """

    number: int
    passage_id: str
    section: str
    pages: list[int]
    quote: str
    marked: Annotated[list[tuple[int, int]], Field(exclude_if=operator.not_)] = []
    publisher: Annotated[list[PublisherOut], Field(exclude_if=operator.not_)] = []


class ReplyOut(BaseModel):
    """What is said to one turn."""

    kind: str
    text: str
    citations: list[CitationOut]
    suggestions: list[str]
    seconds: float


class AskResponse(BaseModel):
    """A reply for each turn, in order."""

    id: StrictStr | StrictInt
    replies: list[ReplyOut]


class AskError(BaseModel):
    """Why a request got no reply."""

    id: StrictStr | StrictInt | None
    error: str


def citation_out(citation: Citation) -> CitationOut:
    """Return a citation as the contract gives it."""
    return CitationOut(
        number=citation.number,
        passage_id=citation.passage.passage_id,
        section=citation.passage.section,
        pages=list(citation.pages),
        quote=citation.quote,
        marked=[(s.start - citation.start, s.end - citation.start) for s in citation.marked],
        publisher=[
            PublisherOut(text=sentence.text, pages=list(sentence.pages))
            for sentence in citation.passage.publisher
        ],
    )


def reply_out(reply: Reply, seconds: float) -> ReplyOut:
    """Return a reply as the contract gives it."""
    return ReplyOut(
        kind=reply.kind,
        text=reply.text,
        citations=[citation_out(citation) for citation in citations_of(reply)],
        suggestions=list(reply.suggestions),
        seconds=round(seconds, 6),
    )


class TooLong(Exception):
    """A conversation could not be answered in the time that there was."""


def answer_request(
    chatbot: Replies, request: AskRequest, *, seconds: float = math.inf
) -> AskResponse:
    """Return a reply for each turn of a conversation.

    Raises:
        TooLong: The turns before took `seconds` or more.
    """
    conversation = Conversation()
    end = time.perf_counter() + seconds
    replies: list[ReplyOut] = []
    for question in request.turns:
        start = time.perf_counter()
        if start >= end:
            raise TooLong
        turn = chatbot.reply(question, conversation)
        replies.append(reply_out(turn.reply, time.perf_counter() - start))
        conversation = turn.conversation
    return AskResponse(id=request.id, replies=replies)


def answer_lines(chatbot: Replies, lines: Iterable[bytes]) -> Iterator[str]:
    """Yield one line of JSON for each line, in order; rubbish gets an error and the run goes on."""
    for line in lines:
        yield as_line(_answer_line(chatbot, line))


def _answer_line(chatbot: Replies, line: bytes) -> AskResponse | AskError:
    try:
        source = line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return AskError(id=None, error=NOT_UTF8)
    try:
        value = json.loads(source)
    except (ValueError, RecursionError):
        return AskError(id=None, error=NOT_JSON)
    try:
        request = AskRequest.model_validate(value)
    except ValidationError:
        return AskError(
            id=given_id(value), error=WRONG_SHAPE if isinstance(value, dict) else NOT_JSON
        )
    try:
        return answer_request(chatbot, request)
    except Exception:  # noqa: BLE001 - the contract: the run goes on
        return AskError(id=request.id, error=FAILED)


def given_id(value: object) -> str | int | None:
    """Return the id of a request that is wrong in another place, where it has one."""
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str | int) and not isinstance(found, bool) else None


def as_line(answer: AskResponse | AskError) -> str:
    """Return an answer as one line of JSON that can be encoded, whatever its id holds."""
    content = answer.model_dump()
    line = json.dumps(content, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:  # an id with half a surrogate pair
        line = json.dumps(content)
    return line
