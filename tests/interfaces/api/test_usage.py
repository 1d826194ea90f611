"""A person's programs read who looked, about the person alone; the reading stands among the looks."""

import pytest

from chengxin.authority.actors import Role
from factories import inquiries as asking
from factories import intake as given
from factories.api import Caller, actor_of
from factories.portals import citizen, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ids(province: None, bank: Caller) -> list[int]:
    ids = given.people(2)
    allowed = asking.allow(ids[0], asker=actor_of(bank))
    asking.inquire(authorisation=allowed, asker=actor_of(bank))
    return ids


def test_a_person_finds_the_own_looks_this_one_included(ids: list[int]) -> None:
    own = Caller(citizen(ids[0]), "")
    told = own.get("/me/usage").json()
    assert [(look["number"], look["receiver"], look["action"]) for look in told["items"]] == [
        (2, None, "SELF_READ"),
        (1, asking.BANK, "LENDING"),
    ]
    assert told["items"][1]["logtime"] == told["usage_period"]["first_at"] == "2026-11-23T12:00:00+08:00"
    page = own.get("/me/usage?limit=1").json()
    assert page["items"][0]["number"] == 3
    assert own.get(f"/me/usage?limit=1&cursor={page['next']}").json()["items"][0]["number"] == 2


def test_the_period_bounds_what_is_found(ids: list[int]) -> None:
    own = Caller(citizen(ids[0]), "")
    assert own.get("/me/usage?since=2026-11-24").json()["items"] == []
    assert own.get("/me/usage?until=2026-11-22").json()["items"] == []
    assert own.get("/me/usage?since=2026-11-23&until=9999-12-31").json()["items"]
    assert own.get("/me/usage?since=yesterday").status_code == 422


def test_nobody_finds_anothers_looks(ids: list[int], bank: Caller, anyone: Caller) -> None:
    neighbour = Caller(citizen(ids[1]), "").get("/me/usage").json()
    assert [look["action"] for look in neighbour["items"]] == ["SELF_READ"]
    assert anyone.get("/me/usage").status_code == 401
    assert bank.get("/me/usage").status_code == 401
    officer = Caller(signed_in(Role.OFFICE_CLERK), "").get("/me/usage")
    assert (officer.status_code, officer.json()["code"]) == (403, "NOT_A_PERSON")


def test_the_service_has_a_heartbeat(anyone: Caller) -> None:
    assert anyone.get("/heartbeat").json() == {"name": "chengxin", "now": "2026-11-23T12:00:00+08:00"}
