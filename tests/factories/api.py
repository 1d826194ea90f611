"""Machines that call the API, and what they send."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from chengxin.accounts import lookups
from chengxin.accounts import operations as accounts
from chengxin.authority.actors import Actor
from chengxin.intake import operations as intake
from factories import intake as given

NEIGHBOUR = "XM_MARKET"
BACK = "https://bank.example/back"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Caller:
    """A machine with its token; paths are below ``/api/v1``."""

    http: Client
    token: str
    credentials: accounts.OpenedClient | None = None

    def call(self, method: str, path: str, body: Any = b"", *, form: str = "", **headers: str) -> Any:  # noqa: ANN401
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            named["Authorization"] = f"Bearer {self.token}"
        chosen = form or ("application/json" if isinstance(body, dict) else "application/octet-stream")
        return self.http.generic(method, f"/api/v1{path}", _encoded(body), content_type=chosen, headers=named)

    def get(self, path: str, **headers: str) -> Any:  # noqa: ANN401
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = b"", *, form: str = "", **headers: str) -> Any:  # noqa: ANN401
        return self.call("POST", path, body, form=form, **headers)


def _encoded(body: Any) -> bytes:  # noqa: ANN401
    return json.dumps(body).encode() if isinstance(body, dict) else body


OpenCaller = Callable[..., Caller]


def actor_of(caller: Caller) -> Actor:
    """Return who acts when a caller calls."""
    assert caller.credentials is not None
    client = lookups.find_client(client_id=caller.credentials.client_id)
    assert client is not None
    return client.actor


def fetch_token(http: Client, credentials: accounts.OpenedClient, **form: str) -> Any:  # noqa: ANN401
    pair = base64.b64encode(f"{credentials.client_id}:{credentials.client_secret}".encode()).decode()
    return http.post(
        "/api/v1/token",
        urlencode({"grant_type": "client_credentials"} | form),
        content_type=FORM,
        headers={"Authorization": f"Basic {pair}"},
    )


def settle(reference: str) -> intake.Settled:
    """Do what the worker does."""
    return intake.settle_batch(reference=reference, actor=given.SYSTEM, now=given.NOW)


def send(caller: Caller, lines: list[Mapping[str, str]], *, key: str = "k-1") -> str:
    """Send lines as one small file and return the batch's reference."""
    contents = given.csv_bytes(lines)
    answer = caller.post(f"/batches?item={given.ITEM}", contents, form="text/csv", Idempotency_Key=key)
    assert answer.status_code == 202, answer.content
    reference: str = answer.json()["reference"]
    return reference
