"""The database wrapper; Django looks for it under this name."""

import select
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's wrapper, made cheaper where every request pays: the health check, and cursors."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passed on
        super().__init__(*args, **kwargs)
        self._kept_cursor: CursorWrapper | None = None

    def is_usable(self) -> bool:
        """Tell whether the kept connection can be used; asked at the first statement of each request.

        A server that stopped, was restarted, or ended the session has closed its side, and said so: something waits to
        be read on a connection where nothing is under way. Only then is the server asked; a silent socket costs no
        round trip. A peer that vanished without a word (a pulled cable) is found by the statement itself, as it would
        be between two checks.
        """
        if self.connection is None or self.connection.closed:
            return False
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN | select.POLLPRI)
        return not poll.poll(0) or bool(super().is_usable())

    def kept_cursor(self) -> CursorWrapper:
        """Return the one cursor that the connection keeps; whoever executes with it fetches everything at once."""
        self.close_if_health_check_failed()
        self.ensure_connection()
        kept = self._kept_cursor
        if kept is None or kept.connection is not self.connection or self.queries_logged:
            kept = self._kept_cursor = self.cursor()
        return kept
