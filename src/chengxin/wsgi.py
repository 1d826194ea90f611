"""The WSGI application that granian serves."""

import gc
import os
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.urls import resolve

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengxin.settings")

GARBAGE_THRESHOLD: Final = 50_000


class SessionlessHandler(WSGIHandler):
    """The same site behind fewer layers, for programs: a request that brings no cookie has no session to be read."""

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: FBT001, FBT002 - the signature is Django's
        """Load the layers of ``MIDDLEWARE_WITHOUT_SESSION``.

        Args:
            is_async: Of Django.
        """
        usual, settings.MIDDLEWARE = settings.MIDDLEWARE, settings.MIDDLEWARE_WITHOUT_SESSION
        try:
            super().load_middleware(is_async)
        finally:
            settings.MIDDLEWARE = usual


_with_session = get_wsgi_application()
_without_session = SessionlessHandler()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request.

    Args:
        environ: The request (PEP 3333).
        start_response: Takes status and headers.
    """
    path = str(environ.get("PATH_INFO", ""))
    is_program = not environ.get("HTTP_COOKIE") and path.startswith(settings.PATHS_FOR_PROGRAMS)
    answering = _without_session if is_program else _with_session
    answered: Iterable[bytes] = answering(environ, start_response)
    return answered


# The first request to each process would otherwise wait for all pages and their libraries to be loaded.
resolve("/")

# What is loaded by now stays for good: leave it out of every later search for garbage, and search less often.
gc.collect()
gc.freeze()
gc.set_threshold(GARBAGE_THRESHOLD, 20, 20)
