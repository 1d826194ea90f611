"""Organisations and their mandates: registered once, mandated for half-open periods that never overlap."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from chengxin.authority.decisions import Refused
from chengxin.ledger import lookups as ledger
from chengxin.organisations import lookups
from chengxin.organisations import operations as organisations
from factories import intake as given

pytestmark = pytest.mark.django_db
FIRST, END = date(2027, 12, 31), date(2028, 2, 29)


@pytest.fixture(autouse=True)
def organisation() -> None:
    given.supplier("OTHER.ITEM")


def grant(from_on: date, to_on: date | None, organisation_code: str = given.SUPPLIER) -> None:
    organisations.grant_mandate(
        organisation_code=organisation_code,
        item_code=given.ITEM,
        from_on=from_on,
        to_on=to_on,
        actor=given.SYSTEM,
        now=given.NOW,
    )


def end(to_on: date) -> None:
    organisations.end_mandate(
        organisation_code=given.SUPPLIER, item_code=given.ITEM, to_on=to_on, actor=given.SYSTEM, now=given.NOW
    )


def mandated(on: date) -> bool:
    return lookups.has_mandate(organisation_code=given.SUPPLIER, item_code=given.ITEM, on=on)


def test_a_mandate_holds_from_its_first_day_and_not_on_its_end() -> None:
    grant(FIRST, END)
    day = timedelta(days=1)
    assert [mandated(on) for on in (FIRST - day, FIRST, END - day, END)] == [False, True, True, False]
    assert lookups.list_mandated_items(organisation_code=given.SUPPLIER, on=FIRST) == (given.ITEM, "OTHER.ITEM")


def test_periods_may_touch_and_not_overlap() -> None:
    grant(FIRST, END)
    grant(END, None)
    for from_on, to_on in ((FIRST, END), (date(2020, 1, 1), FIRST + timedelta(days=1)), (date(2040, 1, 1), None)):
        with pytest.raises(Refused, match="MANDATE_OVERLAPS"):
            grant(from_on, to_on)
    with pytest.raises(Refused, match="MANDATE_PERIOD_EMPTY"):
        grant(date(2020, 1, 1), date(2020, 1, 1))
    with pytest.raises(Refused, match="ORGANISATION_UNKNOWN"):
        grant(FIRST, END, organisation_code="NOBODY")


def test_an_open_mandate_is_ended_once() -> None:
    grant(FIRST, None)
    end(END)
    assert not mandated(END)
    with pytest.raises(Refused, match="MANDATE_MISSING"):
        end(END)


def test_an_organisation_is_registered_once() -> None:
    with pytest.raises(Refused, match="ORGANISATION_KNOWN"):
        given.supplier(given.ITEM)
    found = lookups.find_organisation(given.SUPPLIER)
    assert found is not None
    assert found.body_code == "FJ.MARKET"
    assert lookups.find_organisation("NOBODY") is None
    assert lookups.find_organisations({given.SUPPLIER, "NOBODY"}) == {given.SUPPLIER: found}
    assert lookups.find_organisations(()) == {}
    assert [line.code for line in lookups.list_organisations()] == [given.SUPPLIER]


def test_every_act_is_in_the_ledger() -> None:
    grant(FIRST, None)
    end(END)
    kinds = ["organisations.organisation.registered", "organisations.mandate.granted", "organisations.mandate.ended"]
    assert [len(list(ledger.read_events(kind=kind))) for kind in kinds] == [1, 2, 1]


def test_the_database_refuses_overlapping_mandates() -> None:
    statement = (
        "INSERT INTO organisations_mandate (organisation_id, item_code, period, granted_at)"
        " SELECT id, 'X', daterange(%s, %s), now() FROM organisations_organisation"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [FIRST, END])
        with pytest.raises(IntegrityError, match="mandate_periods_apart"), transaction.atomic():
            cursor.execute(statement, [END - timedelta(days=1), None])
