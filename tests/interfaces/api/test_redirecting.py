"""Requests pushed before the person is sent here, and the code that comes back: bound to client, address, verifier."""

import base64
import hashlib
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from pytest_django import Settings

from chengxin.authorisations import operations as authorisations
from factories import inquiries as asking
from factories import intake as given
from factories.api import BACK, FORM, Caller

pytestmark = pytest.mark.django_db
VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


def details(**changed: Any) -> str:  # noqa: ANN401 -- any field
    told = {
        "type": "personal-credit-inquiry",
        "purpose": "LENDING",
        "items": [given.ITEM],
        "looks": 2,
        "days": 30,
        "case_number": asking.CASE,
    }
    return json.dumps([told | changed])


def form(**changed: str) -> dict[str, str]:
    told = {
        "response_type": "code",
        "redirect_uri": BACK,
        "state": "s-1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "authorization_details": details(),
    }
    return {name: value for name, value in (told | changed).items() if value}


def post(caller: Caller, path: str, fields: Any, *, secret: str = "") -> Any:  # noqa: ANN401
    assert caller.credentials is not None
    pair = f"{caller.credentials.client_id}:{secret or caller.credentials.client_secret}"
    headers = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    return Client().post(f"/api/v1{path}", urlencode(fields), content_type=FORM, headers=headers)


def pushed(caller: Caller) -> str:
    answer = post(caller, "/par", form())
    assert answer.status_code == 201, answer.content
    uri: str = answer.json()["request_uri"]
    assert answer.json()["expires_in"] == 600
    return uri.rpartition(":")[2]


def granted(caller: Caller, person: int) -> tuple[str, str]:
    reference = pushed(caller)
    allowed = authorisations.grant_authorisation(
        request_reference=reference, scope=asking.scope(looks=1), actor=asking.the_person(person), now=given.NOW
    )
    return authorisations.issue_code(reference=reference, now=given.NOW), allowed


def exchange(caller: Caller, brought: str, **changed: str) -> Any:  # noqa: ANN401
    told = {"grant_type": "authorization_code", "code": brought, "redirect_uri": BACK, "code_verifier": VERIFIER}
    return post(caller, "/token", told | changed)


@pytest.fixture
def person(province: None, bank: Caller) -> int:
    (first,) = given.people(1)
    return first


def test_the_answer_to_the_code_names_what_was_granted(bank: Caller, person: int) -> None:
    code, allowed = granted(bank, person)
    told = exchange(bank, code)
    assert told.status_code == 200, told.content
    assert told.headers["Cache-Control"] == "no-store"
    assert (told.json()["scope"], told.json()["token_type"]) == ("inquiry", "Bearer")
    (named,) = told.json()["authorization_details"]
    assert (named["type"], named["authorisation"], named["looks"]) == ("personal-credit-inquiry", allowed, 1)
    assert Caller(Client(), told.json()["access_token"]).get(f"/authorisations/{allowed}").status_code == 200
    assert Caller(Client(), told.json()["access_token"]).get("/batches").status_code == 403


def test_a_code_is_taken_once(bank: Caller, person: int) -> None:
    code, _ = granted(bank, person)
    assert exchange(bank, code).status_code == 200
    assert exchange(bank, code).json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    "changed",
    [{"code_verifier": "w" * 50}, {"redirect_uri": "https://bank.example/back2"}, {"code": "other"}],
    ids=str,
)
def test_a_code_is_bound_to_its_verifier_and_address(bank: Caller, person: int, changed: dict[str, str]) -> None:
    code, _ = granted(bank, person)
    assert exchange(bank, code, **changed).json() == {"error": "invalid_grant"}


def test_a_code_is_bound_to_its_client_and_its_minute(
    bank: Caller, other_bank: Caller, person: int, settings: Settings
) -> None:
    code, _ = granted(bank, person)
    assert exchange(other_bank, code).json() == {"error": "invalid_grant"}
    settings.CHENGXIN_TODAY = (given.NOW + timedelta(days=1)).date()
    assert exchange(bank, code).json() == {"error": "invalid_grant"}


def test_a_code_without_a_grant_gives_nothing(bank: Caller, person: int) -> None:
    reference = pushed(bank)
    code = authorisations.issue_code(reference=reference, now=given.NOW)
    assert exchange(bank, code).json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"redirect_uri": f"{BACK}/"}, "invalid_request"),
        ({"redirect_uri": ""}, "invalid_request"),
        ({"redirect_uri": "https://elsewhere.example/"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"request_uri": "urn:x"}, "invalid_request"),
        ({"client_id": "another"}, "invalid_client"),
        ({"scope": "intake"}, "invalid_scope"),
        ({"state": "x" * 501}, "invalid_request"),
        ({"authorization_details": "[]"}, "invalid_authorization_details"),
        ({"authorization_details": "{"}, "invalid_authorization_details"),
        ({"authorization_details": "[" * 9000}, "invalid_authorization_details"),
        ({"authorization_details": details(type="other")}, "invalid_authorization_details"),
        ({"authorization_details": details(more=1)}, "invalid_authorization_details"),
        ({"authorization_details": details(items=[])}, "invalid_authorization_details"),
        ({"authorization_details": details(looks=999)}, "invalid_authorization_details"),
        ({"authorization_details": details(case_number="a\x00b")}, "invalid_authorization_details"),
    ],
)
def test_a_wrong_push_is_an_error_of_the_standard(
    bank: Caller, person: int, changed: dict[str, str], error: str
) -> None:
    answer = post(bank, "/par", form(**changed))
    if changed.get("client_id"):
        answer = post(bank, "/par", {**form(), **changed})
    assert answer.json()["error"] == error
    assert answer.status_code == (401 if error == "invalid_client" else 400)


def test_a_push_needs_the_secret_of_a_requester(bank: Caller, supplier: Caller, person: int) -> None:
    assert post(bank, "/par", form(), secret="x" * 40).status_code == 401
    assert post(supplier, "/par", form()).json() == {"error": "unauthorized_client"}
    assert post(bank, "/par", [*form().items(), ("state", "twice")]).json() == {"error": "invalid_request"}
    assert Client().post("/api/v1/par", form()).status_code in {400, 401}
    assert bank.call("GET", "/par").status_code == 405


def test_the_metadata_name_what_there_is(anyone: Caller) -> None:
    told = anyone.http.get("/.well-known/oauth-authorization-server").json()
    assert told["issuer"] == "http://testserver"
    assert told["pushed_authorization_request_endpoint"] == "http://testserver/api/v1/par"
    assert told["require_pushed_authorization_requests"] is True
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["authorization_details_types_supported"] == ["personal-credit-inquiry"]
    assert set(told["scopes_supported"]) == {"intake", "inquiry"}
