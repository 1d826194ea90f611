"""P1B: whoever is not signed in finds nothing about anybody, on any page, in any file, at any open address."""

import re
from collections import deque

import pytest
from django.test import Client

from chengxin.identifiers.identity import IdentityNumber
from factories import inquiries as gate
from factories import intake as given
from journeys.conftest import Journey

pytestmark = pytest.mark.django_db
OPEN = (
    "/api/v1/heartbeat",
    "/api/v1/catalogue",
    "/api/v1/catalogue/items",
    "/api/v1/receipt-keys",
    "/api/v1/openapi.json",
)
MOST = 400


def _reached(client: Client) -> dict[str, str]:
    """Follow every link from the public pages and return what each address answered."""
    found: dict[str, str] = {}
    waiting = deque(["/", "/robots.txt", *OPEN])
    while waiting and len(found) < MOST:
        path = waiting.popleft()
        if path in found:
            continue
        answer = client.get(path)
        assert answer.status_code < 500, path
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        found[path] = body.decode("utf-8", "replace")
        if "text/html" in answer.headers.get("Content-Type", ""):
            links = re.findall(r'href="(/[^"#]*)"', found[path])
            waiting.extend(link.replace("&amp;", "&") for link in links if not link.startswith("/static/"))
        elif 300 <= answer.status_code < 400:
            waiting.append(answer.headers["Location"])
    return found


def test_nobody_who_is_not_signed_in_finds_anybody(journey: Journey, province: list[int]) -> None:
    journey.send([given.line(index) for index in range(5)])
    gate.organisation()
    gate.inquire(authorisation=gate.allow(province[0]))
    found = _reached(Client(headers={"accept-language": "zh-Hans"}))
    assert len(found) > 30
    numbers = [given.number(index) for index in range(5)]
    masked = [str(IdentityNumber.parse(number, today=given.NOW.date())) for number in numbers]
    names = [given.name(index) for index in range(5)]
    for path, body in found.items():
        for text in (*numbers, *masked, *names):
            assert text not in body, (path, text)


def test_pages_of_persons_are_closed_and_not_for_search_engines(province: list[int]) -> None:
    anyone = Client()
    for path in ("/me/", "/me/file/", "/me/looks/", "/office/", "/organisation/"):
        answer = anyone.get(path)
        assert answer.status_code in {302, 403}, path
        assert answer.status_code == 403 or "/account/login/" in answer.headers["Location"]
