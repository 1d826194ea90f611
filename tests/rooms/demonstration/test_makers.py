"""What is made from a seed: the same each time, synthetic throughout, and within what the catalogue allows."""

import hashlib
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.catalogue.rules.packs import compose, load_packs
from chengxin.catalogue.rules.values import Edition
from chengxin.demonstration.batches import PROGRAMMES, MadeBatch, Sending, _slots, first_day, stranger
from chengxin.demonstration.names import WITH_MIDDLE_DOT, full_name, misspelled, respelled
from chengxin.demonstration.people import CAREERS, Person, make_people
from chengxin.demonstration.places import counties_of
from chengxin.demonstration.population import Population, make_population
from chengxin.demonstration.story import ACCOUNTS, FILLERS, STORY_PEOPLE, Story, StoryBatch, story_people
from chengxin.demonstration.suppliers import BY_CODE, OFFICE, SUPPLIERS
from chengxin.identifiers.identity import IdentityNumber
from chengxin.identifiers.names import fold_name
from chengxin.persons.rules import canonical_text
from chengxin.persons.states import FeedKind

TODAY = date(2026, 11, 23)
AWKWARD_DAYS = (date(2026, 2, 28), date(2028, 2, 29), date(2028, 12, 31), date(2031, 3, 1))
PACK = Path(__file__).resolve().parents[3] / "packs" / "demo"


@cache
def edition() -> Edition:
    return compose(load_packs(PACK))


def people(*, seed: int = 1, count: int = 900, today: date = TODAY) -> tuple[Person, ...]:
    counties = counties_of(edition())
    reserved = story_people(today=today, counties=counties)
    return make_people(count=count, seed=seed, today=today, counties=counties, reserved=reserved)


def population(made: tuple[Person, ...], *, seed: int = 1, today: date = TODAY) -> Population:
    return make_population(people=made, seed=seed, today=today, steady=frozenset(range(STORY_PEOPLE + FILLERS)))


def sending(made: tuple[Person, ...], *, seed: int = 1, today: date = TODAY) -> Sending:
    return Sending(
        people=made,
        edition=edition(),
        seed=seed,
        today=today,
        gone=population(made, seed=seed, today=today).died,
        shy=frozenset(range(STORY_PEOPLE)),
        steady=frozenset(range(STORY_PEOPLE + FILLERS)),
    )


def batches(made: tuple[Person, ...], *, seed: int = 1, today: date = TODAY) -> list[MadeBatch]:
    return list(sending(made, seed=seed, today=today).batches())


def story(made: tuple[Person, ...], *, today: date = TODAY) -> list[StoryBatch]:
    return Story(people=made, edition=edition(), seed=1, today=today).batches()


def digest(contents: list[bytes]) -> str:
    return hashlib.sha256(b"".join(contents)).hexdigest()


def test_the_same_seed_and_day_give_the_same_bytes_and_another_seed_gives_others() -> None:
    once, again, other = people(), people(), people(seed=2)
    assert once == again
    assert population(once) == population(again)
    assert digest([batch.file.contents for batch in batches(once)]) == digest(
        [batch.file.contents for batch in batches(again)]
    )
    assert digest([one.batch.file.contents for one in story(once)]) == digest(
        [one.batch.file.contents for one in story(again)]
    )
    assert once[STORY_PEOPLE + FILLERS :] != other[STORY_PEOPLE + FILLERS :]


def test_what_the_story_builds_on_is_sent_as_it_should_be_whatever_chance_says() -> None:
    made = people()
    register = sending(made)
    slot = next(slot for slot in _slots(TODAY) if slot.programme.item == "TRADER.REGISTRATION")
    maker = register.maker(slot.programme.supplier, slot.programme.item)

    def ways(person: Person) -> int:
        """Return in how many ways a line about somebody may be sent."""
        right = maker.work_line(
            Random(1), person=person, work=person.works[0], record_number="TRA-000001", sent_on=TODAY
        )
        sent = [register._as_sent(Random(chance), right, slot) for chance in range(500)]
        return len({tuple(sorted(line.items())) for line in sent})

    assert all(ways(filler) == 1 for filler in made[STORY_PEOPLE : STORY_PEOPLE + FILLERS])
    other = next(person for person in made[STORY_PEOPLE + FILLERS :] if person.works)
    assert ways(other) > 1


def test_every_number_is_synthetic_and_of_one_person_alone() -> None:
    made = people()
    numbers = [IdentityNumber.parse(person.number, today=TODAY) for person in made]
    assert all(number.is_synthetic for number in numbers)
    assert [number.born_on for number in numbers] == [person.born_on for person in made]
    assert len({canonical_text(number) for number in numbers}) == len(made)


def test_new_numbers_in_feeds_are_synthetic_and_not_taken() -> None:
    made = people(count=4000)
    feeds = population(made).feeds
    taken = {person.number for person in made}
    changed = [
        line.new_identity_number for feed in feeds[:-1] for line in feed.lines if line.new_identity_number is not None
    ]
    assert changed
    assert all(IdentityNumber.parse(number, today=TODAY).is_synthetic for number in changed)
    assert not taken & set(changed)


def test_everybody_is_reported_as_new_exactly_once() -> None:
    made = people()
    reported = Counter(
        line.identity_number
        for feed in population(made).feeds
        for line in feed.lines
        if line.kind == FeedKind.NEW.value and line.name is not None
    )
    assert {person.number for person in made} <= set(reported)
    assert sum(count > 1 for count in reported.values()) == 1  # the line that says nothing new, in the last feed


def test_feeds_report_each_kind_of_change() -> None:
    kinds = {line.kind for feed in population(people(count=6000)).feeds for line in feed.lines}
    assert {"NEW", "NAME_CHANGE", "NUMBER_CHANGE", "DEATH", "CORRECTION"} <= kinds


def test_people_live_in_all_counties_and_bear_the_commonest_surname_most() -> None:
    made = people(count=12_000)
    assert len(counties_of(edition())) == 84
    assert len({person.county.code for person in made}) == 84
    surnames = Counter(person.name[0] for person in made)
    assert [surname for surname, _ in surnames.most_common(2)] == ["陈", "林"]
    assert any("·" in person.name for person in made)


def test_nobody_works_before_coming_of_age() -> None:
    assert all(work.since_on >= person.adult_from() for person in people() for work in person.works)


@pytest.mark.parametrize("today", AWKWARD_DAYS)
def test_batches_lie_within_the_six_years_on_awkward_days_too(today: date) -> None:
    made = people(today=today)
    sent = [batch.sent_at.date() for batch in batches(made, today=today)]
    sent += [one.batch.sent_at.date() for one in story(made, today=today)]
    assert sent
    assert first_day(today) <= min(sent)
    assert max(sent) < today


def test_batches_come_in_the_order_of_their_days() -> None:
    moments = [batch.sent_at for batch in batches(people())]
    assert moments == sorted(moments)


def test_every_supplier_may_supply_what_it_is_mandated_to() -> None:
    types = edition().item_types
    assert [
        (supplier.code, item_code)
        for supplier in SUPPLIERS
        for item_code in supplier.items
        if supplier.body_code not in types[item_code].suppliers
    ] == []
    assert all(supplier.body_code in edition().bodies for supplier in (OFFICE, *SUPPLIERS))
    assert 35 <= len(SUPPLIERS) <= 50


def test_every_programme_and_career_is_somebodys() -> None:
    assert all(programme.item in BY_CODE[programme.supplier].items for programme in PROGRAMMES)
    sent_as_registers = {programme.item for programme in PROGRAMMES if programme.is_register}
    assert {career.item_code for career in CAREERS} == sent_as_registers


def test_story_batches_are_within_the_mandates_and_named_once() -> None:
    told = story(people())
    assert all(one.batch.item_code in one.batch.supplier.items for one in told)
    assert len({one.name for one in told}) == len(told)


def test_keys_of_batches_are_different() -> None:
    made = people()
    keys = [batch.key for batch in batches(made)] + [one.batch.key for one in story(made)]
    assert len(set(keys)) == len(keys)


def test_accounts_of_persons_name_people_of_the_story() -> None:
    made = people()
    for account in ACCOUNTS:
        assert (account.person is None) == bool(account.organisation_code)
        if account.person is not None:
            assert account.display_name.startswith(made[account.person].name)


@given(seed=st.integers(0, 10_000), born_in=st.integers(1930, 2026), is_female=st.booleans())
def test_another_spelling_folds_to_the_same_name_and_a_mistake_does_not(
    seed: int,
    born_in: int,
    is_female: bool,  # noqa: FBT001 - drawn by Hypothesis
) -> None:
    random = Random(seed)
    name = full_name(random, surname="陈", is_female=is_female, born_in=born_in)
    assert fold_name(respelled(random, name)) == fold_name(name)
    assert fold_name(misspelled(random, name)) != fold_name(name)


@pytest.mark.parametrize("name", WITH_MIDDLE_DOT)
def test_a_middle_dot_written_otherwise_is_the_same_name(name: str) -> None:
    assert fold_name(respelled(Random(3), name)) == fold_name(name)


@given(seed=st.integers(0, 10_000))
def test_a_stranger_is_synthetic_and_nobody(seed: int) -> None:
    number = IdentityNumber.parse(stranger(Random(seed)), today=TODAY)
    assert number.is_synthetic
    assert number.born_on is not None
    assert number.born_on.year < 1916
