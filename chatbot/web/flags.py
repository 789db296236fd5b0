"""Quotations that a person called wrong: counted in memory, with the passage's id alone.

Where the operator turned it on, they are kept in the database of the report as well.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel

from chatbot.report.rows import Flagged
from chatbot.web.service import Service

logger = logging.getLogger("bonehealth")


class Flags:
    """How often each passage was flagged since the server started; no question is taken."""

    def __init__(self, today: Callable[[], date] = date.today) -> None:
        self._today = today
        self._flagged: dict[str, Flagged] = {}
        self._lock = threading.Lock()

    def add(self, passage_id: str) -> int:
        """Count a flag and log the id; return how many the passage has."""
        today = self._today()
        with self._lock:
            known = self._flagged.get(passage_id, Flagged(passage_id, 0, today, today))
            flagged = replace(known, count=known.count + 1, last=today)
            self._flagged[passage_id] = flagged
        logger.warning("A quotation was flagged as wrong: %s (%d).", passage_id, flagged.count)
        return flagged.count

    @property
    def flagged(self) -> tuple[Flagged, ...]:
        """The passages that were flagged, most often flagged first."""
        with self._lock:
            return tuple(sorted(self._flagged.values(), key=lambda flagged: -flagged.count))

    @property
    def counts(self) -> Mapping[str, int]:
        """How often each was flagged, most often flagged first."""
        return {flagged.passage_id: flagged.count for flagged in self.flagged}


class FlagRequest(BaseModel):
    """Which passage is meant."""

    passage: str


def build_flag_routes(service: Service, flags: Flags) -> APIRouter:
    """Return the route that takes flags."""
    router = APIRouter()

    @router.post("/flag", status_code=204)
    async def flag(asked: FlagRequest) -> None:
        """Count that a person called the quotation of a passage wrong."""
        if asked.passage not in service.source.guide.by_id:
            raise HTTPException(404)
        flags.add(asked.passage)
        service.keeper.flagged(asked.passage)

    return router
