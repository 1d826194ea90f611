"""Inquiries by machines: answered or refused through the gate, registered either way, and nobody else's."""

import ast
import base64
import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site

from chengxin.authorisations import operations as authorisations
from chengxin.authority.actors import Role
from chengxin.inquiries import lookups, policies
from chengxin.keys import published
from chengxin.organisations import operations as organisations
from chengxin.portals.citizen import labels
from chengxin.portals.presentation import inquiry_texts
from chengxin.register import lookups as register
from chengxin.sealing.digests import canonical
from chengxin.sealing.key_documents import KeyUse, RevocationReason
from factories import inquiries as asking
from factories import intake as given
from factories.api import Caller, OpenCaller, actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(province: None, bank: Caller) -> int:
    (first, _) = given.people(2)
    asking.items_about(3)
    return first


def question(authorisation: str = "", **changed: Any) -> dict[str, Any]:  # noqa: ANN401 -- any field
    return {
        "purpose": "LENDING",
        "identity_number": given.number(0),
        "name": given.name(0),
        "items": [given.ITEM],
        "form": "LIST",
        "case_number": asking.CASE,
        "authorisation": authorisation,
    } | changed


def allowed_to(bank: Caller, person: int, **changed: Any) -> str:  # noqa: ANN401 -- any part of the scope
    return asking.allow(person, asker=actor_of(bank), granted=asking.scope(**changed))


def payload(receipt: str) -> dict[str, Any]:
    part = receipt.split(".")[1]
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return read


def test_an_answer_has_its_reference_code_basis_form_and_receipt(bank: Caller, person: int) -> None:
    allowed = allowed_to(bank, person)
    told = bank.post("/inquiries", question(allowed)).json()
    assert (told["code"], told["form"], told["repeated"]) == ("AUTHORISED_BY_PERSON", "LIST", False)
    assert told["basis"]["code"] == "CREDIT-REPORTING-18"
    assert len(told["answer"]["items"]) == 3
    assert payload(told["receipt"])["answer_sha256"] == hashlib.sha256(canonical(told["answer"])).hexdigest()
    keys = bank.get("/receipt-keys").json()
    assert told["receipt_key"] == keys["keys"][0]["kid"]
    assert "d" not in keys["keys"][0]
    (look,) = register.list_looks(person_id=person)
    assert (look.organisation_code, look.actor_key) == (asking.BANK, actor_of(bank).key)
    for text in (given.number(0), given.name(0)):
        assert text not in json.dumps(told, ensure_ascii=False)


def test_no_form_is_larger_than_asked_or_needed(bank: Caller, person: int) -> None:
    allowed = allowed_to(bank, person)
    assert bank.post("/inquiries", question(allowed, form="YES_NO")).json()["answer"] == {"found": {"ADVERSE": True}}
    assert bank.post("/inquiries", question(allowed, form="DOCUMENT")).json()["form"] == "LIST"


def test_a_key_brings_back_reference_and_receipt_and_no_second_look(bank: Caller, person: int) -> None:
    allowed = allowed_to(bank, person, looks=1)
    first = bank.post("/inquiries", question(allowed), Idempotency_Key="k1").json()
    again = bank.post("/inquiries", question(allowed), Idempotency_Key="k1").json()
    assert (again["reference"], again["receipt"]) == (first["reference"], first["receipt"])
    assert (again["answer"], again["repeated"]) == (None, True)
    assert register.count_looks(person_id=person) == 1
    reused = bank.post("/inquiries", question(allowed, form="COUNT"), Idempotency_Key="k1")
    assert (reused.status_code, reused.json()["code"]) == (422, "INQUIRY_KEY_REUSED")
    spent = bank.post("/inquiries", question(allowed))
    assert (spent.status_code, spent.json()["code"]) == (403, "AUTHORISATION_USED_UP")
    assert bank.post("/inquiries", question(allowed), Idempotency_Key="a b").status_code == 400


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_a_refusal_says_why_on_which_basis_and_what_would_change_it(bank: Caller, person: int, language: str) -> None:
    answer = bank.post("/inquiries", question(), Accept_Language=language)
    told = answer.json()
    assert (answer.status_code, told["code"], told["basis"]["code"]) == (403, "AUTHORISATION_MISSING", "PIPL-23")
    remedies = {
        "zh-Hans": "请向本人请求新的授权，写明用途、信息项、次数和期限。",
        "zh-Hant": "請向本人請求新的授權，寫明用途、信息項、次數和期限。",
        "en": "Ask the person for a new authorisation that names purpose, items, looks and days.",
    }
    assert told["remedy"] == remedies[language]
    (look,) = register.list_looks(person_id=person)
    assert look.refusal_code == "AUTHORISATION_MISSING"


def test_the_line_of_a_refusal_is_committed(bank: Caller, person: int, settings: Any) -> None:  # noqa: ANN401
    assert settings.DATABASES["default"].get("ATOMIC_REQUESTS", False) is False
    bank.post("/inquiries", question())
    assert [line.code for line in lookups.list_inquiries()] == ["AUTHORISATION_MISSING"]


def test_each_changed_fact_is_refused_by_its_own_code(bank: Caller, person: int) -> None:
    actor = actor_of(bank)
    withdrawn = allowed_to(bank, person)
    authorisations.withdraw_authorisation(reference=withdrawn, actor=asking.the_person(person), now=given.NOW)
    over = asking.allow(person, asker=actor, granted=asking.scope(days=1), now=given.NOW - timedelta(days=1))
    allowed = allowed_to(bank, person)
    refused = {
        "AUTHORISATION_WITHDRAWN": question(withdrawn),
        "AUTHORISATION_OVER": question(over),
        "AUTHORISATION_MISSING": question(allowed, identity_number=given.number(1), name=given.name(1)),
        "CASE_NUMBER_MISSING": question(allowed, case_number=""),
        "PURPOSE_NOT_OFFERED": question(allowed, purpose="SELF_READ"),
        "PURPOSE_NOT_OF_THIS_KIND": question(allowed, purpose="BUREAU_SERVICE"),
        "ITEMS_BEYOND_PURPOSE": question(allowed, items=["PLEDGE.LICENSING"]),
    }
    for code, asked in refused.items():
        answer = bank.post("/inquiries", asked)
        assert (answer.status_code, answer.json()["code"]) == (403, code)
        assert answer.json()["remedy"]
    organisations.suspend(subject=actor.key, reasons="x", actor=asking.REVIEWER, now=given.NOW)
    assert bank.post("/inquiries", question(allowed)).json()["code"] == "REQUESTER_SUSPENDED"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("359900198003010019", "IDENTITY_CHECK"),
        ("359900198013010010", "IDENTITY_DATE"),
        ("35990019800301001", "IDENTITY_LENGTH"),
        ("３５９９００１９８００３０１００１０", "IDENTITY_CHARACTERS"),
        ("x" * 18, "IDENTITY_CHARACTERS"),
        ("", "IDENTITY_LENGTH"),
        ("\x00" * 18, "IDENTITY_CHARACTERS"),
    ],
)
def test_a_malformed_number_is_told_masked(bank: Caller, person: int, number: str, code: str) -> None:
    if code == "IDENTITY_CHECK" and number == given.number(0):
        number = number[:-1] + ("1" if number[-1] != "1" else "2")
    answer = bank.post("/inquiries", question(identity_number=number))
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert number[:17] not in answer.content.decode() or not number
    assert "*" * 15 in answer.json()["details"]["value"]
    assert answer.json()["title"]
    assert lookups.list_inquiries() == ()


@pytest.mark.parametrize(
    "changed",
    [
        {"name": ""},
        {"name": "a\x00b"},
        {"name": "\ud800"},
        {"name": "x" * 101},
        {"form": "EVERYTHING"},
        {"items": ["a b"]},
        {"purpose": ""},
        {"more": 1},
        {"case_number": "a\nb"},
        {"authorisation": "\x00"},
        {"identity_number": 1},
    ],
)
def test_malformed_fields_are_a_problem_and_no_fault(bank: Caller, person: int, changed: dict[str, Any]) -> None:
    answer = bank.post("/inquiries", question(**changed))
    assert answer.status_code == 422, answer.content
    assert answer.json()["errors"]


def test_unknown_items_and_authorisations_are_clear(bank: Caller, person: int) -> None:
    assert bank.post("/inquiries", question(items=["NO.SUCH"])).json()["code"] == "INQUIRY_ASKED_WRONGLY"
    assert bank.post("/inquiries", question("no such")).json()["code"] == "AUTHORISATION_MISSING"


def test_an_organisation_reads_its_own_inquiries_and_no_neighbours(
    bank: Caller, other_bank: Caller, person: int
) -> None:
    allowed = allowed_to(bank, person)
    reference = bank.post("/inquiries", question(allowed)).json()["reference"]
    bank.post("/inquiries", question())
    assert bank.get(f"/inquiries/{reference}").json()["outcome"] == "ANSWERED"
    assert [line["outcome"] for line in bank.get("/inquiries").json()["items"]] == ["REFUSED", "ANSWERED"]
    first = bank.get("/inquiries?limit=1").json()
    assert bank.get(f"/inquiries?limit=1&cursor={first['next']}").json()["items"][0]["reference"] == reference
    assert other_bank.get("/inquiries").json()["items"] == []
    for path in (f"/inquiries/{reference}", f"/inquiries/{reference}/proof"):
        stranger, nobody = other_bank.get(path), other_bank.get(path.replace(reference, "A" * 16))
        assert stranger.status_code == 404
        assert stranger.content == nobody.content
    assert bank.get("/inquiries/%00").status_code == 404


def test_anothers_authorisation_opens_nothing_and_tells_nothing(bank: Caller, other_bank: Caller, person: int) -> None:
    allowed = allowed_to(bank, person)
    answer = other_bank.post("/inquiries", question(allowed, items=[]))
    none_at_all = other_bank.post("/inquiries", question(items=[]))
    assert answer.content == none_at_all.content
    first, second = other_bank.get("/inquiries").json()["items"]
    assert first["items"] == second["items"]


def test_a_refusal_does_not_tell_whether_the_person_is_known(bank: Caller, person: int) -> None:
    known = bank.post("/inquiries", question())
    unknown = bank.post("/inquiries", question(identity_number=given.number(777), name="王不在"))
    assert known.content == unknown.content
    ends = [bank.get(f"/inquiries/{line['reference']}/proof") for line in bank.get("/inquiries").json()["items"]]
    assert [(end.status_code, end.json()["code"]) for end in ends] == [(404, "INQUIRY_WITHOUT_PROOF")] * 2
    assert ends[0].content == ends[1].content


def test_without_a_key_for_its_receipt_nothing_is_answered(bank: Caller, person: int, keys_of_its_own: None) -> None:
    allowed = allowed_to(bank, person)
    name = published.names_in_use()[KeyUse.RECEIPT]
    published.revoke(name, since=given.NOW, reason=RevocationReason.COMPROMISED, now=given.NOW)
    answer = bank.post("/inquiries", question(allowed))
    assert (answer.status_code, answer.json()["code"]) == (409, "KEY_NOT_IN_USE")
    assert answer.json()["details"] == {"use": "RECEIPT"}
    published.rotate(KeyUse.RECEIPT, now=given.NOW)
    assert bank.post("/inquiries", question(allowed)).status_code == 200


def test_a_proof_waits_for_the_next_checkpoint(bank: Caller, person: int) -> None:
    reference = bank.post("/inquiries", question(allowed_to(bank, person))).json()["reference"]
    answer = bank.get(f"/inquiries/{reference}/proof")
    assert (answer.status_code, answer.json()["code"]) == (409, "LEDGER_EVENT_NOT_INTEGRATED")
    assert answer.headers["Retry-After"] == "1"
    assert answer.json()["details"] == {}


def test_a_scope_opens_its_own_routes_alone(
    supplier: Caller, bank: Caller, open_caller: OpenCaller, person: int
) -> None:
    for path in ("/inquiries", "/authorisations", "/authorisation-requests"):
        refused = supplier.get(path)
        assert (refused.status_code, refused.json()["code"]) == (403, "NOT_A_REQUESTER")
    assert supplier.post("/inquiries", question()).status_code == 403
    refused = bank.get("/batches")
    assert (refused.status_code, refused.json()["code"]) == (403, "NOT_A_SUPPLIER")
    both = open_caller(Role.SUPPLIER, Role.REQUESTER, organisation_code=asking.BANK)
    assert (both.get("/inquiries").status_code, both.get("/batches").status_code) == (200, 200)
    narrow = replace(both, token=token_of(both, scope="intake"))
    refused = narrow.get("/inquiries")
    assert (refused.status_code, refused.json()["code"]) == (403, "SCOPE_MISSING")
    assert 'scope="inquiry"' in refused.headers["WWW-Authenticate"]
    assert register.count_looks(person_id=person) == 0


def token_of(caller: Caller, *, scope: str) -> str:
    from factories.api import fetch_token

    assert caller.credentials is not None
    issued = fetch_token(caller.http, caller.credentials, scope=scope)
    assert issued.json()["scope"] == scope
    token: str = issued.json()["access_token"]
    return token


def test_every_code_of_the_gate_has_its_words() -> None:
    tree = ast.parse(Path(policies.__file__).read_text("utf-8"))
    conditions = {condition.__name__ for condition in policies.CONDITIONS}
    gate = {
        node.value
        for function in tree.body
        if isinstance(function, ast.FunctionDef) and function.name in conditions
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and ast.unparse(call.func) in {"_refusal", "_unless", "Undecided", "Refusal"}
        for node in ast.walk(call)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.isupper()
        and len(node.value) > 5
    }
    gate |= set(policies.QUOTA_CODES.values())
    assert len(gate) >= len(conditions)
    assert {code for code in gate if not inquiry_texts.has_words(code)} == set()
    assert gate <= labels.REFUSALS.keys()  # the person reads them too
    assert site.LANGUAGES


# Requests and authorisations -------------------------------------------------------------------------------------------


def asked(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 -- any field
    return {
        "purpose": "LENDING",
        "identity_number": given.number(0),
        "name": given.name(0),
        "items": [given.ITEM],
        "looks": 2,
        "days": 30,
        "case_number": asking.CASE,
    } | changed


def test_a_person_is_asked_and_the_answer_is_read(bank: Caller, other_bank: Caller, person: int) -> None:
    made = bank.post("/authorisation-requests", asked())
    assert (made.status_code, made.json().get("state")) == (201, "WAITING")
    reference = made.json()["reference"]
    allowed = authorisations.grant_authorisation(
        request_reference=reference, scope=asking.scope(looks=1), actor=asking.the_person(person), now=given.NOW
    )
    told = bank.get(f"/authorisation-requests/{reference}").json()
    assert (told["state"], told["authorisation"]) == ("GRANTED", allowed)
    own = bank.get(f"/authorisations/{allowed}").json()
    assert (own["looks"], own["used"], own["can_be_used"], own["channel"]) == (1, 0, True, "ONLINE")
    assert bank.get("/authorisations").json()["items"] == [own]
    for path in (f"/authorisation-requests/{reference}", f"/authorisations/{allowed}"):
        stranger, nobody = other_bank.get(path), other_bank.get(path[:-16] + "A" * 16)
        assert stranger.status_code == 404
        assert stranger.content == nobody.content
    assert other_bank.post(f"/authorisation-requests/{reference}/cancel").status_code == 404
    assert other_bank.get("/authorisations").json()["items"] == []
    assert other_bank.get("/authorisation-requests").json()["items"] == []
    late = bank.post(f"/authorisation-requests/{reference}/cancel")
    assert (late.status_code, late.json()["code"]) == (409, "AUTHORISATION_REQUEST_ANSWERED")


def test_a_request_is_cancelled_and_lists_are_paged(bank: Caller, person: int) -> None:
    first, second = (bank.post("/authorisation-requests", asked()).json()["reference"] for _ in range(2))
    assert bank.post(f"/authorisation-requests/{first}/cancel").json()["state"] == "CANCELLED"
    waiting = bank.get("/authorisation-requests?waiting=true").json()["items"]
    assert [line["reference"] for line in waiting] == [second]
    page = bank.get("/authorisation-requests?limit=1").json()
    assert bank.get(f"/authorisation-requests?limit=1&cursor={page['next']}").json()["items"][0]["reference"] == first


def test_asking_does_not_tell_whether_the_person_is_known(bank: Caller, person: int) -> None:
    known = bank.post("/authorisation-requests", asked()).json()
    unknown = bank.post("/authorisation-requests", asked(identity_number=given.number(777))).json()
    assert {**known, "reference": ""} == {**unknown, "reference": ""}


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"looks": 999}, 403, "ASKED_BEYOND_PURPOSE"),
        ({"purpose": "SELF_READ"}, 422, "AUTHORISATION_ASKED_WRONGLY"),
        ({"data_from": "2026-02-01", "data_to": "2026-01-01"}, 422, "AUTHORISATION_ASKED_WRONGLY"),
        ({"case_number": ""}, 422, "AUTHORISATION_ASKED_WRONGLY"),
        ({"items": []}, 422, "REQUEST_INVALID"),
        ({"looks": 10**30}, 422, "REQUEST_INVALID"),
        ({"identity_number": "359900"}, 422, "IDENTITY_LENGTH"),
    ],
)
def test_a_wrong_request_is_told(bank: Caller, person: int, changed: dict[str, Any], status: int, code: str) -> None:
    answer = bank.post("/authorisation-requests", asked(**changed))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["title"]
