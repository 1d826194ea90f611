"""A requester's program says where its organisation is told of corrections."""

import pytest

from factories.api import Caller

pytestmark = pytest.mark.django_db
PLACE = "/corrections-subscription"
ADDRESS = "https://bank.example/corrections"


def test_it_is_put_read_and_ended_and_nobody_elses(bank: Caller, other_bank: Caller) -> None:
    missing = bank.get(PLACE)
    assert (missing.status_code, missing.json()["code"]) == (404, "CORRECTION_SUBSCRIPTION_MISSING")
    put = bank.call("PUT", PLACE, {"address": ADDRESS})
    assert (put.status_code, put.json()["address"]) == (200, ADDRESS)
    assert bank.call("PUT", PLACE, {"address": ADDRESS}).json() == put.json() == bank.get(PLACE).json()
    assert other_bank.get(PLACE).status_code == 404
    assert bank.call("DELETE", PLACE).status_code == 204
    assert bank.call("DELETE", PLACE).status_code == 404


def test_a_wrong_address_is_told_and_changes_nothing(bank: Caller) -> None:
    told = bank.call("PUT", PLACE, {"address": "http://bank.example/"})
    assert (told.status_code, told.json()["code"]) == (422, "CORRECTION_ADDRESS_WRONG")
    assert bank.get(PLACE).status_code == 404


def test_suppliers_have_none(supplier: Caller) -> None:
    assert supplier.get(PLACE).status_code == 403
