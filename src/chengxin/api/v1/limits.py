"""How much and how often a machine may send. Limits of the interface, not law.

The counts live in the memory of one server process, so that reading writes nothing anywhere; with several processes
the limits multiply by their number.
"""

import math
import threading
import time
from collections import OrderedDict, deque
from typing import Final

from chengxin.authority.decisions import Refused

MEBIBYTE: Final = 1024 * 1024
PART_BYTES: Final = 8 * MEBIBYTE
"""Largest part of an upload, and largest file sent in one request."""
JSON_BYTES: Final = 64 * 1024
"""Largest JSON or form body."""
FILE_BYTES: Final = 2 * 1024 * MEBIBYTE
"""Largest file that may be announced; what can be read of it is decided when it is settled."""
PAGE: Final = 50
LONGEST_PAGE: Final = 500
MINUTE_SECONDS: Final = 60
_CALLERS_KEPT: Final = 10_000


class TooManyRequests(Refused):
    """The caller asked more often than the interface allows; wait as long as the answer says."""

    code = "RATE_LIMITED"


class BodyTooLarge(Refused):
    """The body is larger than the route takes; send the file in parts."""

    code = "BODY_TOO_LARGE"


class Limiter:
    """Counts the requests of each caller within the last minute.

    Args:
        name: What is limited, for the answer.
        per_minute: How many requests a caller may make within any sixty seconds.
    """

    def __init__(self, *, name: str, per_minute: int) -> None:
        self.name = name
        self.per_minute = per_minute
        self._lock = threading.Lock()
        self._taken: OrderedDict[str, deque[float]] = OrderedDict()

    def take(self, caller: str) -> None:
        """Count one request.

        Args:
            caller: Key of the client, or the address where no client is known yet.

        Raises:
            TooManyRequests: The caller's minute is used up; ``retry_after`` says after how many seconds to come again.
        """
        moment = time.monotonic()
        with self._lock:
            taken = self._taken.setdefault(caller, deque())
            self._taken.move_to_end(caller)
            while taken and taken[0] <= moment - MINUTE_SECONDS:
                taken.popleft()
            if len(taken) >= self.per_minute:
                wait = math.ceil(taken[0] + MINUTE_SECONDS - moment)
                raise TooManyRequests(limit=self.per_minute, what=self.name, retry_after=max(wait, 1))
            taken.append(moment)
            while len(self._taken) > _CALLERS_KEPT:
                self._taken.popitem(last=False)

    def forget(self) -> None:
        """Forget all counts."""
        with self._lock:
            self._taken.clear()


CLIENTS: Final = Limiter(name="requests of a client per minute", per_minute=600)
ADDRESSES: Final = Limiter(name="requests without a valid token per minute and address", per_minute=240)
TOKENS: Final = Limiter(name="requests for a token per minute and address", per_minute=60)
