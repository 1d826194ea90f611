"""Clause R3: the population feed makes and changes persons, in order, whole or not at all, every line accounted for."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengxin.authority.decisions import Refused
from chengxin.keys.current import keyring
from chengxin.ledger.models import Event
from chengxin.persons import lookups
from chengxin.persons import operations as persons
from chengxin.persons.models import Identifier, Name, Person, PopulationFeedLine, StruckFact
from chengxin.persons.operations import FeedLine
from chengxin.persons.operations import feed as feed_module
from chengxin.persons.states import FeedKind, FeedOutcome, PersonState, VerificationMethod
from chengxin.sealing.merkle import leaf_hash, root_of
from chengxin.sealing.suites import unseal
from factories import persons as factory

DAY = date(2020, 1, 1)
pytestmark = pytest.mark.django_db


def new(sequence: int, name: str = "陈小明", on: date = DAY) -> FeedLine:
    return FeedLine("NEW", factory.number_text(sequence), name, on)


def outcome(feed_number: int = 1, line_number: int = 1) -> tuple[str, str]:
    line = PopulationFeedLine.objects.get(feed_number=feed_number, line_number=line_number)
    return line.outcome, line.code


def found(sequence: int) -> lookups.Identity:
    person_id = lookups.find_person_by_identity(factory.number(sequence))
    assert person_id is not None
    return lookups.identity_of(person_id)


def test_r3_a_new_person_is_found_by_number_and_nothing_is_stored_in_clear() -> None:
    applied = factory.feed([new(1), new(2, "张三")])
    assert (applied.lines, applied.accepted) == (2, 2)
    identity = found(1)
    assert (identity.name, identity.number.reveal()) == ("陈小明", factory.number_text(1))
    assert identity.born_on == factory.BORN_ON
    assert "陈小明" not in repr(identity)
    assert factory.number_text(1) not in repr(identity)
    for table in ("persons_identifier", "persons_name", "persons_person", "persons_populationfeedline", "ledger_event"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT t::text FROM {table} t")
            text = "".join(row[0] for row in cursor.fetchall())
        assert "陈小明".encode().hex() not in text
        assert "陈小明" not in text
        assert factory.number_text(1).encode().hex() not in text
        assert factory.number_text(1) not in text


def test_r3_a_name_change_keeps_the_former_name() -> None:
    factory.feed([new(1)])
    factory.feed(
        [FeedLine("NAME_CHANGE", factory.number_text(1), "陈小明", DAY.replace(year=2021), None, "陈大明")],
        feed_number=2,
    )
    identity = found(1)
    assert identity.name == "陈大明"
    assert [(name.name, name.until_on) for name in identity.names] == [("陈小明", date(2021, 1, 1)), ("陈大明", None)]


def test_r3_a_number_change_keeps_the_former_number_leading_to_the_person() -> None:
    factory.feed([new(1)])
    factory.feed(
        [FeedLine("NUMBER_CHANGE", factory.number_text(1), "陈小明", date(2021, 1, 1), factory.number_text(2))],
        feed_number=2,
    )
    assert found(1).person_id == found(2).person_id
    identity = found(2)
    assert identity.number == factory.number(2)
    assert identity.former_numbers == (factory.number(1),)


def test_r3_a_legacy_number_is_its_successor() -> None:
    factory.feed([FeedLine("NEW", "359900900517001", "陈小明", DAY)])
    assert found(1).number.reveal() == factory.number_text(1)
    factory.feed([new(1)], feed_number=2)
    assert outcome(2) == ("UNCHANGED", "KNOWN_ALREADY")


def test_r3_a_death_is_recorded_corrected_and_withdrawn() -> None:
    factory.feed([new(1), FeedLine("DEATH", factory.number_text(1), "陈小明", None, None, None, date(2025, 1, 1))])
    assert (found(1).state, found(1).died_on) == (PersonState.DECEASED, date(2025, 1, 1))
    factory.feed(
        [FeedLine("CORRECTION", factory.number_text(1), "陈小明", None, None, None, date(2025, 1, 2))], feed_number=2
    )
    assert found(1).died_on == date(2025, 1, 2)
    factory.feed([FeedLine("DEATH_WITHDRAWN", factory.number_text(1), "陈小明")], feed_number=3)
    assert (found(1).state, found(1).died_on) == (PersonState.ACTIVE, None)
    struck = StruckFact.objects.order_by("pk")
    context = lookups.death_context(found(1).reference)
    assert [unseal(keyring().vault(), bytes(row.sealed), context=context) for row in struck] == [
        b"2025-01-01",
        b"2025-01-02",
    ]


@pytest.mark.parametrize("is_one_feed", [True, False], ids=["in-one-feed", "in-two-feeds"])
def test_r3_a_correction_strikes_what_was_wrong_and_frees_the_number(*, is_one_feed: bool) -> None:
    wrong = new(1, "陈小朋")
    correction = FeedLine("CORRECTION", factory.number_text(1), "陈小朋", None, factory.number_text(2), "陈小明", None)
    other = new(1, "张三")
    if is_one_feed:
        factory.feed([wrong, correction, other])
    else:
        factory.feed([wrong])
        factory.feed([correction, other], feed_number=2)
    corrected = found(2)
    assert (corrected.name, len(corrected.names), corrected.former_numbers) == ("陈小明", 1, ())
    assert corrected.names[0].since_on == DAY
    assert found(1).name == "张三"
    assert found(1).person_id != corrected.person_id
    struck = {row.kind: row for row in StruckFact.objects.filter(person_id=corrected.person_id)}
    vault = keyring().vault()
    number = unseal(vault, bytes(struck["NUMBER"].sealed), context=lookups.number_context(corrected.reference))
    name = unseal(vault, bytes(struck["NAME"].sealed), context=lookups.name_context(corrected.reference))
    assert (number.decode(), name.decode()) == (factory.number_text(1), "陈小朋")


def test_lines_are_applied_in_their_order_within_one_feed() -> None:
    applied = factory.feed(
        [
            new(1),
            FeedLine("NAME_CHANGE", factory.number_text(1), "陈小明", date(2021, 1, 1), None, "陈大明"),
            FeedLine("NUMBER_CHANGE", factory.number_text(1), "陈大明", date(2022, 1, 1), factory.number_text(2)),
            FeedLine("NAME_CHANGE", factory.number_text(2), "陈大明", date(2023, 1, 1), None, "陈明"),
            FeedLine("DEATH", factory.number_text(2), "陈明", None, None, None, date(2024, 1, 1)),
        ]
    )
    assert applied.accepted == 5
    identity = found(1)
    assert [name.name for name in identity.names] == ["陈小明", "陈大明", "陈明"]
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (FeedLine("BIRTH", factory.number_text(1), "陈小明", DAY), "KIND_UNKNOWN"),
        (FeedLine("NEW", "35990019900517001", "陈小明", DAY), "IDENTITY_LENGTH"),
        (FeedLine("NEW", factory.number_text(1)[:17] + "Y", "陈小明", DAY), "IDENTITY_CHARACTERS"),
        (FeedLine("NEW", "359900199013320016", "陈小明", DAY), "IDENTITY_DATE"),
        (FeedLine("NEW", "11010519491231002X", "陈小明", DAY), "IDENTITY_NOT_SYNTHETIC"),
        (FeedLine("NEW", factory.number_text(1), None, DAY), "FIELD_MISSING"),
        (FeedLine("NEW", factory.number_text(1), "陈小明", DAY, factory.number_text(2)), "FIELD_UNEXPECTED"),
        (FeedLine("NEW", factory.number_text(1), "陈\x00", DAY), "NAME_CHARACTERS"),
        (FeedLine("NEW", factory.number_text(1), "\ud800", DAY), "NAME_CHARACTERS"),
        (FeedLine("NEW", factory.number_text(1), "陈小明", factory.TODAY + timedelta(days=1)), "DATE_FUTURE"),
        (FeedLine("NEW", factory.number_text(1), "陈小明", date(1990, 5, 16)), "DATE_BEFORE_BIRTH"),
        (FeedLine("NAME_CHANGE", factory.number_text(1), "陈小明", DAY, None, "陈1"), "NAME_CHARACTERS"),
    ],
)
def test_a_wrong_line_is_rejected_with_its_reason_and_kept_sealed(line: FeedLine, code: str) -> None:
    applied = factory.feed([line, new(3)])
    assert (applied.rejected, applied.accepted) == (1, 1)
    assert outcome() == ("REJECTED", code)
    row = PopulationFeedLine.objects.get(line_number=1)
    assert row.person_id is None
    text = unseal(keyring().vault(), bytes(row.sealed or b""), context=lookups.feed_line_context(1, 1)).decode()
    assert line.identity_number in text


def test_outside_a_demonstration_made_up_numbers_are_rejected() -> None:
    applied = persons.apply_population_feed(
        lines=[new(1)], feed_number=1, declared_count=1, synthetic=False, actor=factory.system(), now=factory.NOW
    )
    assert applied.rejected == 1
    assert outcome() == ("REJECTED", "IDENTITY_SYNTHETIC")


def test_a_line_that_finds_nobody_or_somebody_else_is_held() -> None:
    applied = factory.feed(
        [
            new(1),
            new(2, "李四"),
            new(1, "王五"),
            FeedLine("DEATH", factory.number_text(9), "陈小明", None, None, None, DAY),
            FeedLine("NUMBER_CHANGE", factory.number_text(1), "陈小明", date(2021, 1, 1), factory.number_text(2)),
        ]
    )
    assert (applied.accepted, applied.held) == (2, 3)
    assert [outcome(1, line)[1] for line in (3, 4, 5)] == ["NAME_DISAGREES", "NUMBER_UNKNOWN", "NUMBER_TAKEN"]


def test_a_name_in_traditional_characters_agrees() -> None:
    factory.feed([new(1, "陈学友"), new(1, "陳 學友")])
    assert outcome(1, 2) == ("UNCHANGED", "KNOWN_ALREADY")


def test_the_same_feed_again_changes_nothing_and_another_under_its_number_is_refused() -> None:
    lines = [new(1), new(2), new(1, "王五")]
    first = factory.feed(lines)
    again = factory.feed(lines)
    assert again.was_applied_before
    assert (again.unchanged, again.lines, again.root) == (3, 3, first.root)
    assert Event.objects.filter(kind="persons.feed.applied").count() == 1
    with pytest.raises(persons.FeedDiffers):
        factory.feed([*lines[:2], new(1, "赵六")])
    with pytest.raises(persons.FeedGap) as gap:
        factory.feed(lines, feed_number=3)
    assert gap.value.details == {"feed": "3", "expected": "2"}
    assert factory.feed(lines[:2], feed_number=2).unchanged == 2


def test_a_feed_that_is_cut_off_is_refused_whole() -> None:
    arguments: dict[str, Any] = {
        "feed_number": 1,
        "synthetic": True,
        "actor": factory.population_officer(),
        "now": factory.NOW,
    }
    with pytest.raises(persons.FeedCountWrong), transaction.atomic():
        persons.apply_population_feed(lines=[new(1)], declared_count=2, **arguments)
    with pytest.raises(persons.FeedCountWrong) as refused, transaction.atomic():
        persons.apply_population_feed(lines=[new(1)], declared_count=1, declared_by_kind={"DEATH": 1}, **arguments)
    assert refused.value.details["kind"] == "DEATH"
    assert not Person.objects.exists()
    assert not PopulationFeedLine.objects.exists()
    persons.apply_population_feed(lines=[new(1)], declared_count=1, declared_by_kind={"NEW": 1}, **arguments)
    assert Person.objects.count() == 1


def test_columns_say_the_same_as_lines() -> None:
    columns = persons.FeedColumns(
        kind=["NEW", "NEW"],
        identity_number=[factory.number_text(1), factory.number_text(2)],
        name=["陈小明", "张三"],
        effective_on=[DAY, DAY],
    )
    assert list(columns.lines()) == [new(1), new(2, "张三")]
    with pytest.raises(ValueError, match="one length"):
        replace(columns, name=["陈小明"]).lines()


def test_a_clerk_applies_no_feed() -> None:
    with pytest.raises(Refused) as refused:
        persons.apply_population_feed(
            lines=[], feed_number=1, declared_count=0, synthetic=True, actor=factory.clerk(), now=factory.NOW
        )
    assert refused.value.code == "FEED_NOT_POPULATION_OFFICER"


def test_the_ledger_holds_the_root_over_all_lines_and_each_change_is_traceable() -> None:
    applied = factory.feed([new(1), new(2), new(1, "王五")])
    event = Event.objects.get(kind="persons.feed.applied")
    assert event.body == {
        "feed": 1,
        "counts": {"accepted": 2, "rejected": 0, "held": 1, "unchanged": 0},
        "root": applied.root.hex(),
    }
    lines = lookups.list_feed_lines(feed_number=1)
    assert root_of(leaf_hash(line.digest) for line in lines) == applied.root
    about_one = lookups.list_feed_lines(person_id=found(1).person_id)
    assert [(line.line_number, line.outcome) for line in about_one] == [
        (1, FeedOutcome.ACCEPTED),
        (3, FeedOutcome.HELD),
    ]
    assert [feed.number for feed in lookups.list_feeds()] == [1]


def test_whom_the_base_reports_is_verified_by_it() -> None:
    factory.feed([new(1)])
    (line,) = lookups.list_verifications(found(1).person_id)
    assert (line.method_code, line.feed_number, line.verified_on) == (
        VerificationMethod.POPULATION_BASE,
        1,
        factory.TODAY,
    )


NAMES = ["陈小明", "張三", "张三", "李四"]
DAYS = [date(2019, 1, 1), date(2020, 1, 1), date(2021, 1, 1)]
SEQUENCES = st.integers(1, 4)
ANY_LINE = st.builds(
    lambda kind, number, name, on, new_number, new_name, died_on: FeedLine(
        kind.value,
        factory.number_text(number),
        name,
        None if kind in {FeedKind.DEATH, FeedKind.CORRECTION} else on,
        factory.number_text(new_number) if kind in {FeedKind.NUMBER_CHANGE, FeedKind.CORRECTION} else None,
        new_name if kind in {FeedKind.NAME_CHANGE, FeedKind.CORRECTION} else None,
        died_on if kind is FeedKind.DEATH else None,
    ),
    st.sampled_from(list(FeedKind)),
    SEQUENCES,
    st.sampled_from(NAMES),
    st.sampled_from(DAYS),
    SEQUENCES,
    st.sampled_from(NAMES),
    st.sampled_from(DAYS),
)


def registry() -> set[tuple[Any, ...]]:
    people = lookups.list_identities(Person.objects.values_list("id", flat=True))
    return {
        (
            person.number.reveal(),
            person.died_on,
            tuple(sorted(number.reveal() for number in person.former_numbers)),
            tuple((name.name, name.since_on, name.until_on) for name in person.names),
        )
        for person in people
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ANY_LINE, max_size=14))
def test_a_feed_in_one_part_does_what_the_same_feed_does_line_by_line(
    monkeypatch: pytest.MonkeyPatch, lines: list[FeedLine]
) -> None:
    results = []
    for part_lines in (1, 3, 100):
        savepoint = transaction.savepoint()
        monkeypatch.setattr(feed_module, "PART_LINES", part_lines)
        applied = factory.feed(lines)
        assert applied.accepted + applied.rejected + applied.held + applied.unchanged == len(lines)
        codes = [(line.outcome, line.code) for line in lookups.list_feed_lines(feed_number=1)]
        assert Counter(found_outcome for found_outcome, _ in codes)[FeedOutcome.ACCEPTED] == applied.accepted
        assert Identifier.objects.filter(is_current=True).count() == Person.objects.count()
        assert Name.objects.filter(until_on__isnull=True).count() == Person.objects.count()
        results.append((applied.root, codes, registry(), StruckFact.objects.count()))
        transaction.savepoint_rollback(savepoint)
    assert results[0] == results[1] == results[2]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ANY_LINE, max_size=10))
def test_sending_the_last_changes_again_under_the_next_number_doubles_nothing(lines: list[FeedLine]) -> None:
    savepoint = transaction.savepoint()
    factory.feed(lines)
    before = Person.objects.count()
    factory.feed([line for line in lines if line.kind == "NEW"], feed_number=2)
    # A number that a correction freed is somebody's again, and that is the only way to a further person.
    freed = StruckFact.objects.filter(kind="NUMBER", feed_number=1).count()
    assert before <= Person.objects.count() <= before + freed
    transaction.savepoint_rollback(savepoint)


def test_a_failing_feed_leaves_nothing(owner_connection: psycopg.Connection) -> None:
    class BrokenError(Exception):
        pass

    def lines() -> Iterator[FeedLine]:
        yield new(1)
        raise BrokenError

    with pytest.raises(BrokenError), transaction.atomic():
        persons.apply_population_feed(
            lines=lines(), feed_number=1, declared_count=1, synthetic=True, actor=factory.system(), now=factory.NOW
        )
    assert not Person.objects.exists()
    assert owner_connection.execute("SELECT count(*) FROM persons_person").fetchone() == (0,)
