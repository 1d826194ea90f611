"""Whatever goes wrong leaves as a problem document: named, translated, and without anything of ours in it."""

import logging

import pytest

from chengxin.api.v1 import limits, problems, titles
from chengxin.authority.decisions import Refused
from chengxin.intake import errors as intake
from chengxin.intake import lookups
from factories import intake as given
from factories.api import Caller

pytestmark = pytest.mark.django_db


def test_a_problem_has_the_form_of_the_standard(supplier: Caller) -> None:
    answer = supplier.get("/batches/B20261123-ZZZZZZZZ")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.json()
    assert (told["type"], told["status"], told["code"]) == ("/problems/BATCH_UNKNOWN", 404, "BATCH_UNKNOWN")
    assert told["details"] == {"batch": "B20261123-ZZZZZZZZ"}
    assert told["basis"] is None
    assert told["errors"] == []


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("zh-Hans", "请先取得访问令牌。"),
        ("zh-Hant", "請先取得訪問令牌。"),
        ("en", "Fetch an access token first."),
        ("de", "请先取得访问令牌。"),
    ],
)
def test_the_sentence_is_in_the_language_asked_for(anyone: Caller, language: str, title: str) -> None:
    answer = anyone.get("/batches", Accept_Language=language)
    assert answer.json()["title"] == title
    assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.parametrize("path", ["/nothing", "/batches/a/b", "/uploads/../../x", ""])
def test_an_unknown_address_is_a_problem(anyone: Caller, path: str) -> None:
    answer = anyone.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "ADDRESS_UNKNOWN")


def test_below_the_api_there_are_no_pages(anyone: Caller) -> None:
    assert anyone.http.get("/api/").json()["code"] == "ADDRESS_UNKNOWN"
    assert anyone.http.get("/api/v2/batches").json()["code"] == "ADDRESS_UNKNOWN"


def test_a_method_that_an_address_does_not_take_is_a_problem(anyone: Caller) -> None:
    answer = anyone.call("DELETE", "/batches")
    assert (answer.status_code, answer.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["Allow"] == "GET, POST"


def test_a_body_that_is_too_large_is_refused_before_it_is_read(supplier: Caller) -> None:
    answer = supplier.post("/uploads", bytes(limits.JSON_BYTES + 1), form="application/json", Idempotency_Key="k")
    assert (answer.status_code, answer.json()["code"]) == (413, "BODY_TOO_LARGE")
    assert answer.json()["details"] == {"limit_bytes": str(limits.JSON_BYTES)}


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"item":' + b"[" * 5_000, b'{"size": 1' + b"0" * 5_000 + b"}", b"1"])
def test_json_that_cannot_be_read_is_a_problem(supplier: Caller, body: bytes) -> None:
    answer = supplier.post("/uploads", body, form="application/json", Idempotency_Key="k")
    assert answer.status_code in {400, 422}
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_half_a_character_is_refused_by_field(supplier: Caller) -> None:
    body = b'{"item": "A", "name": "\\ud800", "size": 1}'
    answer = supplier.post("/uploads", body, form="application/json", Idempotency_Key="k")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "name"


def test_a_fault_says_nothing_but_its_number(
    supplier: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(**_asked: object) -> None:
        message = f"duplicate key: {given.number(0)} 张三"
        raise RuntimeError(message)

    monkeypatch.setattr(lookups, "list_quality", broken)
    with caplog.at_level(logging.ERROR):
        answer = supplier.get("/quality")
    assert (answer.status_code, answer.json()["code"]) == (500, "FAULT")
    assert answer.json()["details"]["fault"] in caplog.text
    for place in (answer.content.decode(), caplog.text):
        assert "张三" not in place
        assert given.number(0) not in place
    assert "Traceback" not in answer.content.decode()


def test_too_many_requests_are_told_when_to_come_again(supplier: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits.CLIENTS, "per_minute", 3)
    limits.CLIENTS.forget()
    statuses = [supplier.get("/quality").status_code for _ in range(3)]
    late = supplier.get("/quality")
    assert statuses == [200, 200, 200]
    assert (late.status_code, late.json()["code"]) == (429, "RATE_LIMITED")
    assert 0 < int(late.headers["Retry-After"]) <= 60


def test_guessing_tokens_is_slowed_down(anyone: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits.ADDRESSES, "per_minute", 2)
    guesser = Caller(anyone.http, "guess")
    assert [guesser.get("/quality").status_code for _ in range(4)] == [401, 401, 429, 429]


@pytest.mark.parametrize("family", [intake.Refused])
def test_every_refusal_of_intake_has_a_declared_status(family: type[Refused]) -> None:
    named = [getattr(intake, name) for name in dir(intake)]
    refusals = [one for one in named if isinstance(one, type) and issubclass(one, family) and one is not family]
    undeclared = [
        one.__name__ for one in refusals if not any(ancestor in problems.STATUS_OF_CLASS for ancestor in one.__mro__)
    ]
    assert undeclared == []
    assert refusals


def test_what_a_policy_refuses_is_forbidden_and_what_a_room_refuses_is_a_conflict() -> None:
    class RoomRefused(Refused):
        code = "SOMETHING"

    assert problems.status_of(Refused("NOT_YOURS")) == 403
    assert problems.status_of(RoomRefused()) == 409


def test_every_code_of_a_status_has_a_sentence() -> None:
    assert set(problems.CODE_OF_STATUS.values()) <= set(titles.SENTENCES)
