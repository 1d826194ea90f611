"""Requests made of the OpenAPI document, right and wrong, by every kind of caller, for a set time.

``CHENGXIN_FUZZ_SECONDS`` says for how long (180; the acceptance run asks for 1200). No fault of ours, no status or body
that the document does not tell, and no disclosure without its line in the register.
"""

import json
import os
import random
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlencode

import jsonschema
import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import given as draw
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from chengxin.api.v1 import limits
from chengxin.api.v1.audience import Audience, find_route
from chengxin.api.v1.router import document
from chengxin.authority.actors import Actor
from chengxin.inquiries import operations as inquiries
from chengxin.register import lookups as register
from chengxin.register.states import Outcome
from factories import inquiries as asking
from factories import intake as given
from factories.api import Caller, actor_of, send, settle
from factories.portals import citizen

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

SECONDS = int(os.environ.get("CHENGXIN_FUZZ_SECONDS", "180"))
EXAMPLES = 4
LOOKS = 1_000_000
QUIETLY = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def bytes_of(case: Any) -> bytes:  # noqa: ANN401 -- made by the generator
    """Return the body that a generated case would send."""
    told = case.as_transport_kwargs(base_url="http://testserver")
    body = told.get("data", b"")
    if "json" in told:
        body = json.dumps(told["json"])
    elif isinstance(body, dict):
        body = urlencode(body)
    elif hasattr(body, "read"):
        body = body.read()
    return body if isinstance(body, bytes) else str(body or "").encode("utf-8", "replace")


@cache
def _told(method: str, path: str, status: int) -> dict[str, Any] | None:
    """Return what the document says of an answer; ``default`` is the problem document, which only errors are."""
    responses: dict[str, Any] = document()["paths"][path][method.lower()]["responses"]
    return responses.get(str(status)) or (responses.get("default") if status >= 400 else None)


@cache
def _validator(method: str, path: str, status: int) -> jsonschema.Draft202012Validator | None:
    """Return what checks a body of JSON, or ``None`` where the document tells no form of it."""
    made = document()
    told = _told(method, path, status) or {}
    schemas = [content["schema"] for content in told.get("content", {}).values() if "schema" in content]
    if not schemas:
        return None
    return jsonschema.Draft202012Validator(schemas[0] | {"components": made["components"]})


@dataclass
class Probe:
    """Makes each generated request, about what was made up and about what is there, as who may and as who may not."""

    person: int
    callers: dict[Audience, Caller]
    there: dict[str, str]
    question: dict[str, Any]
    chance: random.Random
    until: float
    seen: Counter[int] = field(default_factory=Counter)
    faults: set[str] = field(default_factory=set)
    disclosed: int = 0

    def try_case(self, case: Any) -> None:  # noqa: ANN401 -- made by the generator
        if time.monotonic() > self.until:
            return
        told = case.as_transport_kwargs(base_url="http://testserver")
        headers = {str(name): str(value) for name, value in dict(told.get("headers") or {}).items()}
        place = case.operation.full_path
        there = place.format(reference=self.there.get(place.split("/")[3], ""), code=given.ITEM)
        for path in {case.formatted_path, there}:
            self._send(case, path, bytes_of(case), headers)
        if place.endswith("/inquiries") and case.method == "POST":
            self._send(case, path, self._almost_right(bytes_of(case)), {"Content-Type": "application/json"})

    def _almost_right(self, generated: bytes) -> bytes:
        """Return a question that would be answered, with one or no part of it taken from a generated body."""
        with suppress(ValueError):
            body = json.loads(generated)
            if isinstance(body, dict) and body and self.chance.random() < 0.5:
                name = self.chance.choice(sorted(body))
                return json.dumps(self.question | {name: body[name]}).encode()
        return json.dumps(self.question).encode()

    def _send(self, case: Any, path: str, body: bytes, headers: dict[str, str]) -> None:  # noqa: ANN401
        place, method = case.operation.full_path, case.method
        route = find_route(method=method, path=place.removeprefix("/api/v1"))
        assert route is not None, place
        caller = self.callers.get(route.audience, self.callers[Audience.SUPPLIER])
        if self.chance.random() < 0.1:
            caller = self.chance.choice(list(self.callers.values()))
        known = headers | ({"Authorization": f"Bearer {caller.token}"} if caller.token else {})
        answer = caller.http.generic(
            method,
            path,
            body,
            content_type=headers.get("Content-Type", "application/json"),
            query_params=dict(case.query or {}),
            headers=known,
        )
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        self.seen[answer.status_code] += 1
        self._judge(f"{method} {place}", answer, content, _validator(method, place, answer.status_code))
        if answer.status_code == 200 and b'"repeated":true' not in content:
            is_asked = method == "POST" and place.endswith("/inquiries")
            self.disclosed += is_asked or place.endswith("/me/usage")

    def _judge(
        self,
        what: str,
        answer: Any,  # noqa: ANN401 -- a response of the test client
        content: bytes,
        validator: jsonschema.Draft202012Validator | None,
    ) -> None:
        status = answer.status_code
        method, place = what.split(" ")
        if status >= 500:
            self.faults.add(f"{what}: {status} {content[:200]!r}")
        # An address that no route has after all (a made-up part with a slash in it) is not the operation's to tell of.
        is_elsewhere = status in {404, 405} and answer.resolver_match is None
        if _told(method, place, status) is None and not is_elsewhere:
            self.faults.add(f"{what}: {status} is not in the document: {content[:120]!r}")
        if validator is not None and content and "json" in answer.headers.get("Content-Type", ""):
            for error in validator.iter_errors(json.loads(content)):
                self.faults.add(f"{what}: {status} {error.json_path}: {error.message[:120]}")


def _allowed(person: int, client: Actor) -> str:
    return asking.allow(person, asker=client, granted=asking.scope(looks=12))


@pytest.fixture
def probe(supplier: Caller, second: Caller, bank: Caller, anyone: Caller, monkeypatch: pytest.MonkeyPatch) -> Probe:
    """Give callers of every kind, and something of each kind that is there."""
    for limiter in (limits.CLIENTS, limits.ADDRESSES, limits.TOKENS):
        monkeypatch.setattr(limiter, "per_minute", 10_000_000)
    reference = send(supplier, [given.line(0)])
    settle(reference)
    announced = supplier.post("/uploads", {"item": given.ITEM, "name": "a", "size": 5}, Idempotency_Key="u")
    (person, _) = given.people(2)
    asking.items_about(3)
    client = actor_of(bank)
    for subject in (client.key, f"organisation:{client.organisation_code}"):
        inquiries.set_quota(subject=subject, per_day=LOOKS, actor=asking.REVIEWER, now=asking.NOW)
    allowed = _allowed(person, client)
    question = {
        "purpose": "LENDING",
        "identity_number": given.number(0),
        "name": given.name(0),
        "items": [given.ITEM],
        "form": "LIST",
        "case_number": asking.CASE,
        "authorisation": allowed,
    }
    answered = bank.post("/inquiries", question).json()
    return Probe(
        person=person,
        callers={
            Audience.SUPPLIER: supplier,
            Audience.SECOND_CLIENT: second,
            Audience.REQUESTER: bank,
            Audience.PERSON: Caller(citizen(person), ""),
            Audience.CLIENT: Caller(Client(), ""),
        },
        there={
            "batches": reference,
            "uploads": announced.json()["reference"],
            "inquiries": answered["reference"],
            "authorisations": allowed,
            "authorisation-requests": asking.ask(asker=client),
        },
        question=question,
        chance=random.Random(20261126),
        until=time.monotonic() + SECONDS,
        disclosed=1,
    )


def test_nothing_that_the_document_allows_or_forbids_makes_a_fault(probe: Probe) -> None:
    operations = [result.ok() for result in schemathesis.openapi.from_dict(document()).get_all_operations()]
    turn = 0
    while time.monotonic() < probe.until:
        turn += 1
        # What a purpose allows is a dozen looks; the person allows as many again each time.
        bank = probe.callers[Audience.REQUESTER]
        probe.question["authorisation"] = _allowed(probe.person, actor_of(bank))
        for operation in operations:
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                with suppress(Unsatisfiable):  # some routes take nothing that could be wrong
                    cases = operation.as_strategy(generation_mode=mode)
                    tried = draw(case=cases)(lambda case: probe.try_case(case))  # noqa: PLW0108 -- methods are not drawn for
                    seed(turn)(QUIETLY(tried))()
    assert probe.faults == set(), "\n".join(sorted(probe.faults))
    assert turn > 1
    assert probe.seen.keys() >= {200, 401, 403, 404, 422}
    looks = register.list_looks(person_id=probe.person, limit=1000, chosen=register.LookFilter(outcome=Outcome.SHOWN))
    assert len(looks) == probe.disclosed < 1000
