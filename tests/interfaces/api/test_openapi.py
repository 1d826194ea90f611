"""The document that integrators build on is current, and the routes keep what it promises."""

import json
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import given as draw
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from chengxin.api.v1 import limits
from chengxin.api.v1.audience import ROUTES
from chengxin.api.v1.router import document, document_text
from factories import intake as given
from factories.api import Caller, send, settle

PROJECT = Path(__file__).resolve().parents[3]
KEPT = PROJECT / "docs" / "api" / "openapi.json"


def test_the_kept_document_is_current() -> None:
    current = document_text()
    assert KEPT.read_text(encoding="utf-8") == current, "run: python -m chengxin.api.document docs/api/openapi.json"


def test_the_document_is_openapi_3_1_and_names_every_route_once() -> None:
    made = document()
    assert made["openapi"].startswith("3.1")
    names = [operation["operationId"] for path in made["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names))
    documented = {(method.upper(), path) for path, methods in made["paths"].items() for method in methods}
    assert documented == {(route.method, f"/api/v1{route.path}") for route in ROUTES if route.path != "/openapi.json"}
    assert "Raises" not in json.dumps(made)


def test_the_document_is_served(anyone: Caller) -> None:
    assert anyone.get("/openapi.json").json() == document()


@pytest.mark.django_db
def test_answers_have_the_form_that_the_document_gives(supplier: Caller) -> None:
    given.people(3)
    reference = send(supplier, [given.line(0), given.line(1, 失信程度="坏"), given.line(2, 姓名="别人")])
    settle(reference)
    made = document()
    for path in (
        "/catalogue",
        "/catalogue/items",
        "/catalogue/items/{code}",
        "/batches",
        "/batches/{reference}",
        "/batches/{reference}/findings",
        "/held-lines",
        "/quality",
    ):
        told = made["paths"][f"/api/v1{path}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        schema = told | {"components": made["components"]}
        answer = supplier.get(path.replace("{code}", given.ITEM).replace("{reference}", reference))
        jsonschema.Draft202012Validator(schema).validate(answer.json())


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


@dataclass
class Probe:
    """Makes each generated request, about what was made up and about what is there."""

    caller: Caller
    there: dict[str, str]
    seen: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def try_case(self, case: Any) -> None:  # noqa: ANN401 -- made by the generator
        told = case.as_transport_kwargs(base_url="http://testserver")
        headers = {str(name): str(value) for name, value in dict(told.get("headers") or {}).items()}
        place = case.operation.full_path
        reference = self.there["uploads" if "uploads" in place else "batches"]
        for path in {case.formatted_path, place.format(reference=reference, code=given.ITEM)}:
            answer = self.caller.http.generic(
                case.method,
                path,
                bytes_of(case),
                content_type=headers.get("Content-Type", "application/json"),
                query_params=dict(case.query or {}),
                headers=headers | {"Authorization": f"Bearer {self.caller.token}"},
            )
            if answer.streaming:
                b"".join(answer.streaming_content)
            self.seen[answer.status_code] += 1
            if answer.status_code >= 500:
                self.faults.append(f"{case.method} {path}: {answer.content[:200]!r}")


@pytest.mark.slow
@pytest.mark.django_db
def test_nothing_that_the_document_allows_or_forbids_makes_a_fault(
    supplier: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limiter in (limits.CLIENTS, limits.ADDRESSES, limits.TOKENS):
        monkeypatch.setattr(limiter, "per_minute", 10_000_000)
    reference = send(supplier, [given.line(0)])
    settle(reference)
    announced = supplier.post("/uploads", {"item": given.ITEM, "name": "a", "size": 5}, Idempotency_Key="u")
    probe = Probe(supplier, {"batches": reference, "uploads": announced.json()["reference"]})
    quietly = settings(
        max_examples=25,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    for result in schemathesis.openapi.from_dict(document()).get_all_operations():
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            with suppress(Unsatisfiable):  # some routes take nothing that could be wrong
                cases = result.ok().as_strategy(generation_mode=mode)
                quietly(draw(case=cases)(lambda case: probe.try_case(case)))()  # noqa: PLW0108 -- methods are not drawn for
    assert probe.faults == []
    assert probe.seen.keys() >= {200, 404, 422}
