"""Concerns: one for a look, answered by a reviewer who did not take it, with a clock of working days or none."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction

from chengxin.authority.decisions import Refusal, Refused
from chengxin.catalogue import lookups as catalogue
from chengxin.inquiries import lookups, operations, states
from chengxin.inquiries.events import ConcernAnswered, ConcernRaised
from chengxin.inquiries.models import Concern
from chengxin.inquiries.rules.concerns import ANSWER_TERM, answer_due_on
from chengxin.inquiries.states import CONCERN_MOVES, ConcernMove, ConcernState
from chengxin.ledger import lookups as ledger
from chengxin.periods.calendars import working_days_between
from chengxin.register import lookups as register
from factories import inquiries as asking
from factories import intake as given

pytestmark = pytest.mark.django_db
NOW = given.NOW
WORDS = "我没有去过这家银行。"


@pytest.fixture
def people() -> list[int]:
    given.edition()
    given.supplier()
    found = given.people(2)
    asking.organisation()
    return found


def bank_look(person_id: int) -> int:
    asking.inquire()
    (look, *_) = register.list_looks(person_id=person_id)
    return look.look_id


def raised(person_id: int, *, now: datetime = NOW) -> str:
    return operations.raise_concern(
        look_id=bank_look(person_id), words=WORDS, actor=asking.the_person(person_id), now=now
    )


def answer(
    reference: str, move: ConcernMove = ConcernMove.FIND_OUT_OF_ORDER, *, text: str = "该次查询无授权。"
) -> None:
    operations.answer_concern(reference=reference, move=move, answer=text, actor=asking.REVIEWER, now=NOW)


def test_a_look_is_questioned_once_and_the_answer_reaches_the_person(people: list[int]) -> None:
    person = asking.the_person(people[0])
    look_id = bank_look(people[0])
    reference = operations.raise_concern(look_id=look_id, words=WORDS, actor=person, now=NOW)
    with pytest.raises(Refused) as again:
        operations.raise_concern(look_id=look_id, words="", actor=person, now=NOW)
    assert again.value.code == "CONCERN_RAISED_ALREADY"
    (line,) = lookups.list_concerns(is_open=True)
    assert (line.reference, line.look_id, line.organisation_code) == (reference, look_id, asking.BANK)
    assert lookups.count_answered_since(cluster=[people[0]], since=None) == 0
    answer(reference)
    (read,) = lookups.access_own_concerns(actor=person, now=NOW)
    assert (read.words, read.answer, read.line.state) == (WORDS, "该次查询无授权。", ConcernState.FOUND_OUT_OF_ORDER)
    assert read.look is not None
    assert read.look.look_id == look_id
    assert lookups.list_concerns(is_open=True) == ()
    assert lookups.count_answered_since(cluster=[people[0]], since=None) == 1
    assert lookups.count_answered_since(cluster=[people[0]], since=NOW) == 0
    kinds = [list(ledger.read_events(kind=kind.kind, person_id=people[0])) for kind in (ConcernRaised, ConcernAnswered)]
    assert [len(events) for events in kinds] == [1, 1]


def test_near_misses_of_raising(people: list[int]) -> None:
    theirs = bank_look(people[0])
    with pytest.raises(operations.LookUnknown):
        operations.raise_concern(look_id=theirs, words="", actor=asking.the_person(people[1]), now=NOW)
    lookups.access_own_concerns(actor=asking.the_person(people[0]), now=NOW)
    (own, *_) = register.list_looks(person_id=people[0])
    with pytest.raises(Refused) as refused:
        operations.raise_concern(look_id=own.look_id, words="", actor=asking.the_person(people[0]), now=NOW)
    assert refused.value.code == "OWN_LOOK"
    with pytest.raises(operations.ConcernWordsMissing):
        operations.raise_concern(look_id=theirs, words="长" * 2001, actor=asking.the_person(people[0]), now=NOW)


def test_who_answers_is_a_reviewer_and_not_the_one_who_looked(people: list[int]) -> None:
    reference = raised(people[0])
    row = Concern.objects.get(reference=reference)
    looker = replace(asking.REVIEWER, key=row.looker_key)
    for actor, code in ((looker, "LOOKER_CANNOT_REVIEW"), (given.CLERK, "NOT_A_REVIEWER")):
        with pytest.raises(Refused) as refused:
            operations.answer_concern(
                reference=reference, move=ConcernMove.FIND_IN_ORDER, answer="有授权。", actor=actor, now=NOW
            )
        assert refused.value.code == code
    with pytest.raises(operations.ConcernWordsMissing):
        answer(reference, text="  ")
    with pytest.raises(operations.ConcernUnknown):
        answer("A" * 16)
    answer(reference)
    with pytest.raises(operations.ConcernMoveNotAllowed):
        answer(reference)


def test_a_reviewer_s_reading_is_a_look_and_so_is_a_refused_one(people: list[int]) -> None:
    reference = raised(people[0])
    read = lookups.access_concern_for_review(reference=reference, actor=asking.REVIEWER, now=NOW)
    assert not isinstance(read, Refusal)
    assert read.words == WORDS
    refused = lookups.access_concern_for_review(reference=reference, actor=given.CLERK, now=NOW)
    assert isinstance(refused, Refusal)
    newest = register.list_looks(person_id=people[0])[:2]
    assert [(look.purpose_code, look.case_number, look.refusal_code) for look in newest] == [
        ("OFFICE_REVIEW", reference, "NOT_A_REVIEWER"),
        ("OFFICE_REVIEW", reference, None),
    ]
    with pytest.raises(operations.ConcernUnknown):
        lookups.access_concern_for_review(reference="A" * 16, actor=asking.REVIEWER, now=NOW)


def test_the_person_reads_the_own_concerns_alone(people: list[int]) -> None:
    raised(people[0])
    assert lookups.access_own_concerns(actor=asking.the_person(people[1]), now=NOW) == ()
    assert lookups.access_own_concerns(actor=given.CLERK, now=NOW) == ()


def test_what_is_written_is_sealed(people: list[int]) -> None:
    reference = raised(people[0])
    answer(reference)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text, words_sealed, answer_sealed FROM inquiries_concern c")
        text, words, said = cursor.fetchone()
    assert WORDS not in text
    assert WORDS.encode() not in bytes(words)
    assert "该次查询无授权。".encode() not in bytes(said)


# The clock -------------------------------------------------------------------------------------------------------------


def test_the_due_day_is_counted_in_working_days_of_the_edition(people: list[int]) -> None:
    edition = catalogue.edition_in_force(NOW.date())
    term = edition.terms[ANSWER_TERM]
    raised(people[0])
    (line,) = lookups.list_concerns()
    assert line.due_on is not None
    days = working_days_between(started_on=NOW.date(), ended_on=line.due_on, calendar=edition.work_calendar())
    assert (days, term.verified.value, term.basis) == (term.count, "UNVERIFIED", "PLATFORM")


def test_no_day_is_guessed_where_the_calendar_is_not_published(people: list[int]) -> None:
    last = catalogue.edition_in_force(NOW.date()).work_calendar().last_on
    late = datetime(last.year, last.month, last.day, 4, tzinfo=UTC)
    raised(people[0], now=late)
    (line,) = lookups.list_concerns()
    assert line.due_on is None


def test_an_edition_without_the_term_or_a_calendar_gives_no_day() -> None:
    assert answer_due_on(raised_on=date(2026, 11, 23), term=None, calendar=None) is None


# States and constraints ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "move"), list(product(ConcernState, ConcernMove)))
def test_every_pair_of_state_and_move(state: ConcernState, move: ConcernMove) -> None:
    target = next((target for known, source, target in CONCERN_MOVES if (known, source) == (move, state)), None)
    if target is None:
        with pytest.raises(operations.ConcernMoveNotAllowed):
            states.concern_after(state, move)
    else:
        assert states.concern_after(state, move) is target


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("reference = 'x'", "concern_reference_opaque"),
        ("state = 'FOUND_IN_ORDER'", "concern_state_and_answer"),
        ("answered_by = 'account:999999999'", "concern_state_and_answer"),
        (
            "state = 'FOUND_IN_ORDER', answered_at = now(), answer_sealed = 'x', answered_by = looker_key",
            "concern_answered_by_another",
        ),
        (
            "state = 'FOUND_IN_ORDER', answered_at = now(), answer_sealed = 'x', answered_by = raised_by",
            "concern_answered_by_another",
        ),
    ],
)
def test_the_database_refuses(people: list[int], change: str, constraint: str) -> None:
    raised(people[0])
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE inquiries_concern SET {change}")
