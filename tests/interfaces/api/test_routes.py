"""Every route declares who may call it, how that is known, and whether it writes; and it is so."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from chengxin.api.v1.audience import ROUTES, Access, Audience, Proof, Route
from chengxin.api.v1.router import API
from chengxin.api.v1.tokens import PersonSession, RequesterToken, SupplierToken
from chengxin.authorisations import lookups
from chengxin.authority.actors import Role
from chengxin.inquiries import operations as inquiries
from chengxin.portals.presentation.access import is_reading
from factories import inquiries as asking
from factories import intake as given
from factories.api import Caller, OpenCaller, actor_of, send, settle
from factories.portals import citizen

BY_HAND = {("POST", "/token"), ("POST", "/par"), ("GET", "/openapi.json")}


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
    asked_for = {
        (Audience.ANYONE, Proof.NONE): set(),
        (Audience.SUPPLIER, Proof.TOKEN): {SupplierToken},
        (Audience.SECOND_CLIENT, Proof.TOKEN): {SupplierToken},
        (Audience.REQUESTER, Proof.TOKEN): {RequesterToken},
        (Audience.PERSON, Proof.SESSION): {PersonSession},
    }
    declared = {(route.method, route.path): (route.audience, route.proof) for route in ROUTES}
    for method, path, operation in operations():
        assert {type(auth) for auth in operation.auth_callbacks} == asked_for[declared[method, path]], (method, path)


def test_only_post_patch_and_the_like_write() -> None:
    assert {route.method for route in ROUTES if route.access is Access.READ} == {"GET", "HEAD"}
    assert {route.method for route in ROUTES if route.access is Access.WRITE} == {"POST", "PATCH", "PUT", "DELETE"}
    assert all(route.body_bytes == 0 for route in ROUTES if route.access is Access.READ)


@pytest.mark.django_db
def test_reading_routes_write_nothing(supplier: Caller, open_caller: OpenCaller) -> None:
    (person,) = given.people(1)
    asking.organisation()
    requester = open_caller(Role.REQUESTER, organisation_code=asking.BANK)
    actor = actor_of(requester)
    allowed = asking.allow(person, asker=actor)
    asked = lookups.list_requests_of(organisation_code=asking.BANK, now=given.NOW)[0].reference
    answer = asking.inquire(authorisation=allowed, asker=actor)
    assert isinstance(answer, inquiries.Answer)
    subscribed = requester.call("PUT", "/corrections-subscription", {"address": "https://bank.example/corrections"})
    assert subscribed.status_code == 200
    there = {"/inquiries": answer.reference, "/authorisation-requests": asked, "/authorisations": allowed}
    callers = {Audience.REQUESTER: requester, Audience.PERSON: Caller(citizen(person), "")}
    batch = send(supplier, [given.line(0), given.line(1)])
    settle(batch)
    body = {"item": given.ITEM, "name": "a.csv", "size": 5}
    upload = supplier.post("/uploads", body, Idempotency_Key="u").json()["reference"]

    def only_read(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401, FBT001
        assert is_reading(sql), sql
        return execute(sql, params, many, context)

    for route in ROUTES:
        if route.access is Access.READ:
            reference = there.get(route.path.partition("/{")[0], upload if "uploads" in route.path else batch)
            path = route.path.replace("{reference}", reference).replace("{code}", given.ITEM)
            with connection.execute_wrapper(only_read):
                told = callers.get(route.audience, supplier).call(route.method, path)
                if told.streaming:
                    b"".join(told.streaming_content)
            # Only the integrator, which no test of routes runs, makes a look provable.
            assert told.status_code == (409 if path.endswith("/proof") else 200), (route, told)


@pytest.mark.django_db
@pytest.mark.parametrize("route", [route for route in ROUTES if route.proof is Proof.TOKEN], ids=str)
@pytest.mark.usefixtures("province")
def test_no_route_that_declares_a_token_opens_without(anyone: Caller, route: Any) -> None:  # noqa: ANN401
    path = route.path.replace("{reference}", "B20261123-ZZZZZZZZ")
    assert anyone.call(route.method, path).status_code == 401


@pytest.mark.django_db
def test_every_object_is_unknown_to_a_near_miss(
    supplier: Caller, neighbour: Caller, bank: Caller, other_bank: Caller
) -> None:
    (person,) = given.people(1)
    actor = actor_of(bank)
    allowed = asking.allow(person, asker=actor)
    waiting = asking.ask(asker=actor)
    answer = asking.inquire(authorisation=allowed, asker=actor)
    assert isinstance(answer, inquiries.Answer)
    body = {"item": given.ITEM, "name": "a.csv", "size": 5}
    objects = {
        "/inquiries": answer.reference,
        "/authorisation-requests": waiting,
        "/authorisations": allowed,
        "/uploads": supplier.post("/uploads", body, Idempotency_Key="u").json()["reference"],
        "/batches": send(supplier, [given.line(0)]),
    }
    near_misses = {Audience.SUPPLIER: neighbour, Audience.SECOND_CLIENT: neighbour, Audience.REQUESTER: other_bank}
    for route in ROUTES:
        if "{reference}" not in route.path:
            continue
        path = route.path.replace("{reference}", objects[route.path.partition("/{")[0]])
        headers = {"Upload_Offset": "0", "Idempotency_Key": "a-key"}
        told = near_misses[route.audience].call(route.method, path, _sent(route), **headers)
        assert told.status_code == 404, (route, told, told.content)


def _sent(route: Route) -> Any:  # noqa: ANN401
    reasons = {"reasons": "because"} if route.audience is Audience.SECOND_CLIENT else {}
    return {"POST": reasons, "PATCH": b"12345"}.get(route.method, b"")
