"""The log: text, or one JSON object a line. No question ever stands in it."""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path
from types import TracebackType

from pythonjsonlogger.json import JsonFormatter

from chatbot.reply import Reply
from chatbot.settings import LogFormat
from chatbot.web.kinds import detail_of

QUIET = ("httpx", "httpcore", "uvicorn", "asyncio")  # loggers that tell of nothing but trouble
replies = logging.getLogger("bonehealth.replies")
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def without_words(exc_info: ExcInfo) -> str:
    """Return where an error came from, and its kind; what it says may hold a question."""
    kind, _, trace = exc_info
    if kind is None:
        return ""
    return "".join(traceback.format_tb(trace)) + kind.__name__


def kind_and_place(error: BaseException) -> str:
    """Return the kind of an error and where it was raised, never what it says."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}{place}"


class TextFormatter(logging.Formatter):
    """A message, and where an error came from."""

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 - named by logging
        """Return an error without its words."""
        return without_words(ei)


class ObjectFormatter(JsonFormatter):
    """One object a line: time, level, logger, message, and what a record brings along."""

    def __init__(self) -> None:
        super().__init__(
            ["levelname", "name", "message"],
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "error"},
            timestamp=True,
            json_ensure_ascii=False,
        )

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 - named by logging
        """Return an error without its words."""
        return without_words(ei)


def first_line(record: logging.LogRecord) -> bool:
    """Cut a record of asyncio after its first line: the others show the error with its words."""
    if record.name == "asyncio":
        record.msg, record.args = record.getMessage().partition("\n")[0], ()
    return True


def set_up_logging(form: LogFormat) -> None:
    """Write the log of this process to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(ObjectFormatter() if form is LogFormat.JSON else TextFormatter())
    handler.addFilter(first_line)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


class ReplyLog:
    """A line for each reply: its kind and how long it took."""

    def take_stage(self, name: str, seconds: float) -> None:
        """Take no note of stages."""

    def take_reply(self, reply: Reply, seconds: float) -> None:
        """Log a reply."""
        milliseconds = round(1000 * seconds, 1)
        detail = detail_of(reply)
        replies.info(
            "Replied: %s %s, %.1f ms.",
            reply.kind,
            detail or "–",
            milliseconds,
            extra={"kind": reply.kind, "detail": detail, "milliseconds": milliseconds},
        )

    def take_failure(self, error: Exception) -> None:
        """Leave a failure to whoever answers for it."""

    def take_renewal(self, came_about: bool) -> None:
        """Take no note of renewals: they have lines of their own."""
