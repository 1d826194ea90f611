"""Guarantee 2: nothing adverse about a person who was under 18 when it happened."""

from datetime import date, timedelta

import pytest

from chengxin.checking import rules as checks
from chengxin.identifiers.identity import synthetic_number
from chengxin.intake.states import Outcome
from chengxin.periods.civil import is_adult
from chengxin.persons import operations as persons
from factories import intake as given

EVENT = date(2026, 3, 1)


def born_around_adulthood() -> list[date]:
    """Return every birthday from 20 days before to 20 days after the one that is 18 years before the event."""
    return [date(2008, 3, 1) + timedelta(days=shift) for shift in range(-20, 21)]


def accepted_births(births: list[date]) -> set[date]:
    """Send one line about each of them and return whose were accepted."""
    numbers = [synthetic_number(born_on=born, sequence=5) for born in births]
    persons.apply_population_feed(
        lines=persons.FeedColumns(
            kind=["NEW"] * len(births),
            identity_number=numbers,
            name=["陈小明"] * len(births),
            effective_on=births,
        ),
        feed_number=2,
        declared_count=len(births),
        synthetic=True,
        actor=given.SYSTEM,
        now=given.NOW,
    )
    ids = [owner_of(number) for number in numbers]
    persons.grant_coverages(
        grants=[
            persons.CoverageGrant(
                person_id=person_id, role_code="SOLE_TRADER", since_on=date(2008, 1, 1), until_on=None, source_key=b"x"
            )
            for person_id in ids
        ],
        posting_id=0,
        actor=given.SYSTEM,
        now=given.NOW,
    )
    lines = [
        given.line(index, 证件号码=number, 姓名="陈小明", 发生日期=EVENT.isoformat(), 文书日期="2026-06-01")
        for index, number in enumerate(numbers)
    ]
    settled = given.settle(given.csv_bytes(lines))
    from chengxin.intake import lookups

    batch = lookups.access_batch(reference=settled.reference, actor=given.SENDER)
    outcomes = lookups.outcomes_of(batch_id=batch.id)
    return {born for born, outcome in zip(births, outcomes, strict=True) if outcome is Outcome.ACCEPTED}


def owner_of(number: str) -> int:
    from chengxin.identifiers.identity import IdentityNumber
    from chengxin.persons import lookups

    found = lookups.find_person_by_identity(IdentityNumber.parse(number, today=given.NOW.date()))
    assert found is not None
    return found


def test_only_adults_on_the_day_of_the_event_get_an_adverse_item(people: list[int]) -> None:
    births = born_around_adulthood()
    assert accepted_births(births) == {born for born in births if is_adult(born_on=born, on=EVENT)}


@pytest.mark.usefixtures("statements_anew")
def test_without_the_guard_children_would(people: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "adults_only", lambda _item: False)
    births = born_around_adulthood()
    assert any(not is_adult(born_on=born, on=EVENT) for born in accepted_births(births))
