"""R4c through the served API, as an integrator writes it: a token by an OAuth library, parts, commit, poll, result."""

import csv
import hashlib
import http.client
import io
import json
import time
from contextlib import closing
from datetime import timedelta
from email.message import Message
from typing import Any
from urllib.parse import urlsplit

import pytest
from oauthlib.oauth2 import BackendApplicationClient, InvalidClientError

from factories import intake as given
from journeys.serving import Served

pytestmark = pytest.mark.slow
SETTLED_SECONDS = 180
PARTS = 4
COUNTS = ("accepted", "rejected", "held", "unchanged")


class Integrator:
    """A department's own system: oauthlib for the token, the standard library for everything else."""

    def __init__(self, served: Served) -> None:
        self.base = f"{served.site.address}/api/v1"
        self.oauth = BackendApplicationClient(client_id=served.client_id)

    def fetch_token(self, secret: str) -> None:
        """Fetch a token as RFC 6749, section 4.4, has it; the library reads the answer and keeps the token."""
        form = self.oauth.prepare_request_body(include_client_id=True, client_secret=secret)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        _status, _headers, body = self._send("POST", f"{self.base}/token", form.encode(), headers)
        self.oauth.parse_request_body_response(body.decode())

    def call(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, Message, bytes]:
        """Call the API under the token, with headers whose names have underscores for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        url, named, _ = self.oauth.add_token(f"{self.base}{path}", method, body, named)
        return self._send(method, url, body, named)

    def read(self, path: str) -> dict[str, Any]:
        """Return a JSON answer."""
        status, _headers, body = self.call("GET", path)
        assert status == 200, body
        answer: dict[str, Any] = json.loads(body)
        return answer

    @staticmethod
    def _send(method: str, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, Message, bytes]:
        place = urlsplit(url)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
        with closing(connection):
            connection.request(method, place.path, body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()


def test_a_department_sends_in_parts_and_reads_the_result(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    # The library asks for https; the proxy that brings it stands before a site and not before this one.
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    on = {
        "发生日期": (served.today - timedelta(days=60)).isoformat(),
        "文书日期": (served.today - timedelta(days=30)).isoformat(),
    }
    lines = [
        given.line(3 + place % 27, **on, 信息编号=f"API-{place:05d}", 违法事实=f"第{place}次。") for place in range(500)
    ]
    lines += [
        given.line(4, **on, 信息编号="API-WRONG", 失信程度="坏"),
        given.line(5, **on, 信息编号="API-HELD", 姓名="别的人"),
    ]
    contents = given.csv_bytes(lines)
    there = Integrator(served)
    with pytest.raises(InvalidClientError):
        there.fetch_token("not the secret")
    there.fetch_token(served.client_secret)

    # Announced, sent in parts, one of them twice, and committed twice: one batch.
    announced = {
        "item": given.ITEM,
        "name": "处罚.csv",
        "size": len(contents),
        "lines": len(lines),
        "sha256": hashlib.sha256(contents).hexdigest(),
    }
    status, headers, body = there.call(
        "POST", "/uploads", json.dumps(announced).encode(), Content_Type="application/json", Idempotency_Key="api-1"
    )
    assert status == 201, body
    upload = headers["Location"].removeprefix("/api/v1")
    size = len(contents) // PARTS + 1
    for offset in [0, *range(0, len(contents), size)]:
        status, headers, body = there.call(
            "PATCH",
            upload,
            contents[offset : offset + size],
            Content_Type="application/offset+octet-stream",
            Upload_Offset=str(offset),
        )
        assert status == 204, body
    assert headers["Upload-Offset"] == str(len(contents))
    references = set()
    for _ in range(2):
        status, headers, body = there.call("POST", f"{upload}/commit")
        assert status == 202, body
        references.add(json.loads(body)["reference"])
    (reference,) = references

    # Polled until the worker has settled it.
    until = time.monotonic() + SETTLED_SECONDS
    batch = there.read(f"/batches/{reference}")
    while batch["state"] == "RECEIVED" and time.monotonic() < until:
        time.sleep(0.5)
        batch = there.read(f"/batches/{reference}")
    assert batch["state"] == "POSTED", batch
    assert {name: batch["counts"][name] for name in ("lines", *COUNTS)} == {
        "lines": 502,
        "accepted": 500,
        "rejected": 1,
        "held": 1,
        "unchanged": 0,
    }

    # The result is the file that was sent, with what became of each line behind it.
    status, headers, body = there.call("GET", f"/batches/{reference}/result")
    assert status == 200, body
    header, *rows = csv.reader(io.StringIO(body.decode("utf-8-sig")))
    assert [row[: len(lines[0])] for row in rows] == [list(line.values()) for line in lines]
    assert len({row[len(lines[0])] for row in rows[:500]}) == 1
    assert len({row[len(lines[0])] for row in rows}) == 3, header
