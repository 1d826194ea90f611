"""The application that is served: programs without a cookie pass fewer layers, and are answered alike."""

import gc
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import settings
from django.core.signals import request_started
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponseBase
from django.test import RequestFactory

from chengxin.portals.presentation.middleware import NobodyMiddleware
from chengxin.sealing.tiles import write_file

Answered = tuple[str, dict[str, str], bytes]
Application = Callable[[dict[str, object], Callable[..., None]], Iterable[bytes]]


@pytest.fixture(scope="module")
def served() -> Iterator[ModuleType]:
    """Give the served application, and take back what its loading does to the search for garbage."""
    usual = gc.get_threshold()
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    from chengxin import wsgi

    # As Django's own test client does: the test's transaction outlives a request.
    request_started.disconnect(close_old_connections)
    yield wsgi
    request_started.connect(close_old_connections)
    gc.unfreeze()
    gc.set_threshold(*usual)


def answer(application: Application, path: str, **more: str) -> Answered:
    environ = RequestFactory(headers={"host": "127.0.0.1", "accept-language": "en"})._base_environ(PATH_INFO=path)
    status, headers = "", {}

    def start(said: str, pairs: list[tuple[str, str]]) -> None:
        nonlocal status, headers
        status, headers = said, dict(pairs)

    body = b"".join(application({**environ, **more}, start))
    return status, headers, body


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["/api/v1/heartbeat", "/api/v1/inquiries", "/api/v1/items", "/api/v1/looks", "/api/v1/nowhere", "/api/v1/me/looks"],
)
def test_programs_are_answered_alike_with_and_without_the_layers_of_pages(served: ModuleType, path: str) -> None:
    lean, whole = answer(served._without_session, path), answer(served._with_session, path)
    assert lean[0] == whole[0]
    headers = [{name: value for name, value in each[1].items() if name != "Vary"} for each in (lean, whole)]
    # A fault would have a number of its own; there is none here, so the bodies are the same to the byte.
    assert (headers[0], lean[2]) == (headers[1], whole[2])


@pytest.mark.django_db
def test_who_brings_a_cookie_or_wants_a_page_passes_all_layers(
    served: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed: list[str] = []
    ours = NobodyMiddleware.__call__

    def noting(self: NobodyMiddleware, request: HttpRequest) -> HttpResponseBase:
        passed.append(request.path)
        return ours(self, request)

    monkeypatch.setattr(NobodyMiddleware, "__call__", noting)
    answer(served.application, "/catalogue/")
    answer(served.application, "/api/v1/heartbeat", HTTP_COOKIE="sessionid=none")
    assert passed == []
    answer(served.application, "/api/v1/heartbeat")
    assert passed == ["/api/v1/heartbeat"]


@pytest.mark.django_db
def test_the_files_of_the_ledger_may_be_kept_by_caches_whoever_asks(
    served: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chengxin.ledger.lookups.ledger_folder", lambda: tmp_path)
    write_file(tmp_path, "tile/0/000", bytes(8192))
    write_file(tmp_path, "checkpoint", b"x")
    for path, length in (("/ledger/tile/0/000", 8192), ("/ledger/checkpoint", 1)):
        status, headers, body = answer(served.application, path)
        assert (status, len(body)) == ("200 OK", length)
        assert not {"Vary", "Set-Cookie", "Content-Language"} & set(headers)
    assert answer(served.application, "/ledger/tile/0/001")[0] == "404 Not Found"
