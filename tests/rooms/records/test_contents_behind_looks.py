"""Behind the gate's code stands the database: without a look of this transaction nobody's items can be read."""

from collections.abc import Callable, Iterator

import pytest
from django.db import DatabaseError, connection, transaction

from chengxin.catalogue.rules.values import AnswerForm
from chengxin.inquiries import policies
from chengxin.inquiries.operations import Answer
from chengxin.records import lookups as records
from chengxin.register import operations as register
from chengxin.sealing.merkle import leaf_hash
from factories import inquiries as asking
from factories import intake as given

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[int]:
    given.edition()
    given.supplier()
    found = given.people(2)
    for index in (0, 1):
        asking.items_about(2, of=index)
    return found


def write_line(person_id: int) -> int:
    """Write the line that a drawn number asks for, and return its number."""
    look = register.register_look(
        person_id=person_id,
        actor=asking.CLIENT,
        purpose_code="LENDING",
        basis_code="CREDIT-REPORTING-18",
        case_number=None,
        shown={},
        mask_rule="ANSWER",
        mask_version=1,
        at=asking.NOW,
    )
    return look.sequence


@pytest.fixture
def draw() -> Iterator[Callable[[int], None]]:
    """Draw the number of a look; its line is written when the test is over, as any transaction must."""
    drawn: list[int] = []

    def draw_one(person_id: int) -> None:
        register.draw_look(person_id=person_id)
        drawn.append(person_id)

    yield draw_one
    for person_id in drawn:
        write_line(person_id)


def open_items(*person_ids: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM records_open_versions(%s)", [list(person_ids)])
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM records_recordversion",
        "SELECT sealed FROM records_recordversion_p03",
        "SELECT person_id FROM records_recordversion",
        "COPY records_recordversion TO STDOUT",
        "TABLE records_recordversion",
    ],
)
def test_the_application_cannot_read_the_table(people: list[int], statement: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)


def test_the_door_opens_for_whom_a_look_drew_its_number_and_nobody_else(
    draw: Callable[[int], None], people: list[int]
) -> None:
    first, second = people
    assert open_items(first, second) == 0
    draw(first)
    assert open_items(first, second) == open_items(first) == 2
    assert open_items(second) == 0


def test_with_the_gate_taken_out_nobody_is_read(people: list[int]) -> None:
    """What the gate calls once it has permitted, called without it."""
    found = records.usable_items_without_register(
        person_ids=people,
        item_codes=[given.ITEM],
        data_from=None,
        data_to=None,
        today=asking.NOW.date(),
    )
    assert found == ()


def test_with_every_condition_taken_out_there_still_is_the_line(
    people: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    from chengxin.register import lookups as looks

    asking.organisation()
    monkeypatch.setattr(policies, "CONDITIONS", (lambda _actor, _facts: policies.MET,))
    monkeypatch.setattr("chengxin.inquiries.operations.asking.authorisation_acts.use_authorisation", lambda **_: 1)
    answer = asking.inquire(form=AnswerForm.LIST)
    assert isinstance(answer, Answer)
    assert len(answer.body["items"]) == 2
    assert looks.count_looks(person_id=people[0]) == 1


def test_a_row_of_a_merged_person_opens_with_the_other(draw: Callable[[int], None], people: list[int]) -> None:
    from chengxin.persons import operations as acts
    from chengxin.persons.states import Decision

    first, second = people
    proposal = acts.propose_merge(
        merged_person_id=second, into_person_id=first, reasons="同一人", actor=given.CLERK, now=asking.NOW
    )
    acts.decide_merge(
        proposal_id=proposal, decision=Decision.APPROVED, reasons="核实", actor=asking.REVIEWER, now=asking.NOW
    )
    draw(second)
    assert open_items(first, second) == 4


def test_no_transaction_commits_a_number_without_its_line(draw: Callable[[int], None], people: list[int]) -> None:
    draw(people[0])
    with pytest.raises(DatabaseError, match="has no line"), transaction.atomic():
        connection.cursor().execute("SET CONSTRAINTS register_counter_has_line IMMEDIATE")


@pytest.mark.parametrize("by", ["look_count = look_count + 2", "look_count = look_count + 1, drawn_in = '3'::xid8"])
def test_the_counter_counts_by_one_in_the_own_transaction(
    draw: Callable[[int], None], people: list[int], by: str
) -> None:
    draw(people[0])
    with pytest.raises(DatabaseError, match="only counts up"), transaction.atomic():
        connection.cursor().execute(f"UPDATE register_counter SET {by} WHERE person_id = {people[0]}")


def test_a_drawn_number_is_the_one_of_the_line(people: list[int]) -> None:
    register.draw_look(person_id=people[0])
    assert [write_line(people[0]), write_line(people[0])] == [1, 2]


def test_the_leaves_of_a_posting_are_those_of_the_rules(
    people: list[int], owner_rows: list[tuple[object, ...]]
) -> None:
    from chengxin.records import rules

    for posting, line, *row in owner_rows:
        with connection.cursor() as cursor:
            cursor.execute("SELECT leaf FROM records_leaves(%s) WHERE line = %s", [posting, line])
            (leaf,) = cursor.fetchone()
        person, key, version, change, severity, *dates, digest, sealed = row
        days = [rules.days_since_epoch(day) for day in dates]  # type: ignore[arg-type]
        expected = rules.line_bytes(  # type: ignore[call-arg]
            person, key, version, line, change, severity, *days, digest, sealed,  # type: ignore[arg-type]
        )  # fmt: skip
        assert bytes(leaf) == leaf_hash(expected)


@pytest.fixture
def owner_rows(draw: Callable[[int], None], people: list[int]) -> list[tuple[object, ...]]:
    draw(people[0])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT posting_id, line, person_id, record_key, version, change, severity, occurred_on, ended_on,"
            " document_on, shown_until, used_until, kept_until, content_digest, sealed"
            " FROM records_open_versions(%s)",
            [[people[0]]],
        )
        rows = cursor.fetchall()
    assert len(rows) == 2
    return list(rows)
