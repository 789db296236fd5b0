"""Routes of our own beside Gradio: the contract over HTTP, health, static files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool

from chatbot.contract import (
    FAILED,
    NOT_JSON,
    TOO_LONG,
    WRONG_SHAPE,
    AskError,
    AskRequest,
    AskResponse,
    TooLong,
    answer_request,
    as_line,
    given_id,
)
from chatbot.opening import Mode
from chatbot.versions import versions
from chatbot.web.logs import kind_and_place
from chatbot.web.service import Service, logger
from chatbot.web.templating import STATIC

MOST_SECONDS = 20.0  # for all turns of a conversation; a page asks one at a time
CONTENT_TYPES = {"css": "text/css", "js": "text/javascript"}
FILES = {kind: {"schema": {"type": "string"}} for kind in CONTENT_TYPES.values()}


class Readiness(BaseModel):
    """Whether questions are answered, and how well."""

    ready: bool
    mode: Mode
    building: bool
    reasons: list[str]
    notice: str
    since: datetime
    not_renewed: str
    versions: dict[str, str]


def build_routes(service: Service) -> APIRouter:
    """Return the routes over a service."""
    router = APIRouter()

    @router.post(
        "/api/ask",
        response_model=AskResponse,
        responses={422: {"model": AskError}, 500: {"model": AskError}},
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": AskRequest.model_json_schema()}},
            }
        },
    )
    async def ask(request: Request) -> Response:
        """Answer a conversation: the same object in and out as a line of `ask --jsonl`."""
        try:
            value = json.loads(await request.body())
        except (ValueError, RecursionError):
            return _error(422, None, NOT_JSON)
        try:
            asked = AskRequest.model_validate(value)
        except ValidationError:
            return _error(
                422, given_id(value), WRONG_SHAPE if isinstance(value, dict) else NOT_JSON
            )
        try:
            answer = await run_in_threadpool(answer_request, service, asked, seconds=MOST_SECONDS)
            return _json(answer, 200)
        except TooLong:
            return _error(503, asked.id, TOO_LONG, {"retry-after": "1"})
        except Exception as error:  # noqa: BLE001 - whatever fails, the person gets a sentence
            logger.error("A question failed: %s", kind_and_place(error))
            return _error(500, asked.id, FAILED)

    @router.get("/livez")
    async def livez() -> dict[str, str]:
        """Tell that the process answers."""
        return {"status": "ok"}

    @router.get("/readyz", responses={503: {"model": Readiness}})
    async def readyz(response: Response) -> Readiness:
        """Tell how questions are answered: by meaning, by words alone, or not at all, and why."""
        state = service.state
        ready = state.opened.mode is not Mode.SAFETY_ONLY
        response.status_code = 200 if ready else 503
        return Readiness(
            ready=ready,
            mode=state.opened.mode,
            building=state.building,
            reasons=list(state.opened.reasons),
            notice=service.notice(),
            since=state.since,
            not_renewed=state.not_renewed,
            versions={version.part: version.short for version in versions()},
        )

    @router.get("/ui/{name}", response_class=Response, responses={200: {"content": FILES}})
    async def static(name: str) -> Response:
        """Return a static file of the page."""
        kind = CONTENT_TYPES.get(name.rpartition(".")[2])
        path = STATIC / name
        if kind is None or "/" in name or not path.is_file():
            raise HTTPException(404)
        return Response(path.read_bytes(), media_type=kind)

    return router


def _error(
    status: int,
    request_id: str | int | None,
    sentence: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    return _json(AskError(id=request_id, error=sentence), status, headers)


def _json(
    answer: AskResponse | AskError, status: int, headers: Mapping[str, str] | None = None
) -> Response:
    """Return an answer as a response; an id may hold half a character, which no response can."""
    return Response(as_line(answer), status, headers, media_type="application/json")
