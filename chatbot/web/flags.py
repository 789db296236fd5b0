"""Quotations that a person called wrong: counted in memory, with the passage's id alone."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Mapping

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel

from chatbot.web.service import Service

logger = logging.getLogger("bonehealth")


class Flags:
    """How often each passage was flagged since the server started; no question is taken."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(self, passage_id: str) -> int:
        """Count a flag and log the id; return how many the passage has."""
        with self._lock:
            self._counts[passage_id] += 1
            count = self._counts[passage_id]
        logger.warning("A quotation was flagged as wrong: %s (%d).", passage_id, count)
        return count

    @property
    def counts(self) -> Mapping[str, int]:
        """Return the passages that were flagged, most often flagged first."""
        with self._lock:
            return dict(self._counts.most_common())


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

    return router
