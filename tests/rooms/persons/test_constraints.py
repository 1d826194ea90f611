"""What the database refuses by itself, past the application: each named constraint is violated, alone, by raw SQL."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import Error, connection, transaction

from chengxin.persons import operations as persons
from chengxin.persons.states import DocumentKind, VerificationMethod
from factories import persons as factory

pytestmark = pytest.mark.django_db

KEY = b"k" * 16
PERSON = "INSERT INTO persons_person (reference, state, died_on, registered_at) VALUES (%s, %s, %s, now())"
IDENTIFIER = (
    "INSERT INTO persons_identifier (person_id, kind, blind, sealed, since_on, until_on, is_current)"
    " VALUES (%(person)s, %(kind)s, %(blind)s, '', '2020-01-01', %(until)s, %(current)s)"
)
NAME = (
    "INSERT INTO persons_name (person_id, digest, sealed, since_on, until_on)"
    " VALUES (%(person)s, %(digest)s, '', '2020-01-01', %(until)s)"
)
FORMER = {"kind": "RESIDENT", "blind": KEY, "until": "2021-01-01", "current": False}
COVERAGE = (
    "INSERT INTO persons_coverage (person_id, role_code, period, source_kind, source_key, granted_at)"
    " VALUES (%(person)s, 'R', %(period)s::daterange, %(source)s, 'k', now())"
)
COVERED = {"period": "[2020-01-01,)", "source": "RECORD"}
FEED = (
    "INSERT INTO persons_populationfeed (number, root, line_count, accepted_count, rejected_count, held_count,"
    " unchanged_count, applied_at, actor_key) VALUES (%(number)s, %(root)s, %(lines)s, 1, 0, 0, 0, now(), 'a')"
)
FED = {"number": 1, "root": b"r" * 32, "lines": 1}
LINE = (
    "INSERT INTO persons_populationfeedline (feed_number, line_number, kind, outcome, code, person_id, digest)"
    " VALUES (1, 1, %(kind)s, %(outcome)s, 'C', %(about)s, %(digest)s)"
)
LINED = {"kind": "NEW", "outcome": "ACCEPTED", "about": 1, "digest": KEY}
VERIFICATION = (
    "INSERT INTO persons_verification (person_id, method_code, document_kind, organisation_code, verified_on,"
    " recorded_at, actor_key) VALUES (%(person)s, %(method)s, %(document)s, 'O', '2020-01-01', now(), 'a')"
)
VERIFIED = {"method": "CHIP_READ", "document": "RESIDENT_CARD"}
STRUCK = (
    "INSERT INTO persons_struckfact (person_id, kind, sealed, feed_number, line_number, struck_at)"
    " VALUES (%(person)s, %(kind)s, '', 1, 1, now())"
)


def run(statement: str, values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)  # type: ignore[arg-type]
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused_by(act: Callable[[], object]) -> str | None:
    with pytest.raises(Error) as refused, transaction.atomic():
        act()
    cause = refused.value.__cause__
    assert isinstance(cause, psycopg.Error)
    return cause.diag.constraint_name


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("person_reference_opaque", ("abcdefghijkl", "ACTIVE", None)),
        ("person_reference_opaque", ("ABCDEFGHIJK", "ACTIVE", None)),
        ("person_state_and_death", ("ABCDEFGHIJKL", "ACTIVE", "2020-01-01")),
        ("person_state_and_death", ("ABCDEFGHIJKL", "DECEASED", None)),
        ("person_state_and_death", ("ABCDEFGHIJKL", "ASLEEP", None)),
    ],
)
def test_a_person_is_as_its_constraints_say(constraint: str, values: tuple[str, str, str | None]) -> None:
    assert refused_by(lambda: run(PERSON, values)) == constraint


def test_a_reference_is_one_persons() -> None:
    run(PERSON, ("ABCDEFGHIJKL", "ACTIVE", None))
    assert refused_by(lambda: run(PERSON, ("ABCDEFGHIJKL", "ACTIVE", None))) == "person_reference_unique"


@pytest.mark.parametrize(
    ("statement", "right", "constraint", "changed"),
    [
        (IDENTIFIER, FORMER, "identifier_blind_length", {"blind": b"short"}),
        (IDENTIFIER, FORMER, "identifier_kind_known", {"kind": "FINGERPRINT"}),
        (IDENTIFIER, FORMER, "identifier_current_is_open", {"until": None}),
        (IDENTIFIER, FORMER, "identifier_current_is_open", {"current": True}),
        (IDENTIFIER, FORMER, "identifier_period_forward", {"until": "2020-01-01"}),
        (IDENTIFIER, FORMER, "identifier_one_current", {"until": None, "current": True}),
        (NAME, {"digest": KEY, "until": "2021-01-01"}, "name_digest_length", {"digest": b""}),
        (NAME, {"digest": KEY, "until": "2021-01-01"}, "name_period_forward", {"until": "2019-01-01"}),
        (NAME, {"digest": KEY, "until": "2021-01-01"}, "name_one_current", {"until": None}),
        (COVERAGE, COVERED, "coverage_period_begins", {"period": "(,2020-01-01)"}),
        (COVERAGE, COVERED, "coverage_period_begins", {"period": "empty"}),
        (COVERAGE, COVERED, "coverage_source_known", {"source": "RUMOUR"}),
        (FEED, FED, "populationfeed_number_counts_up", {"number": 0}),
        (FEED, FED, "populationfeed_root_length", {"root": b"r"}),
        (FEED, FED, "populationfeed_every_line", {"lines": 2}),
        (LINE, LINED, "populationfeedline_outcome_known", {"outcome": "SKIPPED"}),
        (LINE, LINED, "populationfeedline_kind_known", {"kind": "BIRTH"}),
        (LINE, LINED, "populationfeedline_digest_length", {"digest": b""}),
        (LINE, LINED, "populationfeedline_person_named", {"about": None}),
        (VERIFICATION, VERIFIED, "verification_no_biometric", {"method": "FINGERPRINT"}),
        (VERIFICATION, VERIFIED, "verification_no_biometric", {"method": "FACE"}),
        (VERIFICATION, VERIFIED, "verification_document_known", {"document": "GENE"}),
        (STRUCK, {"kind": "NAME"}, "struckfact_kind_known", {"kind": "FACE"}),
    ],
)
def test_a_row_is_as_its_constraints_say(
    statement: str, right: dict[str, Any], constraint: str, changed: dict[str, Any]
) -> None:
    values = {"person": factory.person(), **right}
    savepoint = transaction.savepoint()
    run(statement, values)
    transaction.savepoint_rollback(savepoint)
    assert refused_by(lambda: run(statement, {**values, **changed})) == constraint


@pytest.mark.parametrize(
    ("statement", "values", "constraint"),
    [
        (IDENTIFIER, FORMER, "identifier_one_person"),
        (COVERAGE, COVERED, "coverage_once_per_source"),
        (LINE, LINED, "populationfeedline_once"),
    ],
)
def test_r1a_the_same_row_twice_is_refused(statement: str, values: dict[str, Any], constraint: str) -> None:
    first, second = factory.person(1), factory.person(2)
    run(statement, {**values, "person": first})
    again = {**values, "person": second if statement == IDENTIFIER else first}
    name = refused_by(lambda: run(statement, again))
    assert name is not None
    assert name.startswith(constraint.removesuffix("_key"))


def proposal() -> tuple[int, int, int]:
    first, second = factory.person(1), factory.person(2)
    key = persons.propose_merge(
        merged_person_id=first, into_person_id=second, reasons="x", actor=factory.clerk(), now=factory.NOW
    )
    return key, first, second


MERGE = (
    "INSERT INTO persons_merge (proposal_id, merged_person_id, into_person_id, proposed_by, decided_by, decision,"
    " reasons, decided_at) VALUES (%(proposal)s, %(merged)s, %(into)s, %(by)s, %(decider)s, %(decision)s, %(reasons)s,"
    " now())"
)


@pytest.mark.parametrize(
    ("constraint", "changed"),
    [
        ("merge_two_officers", {"decider": "account:clerk"}),
        ("merge_as_proposed", {"by": "account:somebody"}),
        ("merge_decision_known", {"decision": "MAYBE"}),
        ("merge_reasons", {"reasons": ""}),
    ],
)
def test_a_merge_is_two_officers_decision_on_that_proposal(constraint: str, changed: dict[str, Any]) -> None:
    key, first, second = proposal()
    right = {
        "proposal": key,
        "merged": first,
        "into": second,
        "by": "account:clerk",
        "decider": "account:reviewer",
        "decision": "APPROVED",
        "reasons": "x",
    }
    assert refused_by(lambda: run(MERGE, {**right, **changed})) == constraint
    assert refused_by(lambda: run(MERGE, {**right, "merged": second, "into": first})) == "merge_as_proposed"
    run(MERGE, right)
    again = refused_by(lambda: run(MERGE, right))
    assert again is not None
    assert again.startswith("persons_merge_proposal_id")


@pytest.mark.parametrize(
    ("constraint", "into_self", "reasons"),
    [("mergeproposal_two_persons", True, "x"), ("mergeproposal_reasons", False, "")],
)
def test_a_proposal_names_two_persons_and_reasons(constraint: str, *, into_self: bool, reasons: str) -> None:
    first, second = factory.person(1), factory.person(2)
    statement = (
        "INSERT INTO persons_mergeproposal (merged_person_id, into_person_id, proposed_by, reasons, proposed_at)"
        " VALUES (%s, %s, 'a', %s, now())"
    )
    assert refused_by(lambda: run(statement, (first, first if into_self else second, reasons))) == constraint


SPLIT = (
    "INSERT INTO persons_split (proposal_id, merge_id, proposed_by, decided_by, decision, reasons, decided_at)"
    " VALUES (%(proposal)s, %(merge)s, %(by)s, %(decider)s, %(decision)s, %(reasons)s, now())"
)


@pytest.mark.parametrize(
    ("constraint", "changed"),
    [
        ("split_two_officers", {"decider": "account:clerk"}),
        ("split_as_proposed", {"by": "account:somebody"}),
        ("split_decision_known", {"decision": "MAYBE"}),
        ("split_reasons", {"reasons": ""}),
    ],
)
def test_a_split_is_two_officers_decision_on_that_proposal(constraint: str, changed: dict[str, Any]) -> None:
    first, second = factory.person(1), factory.person(2)
    merge_id = factory.merge(first, second)
    keys = [
        persons.propose_split(merge_id=merge_id, reasons="x", actor=factory.clerk(), now=factory.NOW) for _ in range(2)
    ]
    right = {
        "proposal": keys[0],
        "merge": merge_id,
        "by": "account:clerk",
        "decider": "account:reviewer",
        "decision": "APPROVED",
        "reasons": "x",
    }
    assert refused_by(lambda: run(SPLIT, {**right, **changed})) == constraint
    run(SPLIT, right)
    assert refused_by(lambda: run(SPLIT, {**right, "proposal": keys[1]})) == "split_once"


def test_a_split_proposal_has_reasons() -> None:
    merge_id = factory.merge(factory.person(1), factory.person(2))
    statement = (
        "INSERT INTO persons_splitproposal (merge_id, proposed_by, reasons, proposed_at) VALUES (%s, 'a', '', now())"
    )
    assert refused_by(lambda: run(statement, (merge_id,))) == "splitproposal_reasons"


def test_a_person_is_merged_into_one_other_at_a_time_and_never_into_itself() -> None:
    first, second, third = factory.person(1), factory.person(2), factory.person(3)
    merge_id = factory.merge(first, second)
    statement = "INSERT INTO persons_mergelink (merged_person_id, into_person_id, merge_id) VALUES (%s, %s, %s)"
    assert refused_by(lambda: run(statement, (third, third, merge_id))) == "mergelink_two_persons"
    assert refused_by(lambda: run(statement, (first, third, merge_id))) == "persons_mergelink_pkey"


APPEND_ONLY = [
    "struckfact",
    "verification",
    "mergeproposal",
    "merge",
    "splitproposal",
    "split",
    "populationfeed",
    "populationfeedline",
]


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_the_application_may_not_change_what_is_append_only(table: str) -> None:
    for statement in (f"DELETE FROM persons_{table}", f"TRUNCATE persons_{table}"):
        with pytest.raises(Error) as refused, transaction.atomic():
            run(statement, [])
        assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_the_owner_too_meets_the_trigger(table: str, owner_connection: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.RestrictViolation):
        owner_connection.execute(f"TRUNCATE persons_{table} CASCADE")
    triggers = owner_connection.execute(
        "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE %s",
        [f"persons_{table}", f"persons_{table}_%"],
    ).fetchone()
    assert triggers == (3,)  # change, truncation, and the seal of what is added


def test_a_verification_cannot_be_changed_row_by_row_either() -> None:
    persons.record_verification(
        person_id=factory.person(),
        method=VerificationMethod.CHIP_READ,
        document_kind=DocumentKind.RESIDENT_CARD,
        verified_on=factory.TODAY,
        organisation_code="OFFICE",
        actor=factory.clerk(),
        now=factory.NOW,
    )
    with pytest.raises(Error), transaction.atomic():
        run("UPDATE persons_verification SET method_code = 'CHIP_READ'", [])
