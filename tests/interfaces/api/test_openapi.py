"""The document that integrators build on is current, and the routes keep what it promises."""

import json
from pathlib import Path

import jsonschema
import pytest

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
