"""Every route declares who may call it, how that is known, and whether it writes; and it is so."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from chengxin.api.v1.audience import ROUTES, Access, Proof
from chengxin.api.v1.router import API
from chengxin.api.v1.tokens import SupplierToken
from factories import intake as given
from factories.api import Caller, send, settle

READS = re.compile(r"\s*(SELECT|DECLARE|FETCH|CLOSE|SAVEPOINT|RELEASE SAVEPOINT)\b", re.IGNORECASE)
BY_HAND = {("POST", "/token"), ("GET", "/openapi.json")}


def operations() -> Iterator[tuple[str, str, Any]]:
    for bound in API._get_bound_routers():
        for path, view in bound.path_operations.items():
            for operation in view.operations:
                for method in operation.methods:
                    yield method, f"{bound.prefix}{path}".rstrip("/"), operation


def test_declared_routes_are_the_routes_there_are() -> None:
    assert {(route.method, route.path) for route in ROUTES} == {
        (method, path) for method, path, _ in operations()
    } | BY_HAND


def test_routes_ask_for_the_proof_that_they_declare() -> None:
    declared = {(route.method, route.path): route.proof for route in ROUTES}
    for method, path, operation in operations():
        asks = any(isinstance(auth, SupplierToken) for auth in operation.auth_callbacks)
        assert asks == (declared[method, path] is Proof.TOKEN), (method, path)


def test_only_post_patch_and_the_like_write() -> None:
    assert {route.method for route in ROUTES if route.access is Access.READ} == {"GET", "HEAD"}
    assert {route.method for route in ROUTES if route.access is Access.WRITE} == {"POST", "PATCH"}
    assert all(route.body_bytes == 0 for route in ROUTES if route.access is Access.READ)


@pytest.mark.django_db
def test_reading_routes_write_nothing(supplier: Caller) -> None:
    given.people(1)
    batch = send(supplier, [given.line(0), given.line(1)])
    settle(batch)
    body = {"item": given.ITEM, "name": "a.csv", "size": 5}
    upload = supplier.post("/uploads", body, Idempotency_Key="u").json()["reference"]

    def only_read(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401, FBT001
        assert READS.match(sql), sql
        return execute(sql, params, many, context)

    for route in ROUTES:
        if route.access is Access.READ:
            reference = upload if "uploads" in route.path else batch
            path = route.path.replace("{reference}", reference).replace("{code}", given.ITEM)
            with connection.execute_wrapper(only_read):
                answer = supplier.call(route.method, path)
                if answer.streaming:
                    b"".join(answer.streaming_content)
            assert answer.status_code == 200, (route, answer)


@pytest.mark.django_db
@pytest.mark.parametrize("route", [route for route in ROUTES if route.proof is Proof.TOKEN], ids=str)
@pytest.mark.usefixtures("province")
def test_no_route_that_declares_a_token_opens_without(anyone: Caller, route: Any) -> None:  # noqa: ANN401
    path = route.path.replace("{reference}", "B20261123-ZZZZZZZZ")
    assert anyone.call(route.method, path).status_code == 401
