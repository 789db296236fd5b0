"""What is answered where a request is not: one shape for all, and nothing of what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from chatbot.contract import AskError
from chatbot.messages import say
from chatbot.web.headers import PLAIN_PAGE_HEADERS

# What any route may answer before it is reached, as OpenAPI describes it.
AS_ERROR = {
    "application/json": {"schema": AskError.model_json_schema()},
    "text/html": {"schema": {"type": "string"}},  # where a browser asked for a page
}
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"content": AS_ERROR, "description": why}
    for status, why in {
        400: "It is no request that can be read.",
        403: "The request came from another site's page.",
        404: "There is nothing here.",
        405: "It cannot be used in this way; `Allow` says how.",
        408: "The body did not arrive in time.",
        413: "The body is too large.",
        422: "The body or a parameter has the wrong shape.",
        429: "This address asks too often; `Retry-After` says when to try again.",
        503: "Too many ask at once; `Retry-After` says when to try again.",
    }.items()
}


async def refuse(
    status: int,
    sentence: str,
    scope: Scope,
    receive: Receive,
    send: Send,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Answer with a sentence, in the shape of the contract's errors."""
    told = {**PLAIN_PAGE_HEADERS, **(headers or {})}
    await _told(status, sentence, told)(scope, receive, send)


def explain_refusals(app: FastAPI) -> None:
    """Have the routes refuse in the same shape; FastAPI's own would send back what was typed."""

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> JSONResponse:
        return _told(error.status_code, _why(error.status_code), error.headers)

    @app.exception_handler(RequestValidationError)
    async def misshapen(_: Request, error: RequestValidationError) -> JSONResponse:  # noqa: ARG001
        return _told(422, say("web", "unreadable"))


def _why(status: int) -> str:
    match status:
        case 404:
            return say("web", "not_found")
        case 405:
            return say("web", "wrong_method")
        case _:
            return say("web", "unreadable")


def _told(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"id": None, "error": sentence}, status, headers)
