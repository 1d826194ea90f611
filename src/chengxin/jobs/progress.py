"""Tells how far the settling of a batch has come, on a connection of its own, so that others see it meanwhile."""

import time
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from django.db import DatabaseError, connections

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

INTERVAL_SECONDS: Final = 0.5
_WRITE: Final = """
INSERT INTO intake_progress (batch_reference, phase, done, total, at) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (batch_reference) DO UPDATE SET phase = excluded.phase, done = excluded.done, total = excluded.total,
    at = excluded.at
"""


class ProgressWriter:
    """Writes ``intake_progress`` outside the settling transaction; its ``tell`` is what ``settle_batch`` calls.

    Progress is a courtesy: where it cannot be written, the settling goes on.
    """

    def __init__(self, reference: str) -> None:
        self._reference = reference
        self._connection: BaseDatabaseWrapper | None = None
        self._phase = ""
        self._told_at = 0.0

    def __enter__(self) -> Self:
        """Open the connection; autocommit, because nobody opens a transaction on it."""
        self._connection = connections.create_connection("default")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()

    def tell(self, phase: str, done: int, total: int) -> None:
        """Write how far it has come, at most twice a second and at every change of phase.

        Args:
            phase: What is being done.
            done: Lines done.
            total: Lines in all, or 0 while that is not known.
        """
        if self._connection is None:
            return
        moment = time.monotonic()
        if phase == self._phase and done != total and moment - self._told_at < INTERVAL_SECONDS:
            return
        self._phase, self._told_at = phase, moment
        at = datetime.now(UTC)  # noqa: TID251 - a job is run by no caller who could say what time it is
        with suppress(DatabaseError), self._connection.cursor() as cursor:
            cursor.execute(_WRITE, [self._reference, phase, done, total, at])
