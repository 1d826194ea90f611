"""How often anybody may ask something of a page that is open to all. A limit of the interface, not law.

The counts live in this process's cache, so that reading writes nothing anywhere; with several processes the limits
multiply by their number.
"""

import time
from typing import Final

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

_SECONDS: Final = 60


def is_too_often(request: HttpRequest, *, what: str, per_minute: int) -> bool:
    """Count a request, and tell whether its address has asked too often within the running minute.

    Args:
        request: The request being answered.
        what: What is asked; each thing is counted for itself.
        per_minute: How many requests an address may make in a minute.
    """
    minute = int(time.monotonic() // _SECONDS)
    key = f"frequency:{what}:{get_adapter().get_client_ip(request)}:{minute}"
    cache.add(key, 0, timeout=2 * _SECONDS)
    try:
        return cache.incr(key) > per_minute
    except ValueError:  # just thrown out of a full cache
        return False
