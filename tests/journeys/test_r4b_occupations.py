"""R4b: the fourteen occupations: a roster line makes a licence in the member's file, and covers the member."""

import pytest

from chengxin.catalogue import lookups as catalogue
from chengxin.catalogue.rules import ItemKind, columns_of
from chengxin.organisations import operations as organisations
from chengxin.persons import lookups as persons
from factories import intake as given
from journeys.conftest import Journey


def test_each_occupation_has_a_roster_and_a_roster_line_reaches_the_file(journey: Journey, province: list[int]) -> None:
    day = given.NOW.date()
    edition = catalogue.edition_in_force(day)
    assert len(edition.occupations) == 14
    for index, occupation in enumerate(edition.occupations.values()):
        item = next(
            found
            for found in edition.item_types.values()
            if occupation.code in found.occupations and found.kind is ItemKind.IDENTIFICATION
        )
        if index % 5:
            continue
        organisations.grant_mandate(
            organisation_code=given.SUPPLIER,
            item_code=item.code,
            from_on=day,
            to_on=None,
            actor=given.SYSTEM,
            now=given.NOW,
        )
        line = {
            "identity_number": given.number(index),
            "name": given.name(index),
            "record_number": f"L-{index}",
            "occurred_on": "2025-06-01",
        } | {column.code: column.example for column in columns_of(item) if not column.is_common}
        journey.send([line], item=item.code)
        assert item.name_zh in journey.file_of(province[index]), item.code
        if item.grants_role is not None:
            assert item.grants_role in persons.coverage_on(province[index], day)


@pytest.mark.usefixtures("journey")
def test_a_licence_that_ended_covers_nobody_any_more(journey: Journey, province: list[int]) -> None:
    day = given.NOW.date()
    edition = catalogue.edition_in_force(day)
    item = next(
        found
        for found in edition.item_types.values()
        if found.grants_role == "LICENSED_PRACTITIONER" and found.kind is ItemKind.IDENTIFICATION
    )
    organisations.grant_mandate(
        organisation_code=given.SUPPLIER,
        item_code=item.code,
        from_on=day,
        to_on=None,
        actor=given.SYSTEM,
        now=given.NOW,
    )
    line = {
        "identity_number": given.number(0),
        "name": given.name(0),
        "record_number": "L-ended",
        "occurred_on": "2020-06-01",
        "ended_on": "2025-05-31",
    } | {column.code: column.example for column in columns_of(item) if not column.is_common}
    journey.send([line], item=item.code)
    from datetime import date

    assert "LICENSED_PRACTITIONER" in persons.coverage_on(province[0], date(2025, 5, 31))
    assert "LICENSED_PRACTITIONER" not in persons.coverage_on(province[0], date(2025, 6, 1))
