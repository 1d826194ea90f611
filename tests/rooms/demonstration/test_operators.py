"""Operators of the demonstration: every sector has one, their checks are made as told, and doing it again adds none."""

from datetime import timedelta

import pytest
from django.conf import settings

from chengxin.catalogue import lookups as catalogue
from chengxin.catalogue import operations as catalogue_acts
from chengxin.demonstration.asking import open_officers
from chengxin.demonstration.batches import moment
from chengxin.demonstration.operators import (
    FIRST_DAYS_AGO,
    OPERATORS,
    Check,
    Ended,
    checks,
    make_check,
    register_operators,
)
from chengxin.demonstration.people import Person
from chengxin.demonstration.places import counties_of
from chengxin.identifiers.identity import IdentityNumber
from chengxin.inquiries import lookups as inquiries
from chengxin.inquiries.rules.checks import figures_of
from chengxin.organisations import lookups as organisations
from chengxin.persons import lookups as persons
from chengxin.register import lookups as register
from factories import intake as given

pytestmark = pytest.mark.django_db
TODAY = given.NOW.date()


@pytest.fixture
def people() -> tuple[Person, ...]:
    catalogue_acts.issue_edition(pack=settings.PACKS / "demo", actor=given.SYSTEM, now=given.NOW)
    county = counties_of(catalogue.edition_in_force(TODAY))[0]
    given.people(3, role=None)
    return tuple(
        Person(index, given.number(index), given.name(index), is_female=False, born_on=TODAY, county=county, works=())
        for index in range(3)
    )


def make_all(people: tuple[Person, ...]) -> list[Check]:
    made = checks(people=people, seed=7, today=TODAY)
    at = moment(TODAY - timedelta(days=FIRST_DAYS_AGO + 1))
    register_operators(actor=given.SYSTEM, at=at)
    open_officers([operator.code for operator in OPERATORS], actor=given.SYSTEM, at=at)
    for check in made:
        index = check.person.index
        make_check(check, person_id=row_of(index), wrong_name=given.name(index + 1), clerk=given.CLERK)
    return made


def row_of(index: int) -> int:
    found = persons.find_person_by_identity(IdentityNumber.parse(given.number(index), today=TODAY))
    assert found is not None
    return found


def test_checks_are_the_same_for_the_same_seed_and_end_as_told(people: tuple[Person, ...]) -> None:
    made = make_all(people)
    assert made == make_all(people)
    assert made != checks(people=people, seed=8, today=TODAY)
    asked = [line for operator in OPERATORS for line in inquiries.list_inquiries(organisation_code=operator.code)]
    assert len(asked) == len(made) == len({line.case_number for line in asked})

    edition = catalogue.edition_in_force(TODAY)
    counts = inquiries.count_checks(first_on=TODAY - timedelta(days=FIRST_DAYS_AGO), last_on=TODAY)
    for sector in edition.sectors:
        codes = {line.organisation.code for line in organisations.list_sector_entries(sector_code=sector, on=TODAY)}
        told = [operator for operator in OPERATORS if sector in operator.sectors]
        assert codes == {operator.code for operator in told} != set()
        figures = figures_of(codes, counts)
        assert figures.matched == sum(operator.matched for operator in told), sector
        assert figures.failed == sum(operator.failed for operator in told), sector
        assert figures.refused == sum(operator.refused for operator in told), sector
        assert figures.checking == sum(bool(operator.matched + operator.failed + operator.refused) for operator in told)
    looks = sum(register.count_looks(person_id=row_of(index)) for index in range(3))
    assert looks == len(made)
    assert {check.ended for check in made} == set(Ended)
