"""The database of the report, by SQLAlchemy: SQLite in the data folder, or what a URL names.

Every use opens it anew and makes the tables where they are missing, so that a database that was
away, or a file that somebody deleted, costs the rows of that time and nothing after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Date,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    delete,
    event,
    func,
    insert,
    make_url,
    select,
)
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from chatbot.messages import say
from chatbot.report.errors import ReportMisconfigured, ReportUnavailable
from chatbot.report.rows import Flagged, Unanswered, report_file

SQLITE = "sqlite"
MOST_ROWS = 10_000  # of each table; the oldest go first, so that a flood of questions fills no disk
WAIT_SECONDS = 5  # for a lock, or for a server to answer

metadata = MetaData()
UNANSWERED = Table(
    "unanswered",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("day", Date, nullable=False, index=True),
    Column("question", String, nullable=False),
    Column("reason", String(40), nullable=False),
    Column("subject", String(200), nullable=False),
)
FLAGGED = Table(
    "flagged",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("day", Date, nullable=False, index=True),
    Column("passage", String(200), nullable=False),
)


class ReportStore:
    """Rows of the report in one database."""

    def __init__(self, url: str = "") -> None:
        """Prepare the way to a database; nothing is opened or written yet.

        Args:
            url: An SQLAlchemy URL; empty for the file in the data folder.

        Raises:
            ReportMisconfigured: The URL is none, or the package for such a database is missing.
        """
        try:
            address = make_url(url) if url else URL.create("sqlite", database=str(report_file()))
            # Parameters are questions: no error and no log may hold them.
            self._engine = create_engine(
                address, poolclass=NullPool, hide_parameters=True, connect_args=_patience(address)
            )
        except (NoSuchModuleError, ImportError) as error:
            driver = address.drivername
            raise ReportMisconfigured(say("report", "no_driver", driver=driver)) from error
        except ArgumentError as error:
            raise ReportMisconfigured(say("report", "not_a_url")) from error
        is_file = address.get_backend_name() == SQLITE and address.database
        self.path = Path(str(address.database)) if is_file else None
        if is_file:
            event.listen(self._engine, "connect", _forget_what_is_deleted)

    @property
    def is_there(self) -> bool:
        """Whether there may be rows: the file exists, or it is a server's database."""
        return self.path is None or self.path.exists()

    def keep_question(self, day: date, question: str, reason: str, subject: str) -> None:
        """Write that a question got no answer.

        Raises:
            ReportUnavailable: The database does not answer.
        """
        self._keep(UNANSWERED, day=day, question=question, reason=reason, subject=subject)

    def keep_flag(self, day: date, passage_id: str) -> None:
        """Write that a passage was flagged.

        Raises:
            ReportUnavailable: The database does not answer.
        """
        self._keep(FLAGGED, day=day, passage=passage_id)

    def unanswered(self) -> tuple[Unanswered, ...]:
        """Return the questions without an answer, the most frequent first.

        Raises:
            ReportUnavailable: The database does not answer.
        """
        columns = UNANSWERED.c
        asked = (columns.question, columns.reason, columns.subject)
        rows = self._grouped(UNANSWERED, *asked)
        return tuple(Unanswered(*row) for row in rows)

    def flagged(self) -> tuple[Flagged, ...]:
        """Return the flagged passages, the most often flagged first.

        Raises:
            ReportUnavailable: The database does not answer.
        """
        return tuple(Flagged(*row) for row in self._grouped(FLAGGED, FLAGGED.c.passage))

    def delete_until(self, day: date) -> None:
        """Delete all rows of a day and of those before it.

        Raises:
            ReportUnavailable: The database does not answer.
        """
        with self._open() as connection:
            for table in (UNANSWERED, FLAGGED):
                connection.execute(delete(table).where(table.c.day <= day))

    def delete_question(self, question: str) -> None:
        """Delete all rows of a question.

        Raises:
            ReportUnavailable: The database does not answer.
        """
        with self._open() as connection:
            connection.execute(delete(UNANSWERED).where(UNANSWERED.c.question == question))

    def _keep(self, table: Table, **row: Any) -> None:
        with self._open() as connection:
            key = connection.execute(insert(table).values(**row)).inserted_primary_key
            newest = int(key[0]) if key is not None else 0
            connection.execute(delete(table).where(table.c.id <= newest - MOST_ROWS))

    def _grouped(self, table: Table, *columns: Column[Any]) -> list[tuple[Any, ...]]:
        count, last = func.count(), func.max(table.c.day)
        asked = (
            select(*columns, count, func.min(table.c.day), last)
            .group_by(*columns)
            .order_by(count.desc(), last.desc(), *columns)
        )
        with self._open() as connection:
            return [tuple(row) for row in connection.execute(asked)]

    @contextmanager
    def _open(self) -> Iterator[Connection]:
        try:
            if self.path is not None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self.path.touch(mode=0o600)  # for the account that serves, and nobody else
            with self._engine.begin() as connection:
                metadata.create_all(connection)
                yield connection
        except (SQLAlchemyError, OSError) as error:
            raise ReportUnavailable(type(error).__name__) from None


def _patience(address: URL) -> dict[str, Any]:
    """Return how a driver is told not to wait for ever."""
    if address.get_backend_name() == SQLITE:
        return {"timeout": WAIT_SECONDS}
    if address.drivername in ("postgresql", "postgresql+psycopg", "postgresql+psycopg2"):
        limit = f"-c statement_timeout={WAIT_SECONDS * 1000}"
        return {"connect_timeout": WAIT_SECONDS, "options": limit}
    return {}


def _forget_what_is_deleted(connection: Any, _record: object) -> None:
    """Let SQLite overwrite what is deleted with zeros."""
    connection.execute("PRAGMA secure_delete = ON")
