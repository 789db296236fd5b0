"""Keep what the operator turned on, beside the replies and never in their way."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from queue import Empty, Full, Queue
from typing import TYPE_CHECKING

from chatbot.conversation import Conversation
from chatbot.reply import AbstainReason, AskClinician, OutOfScope, Reply
from chatbot.report.errors import ReportUnavailable
from chatbot.report.personal_data import without_personal_data
from chatbot.report.rows import report_file

if TYPE_CHECKING:
    from chatbot.report.store import ReportStore
    from chatbot.settings import Settings

logger = logging.getLogger("bonehealth")
MOST_WAITING = 500  # rows in memory, where the database is slow
MOST_CHARACTERS = 500  # of a question that is kept
PURGE_SECONDS = 3600.0
CLOSE_SECONDS = 10.0
NAMED = (AbstainReason.NOT_IN_GUIDE, AbstainReason.UNRELATED, AbstainReason.STEP_BESIDE)
SUBJECT_VALUES = ("topic", "heading")
TEAM = "team"  # handed to the team, and the guide holds no answer
WITHOUT_ANSWER = {"near", "near_no_page", "silent"}  # lines that say so
Row = Callable[["ReportStore", date], None]


class Keeper:
    """Writes rows in a thread of its own. Without a database it does nothing."""

    def __init__(
        self,
        store: ReportStore | None = None,
        *,
        questions: bool = False,
        flags: bool = False,
        days: int = 30,
        today: Callable[[], date] = date.today,
    ) -> None:
        """Begin to keep, and to delete what is too old.

        Args:
            store: Where to.
            questions: Whether questions without an answer are kept.
            flags: Whether flagged passages are kept.
            days: For how many days.
            today: The day it is.
        """
        self.store = store
        self.keeps_questions = questions and store is not None
        self.keeps_flags = flags and store is not None
        self.days = days
        self._today = today
        self._rows: Queue[Row | None] = Queue(MOST_WAITING)
        self._thread: threading.Thread | None = None
        if store is not None:
            self._thread = threading.Thread(target=self._work, name="report", daemon=True)
            self._thread.start()

    @classmethod
    def of(cls, settings: Settings) -> Keeper:
        """Return the keeper that the settings ask for.

        Where nothing is kept any more but a file is left from before, its rows are still deleted
        when their time is over.

        Raises:
            ReportMisconfigured: The database that they name cannot be used.
        """
        url = settings.report_database.get_secret_value()
        wanted = settings.keeps_questions or settings.keep_flags
        if not (wanted or url or report_file().exists()):
            return cls()
        from chatbot.report.store import ReportStore  # a library that few installations need

        store = ReportStore(url)
        if url and not wanted:
            return cls()
        return cls(
            store,
            questions=settings.keeps_questions,
            flags=settings.keep_flags,
            days=settings.keep_days,
        )

    def heard(self, question: str, reply: Reply, conversation: Conversation) -> None:
        """Take note of a turn; only what got no answer is kept, and nothing of a crisis."""
        if self.keeps_questions and is_kept(reply, conversation):
            reason, subject = reason_of(reply), subject_of(reply)

            def row(store: ReportStore, today: date) -> None:
                bare = without_personal_data(question)[:MOST_CHARACTERS]
                store.keep_question(today, bare, reason, subject)

            self._add(row)

    def flagged(self, passage_id: str) -> None:
        """Take note of a flagged passage."""
        if self.keeps_flags:
            self._add(lambda store, today: store.keep_flag(today, passage_id))

    def purge(self) -> None:
        """Delete what is too old. Called when it begins, every hour, and before it is read.

        Raises:
            ReportUnavailable: The database does not answer.
        """
        if self.store is not None and self.store.is_there:
            self.store.delete_until(self._today() - timedelta(days=self.days))

    def settle(self) -> None:
        """Wait until every row so far is written or lost."""
        self._rows.join()

    def close(self) -> None:
        """Write what is waiting, and end."""
        if self._thread is not None:
            with suppress(Full):
                self._rows.put(None, timeout=CLOSE_SECONDS)
            self._thread.join(CLOSE_SECONDS)
            self._thread = None

    def _add(self, row: Row) -> None:
        try:
            self._rows.put_nowait(row)
        except Full:
            _tell_lost("QueueFull")

    def _work(self) -> None:
        assert self.store is not None
        self._purge_or_tell()
        while True:
            try:
                row = self._rows.get(timeout=PURGE_SECONDS)
            except Empty:
                self._purge_or_tell()
                continue
            try:
                if row is None:
                    return
                row(self.store, self._today())
            except ReportUnavailable as error:
                _tell_lost(str(error))
            except Exception as error:  # noqa: BLE001 - a row is never worth more than this
                _tell_lost(type(error).__name__)
            finally:
                self._rows.task_done()

    def _purge_or_tell(self) -> None:
        try:
            self.purge()
        except ReportUnavailable as error:
            logger.warning("The report could not be cleared of old rows: %s.", error)


def _tell_lost(cause: str) -> None:
    logger.warning("A row of the report was lost: %s.", cause)


def is_kept(reply: Reply, conversation: Conversation) -> bool:
    """Return whether a turn belongs into the report: no answer, and nothing in it of a crisis."""
    speaks_of_crisis = any(line.group == "crisis" for line in reply.text.lines)
    return bool(reason_of(reply)) and not (conversation.in_crisis or speaks_of_crisis)


def reason_of(reply: Reply) -> str:
    """Return why the guide gave no answer; nothing where it did, or where nothing was asked."""
    if isinstance(reply, OutOfScope) and reply.reason is not AbstainReason.UNSAFE:
        return reply.reason.value
    if isinstance(reply, AskClinician):
        said = {line.name for line in reply.text.lines if line.group == AskClinician.kind}
        return TEAM if said & WITHOUT_ANSWER else ""
    return ""


def subject_of(reply: Reply) -> str:
    """Return the topic or heading that a refusal named: words of ours, never of the person."""
    if not isinstance(reply, OutOfScope) or reply.reason not in NAMED:
        return ""
    values = (item for line in reply.text.lines for item in line.values)
    return next((value for name, value in values if name in SUBJECT_VALUES), "")
