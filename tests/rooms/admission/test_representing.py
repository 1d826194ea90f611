"""Guardians and agents: near misses of form, two officers, in force on its days only, named in the register."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from chengxin.admission import lookups, rules
from chengxin.admission import operations as admission
from chengxin.admission.rules import Entered
from chengxin.admission.states import Decision, RepresentationDocument, RepresentationKind
from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import Refusal, Refused
from chengxin.identifiers.identity import IdentityNumber
from chengxin.persons import lookups as persons
from chengxin.records import lookups as records
from chengxin.register import lookups as register
from factories import intake as given

TODAY = given.NOW.date()
SECOND = given.officer("account:second", Role.OFFICE_REVIEWER, organisation_code="OFFICE")
GUARDIAN = Entered(
    kind=RepresentationKind.GUARDIAN,
    document=RepresentationDocument.HOUSEHOLD_REGISTER,
    from_on=TODAY,
    to_on=date(2028, 6, 1),
    is_same_person=False,
    represented_born_on=date(2010, 6, 1),
    representative_born_on=date(1980, 1, 1),
    today=TODAY,
)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({}, ""),
        ({"to_on": date(2028, 6, 2)}, "WARD_ADULT"),
        ({"to_on": date(2028, 6, 2), "document": RepresentationDocument.COURT_DECISION}, ""),
        ({"document": RepresentationDocument.SIGNED_POWER}, "DOCUMENT_NOT_OF_KIND"),
        ({"is_same_person": True}, "SAME_PERSON"),
        ({"to_on": TODAY}, "PERIOD_EMPTY"),
        ({"from_on": date(2020, 1, 1), "to_on": TODAY}, "PERIOD_OVER"),
        (
            {"representative_born_on": TODAY.replace(year=TODAY.year - 18) + timedelta(days=1)},
            "REPRESENTATIVE_NOT_ADULT",
        ),
        ({"representative_born_on": TODAY.replace(year=TODAY.year - 18)}, ""),
        ({"represented_born_on": None}, "WARD_ADULT"),
    ],
)
def test_what_cannot_be_is_named(changed: dict[str, Any], fault: str) -> None:
    assert rules.representation_fault(replace(GUARDIAN, **changed)) == fault


@pytest.fixture
def ids(db: None) -> list[int]:
    given.edition()
    given.people(3)
    found = [
        persons.find_person_by_identity(IdentityNumber.parse(given.number(index), today=TODAY)) for index in range(3)
    ]
    return [int(one) for one in found if one is not None]


def enter(ids: list[int], *, to_on: date = TODAY + timedelta(days=30)) -> str:
    return admission.enter_representation(
        kind=RepresentationKind.AGENT,
        represented_id=ids[0],
        representative_id=ids[1],
        document=RepresentationDocument.SIGNED_POWER,
        document_number="委-2026-7",
        from_on=TODAY,
        to_on=to_on,
        actor=given.CLERK,
        now=given.NOW,
    )


def person(person_id: int, key: str = "account:71") -> Actor:
    return Actor(kind=ActorKind.PERSON, key=key, person_id=person_id, roles=frozenset({Role.CITIZEN}))


def approve(reference: str, actor: Actor = SECOND) -> None:
    admission.decide_representation(reference=reference, decision=Decision.APPROVED, actor=actor, now=given.NOW)


def test_an_agent_acts_in_the_own_name_and_the_register_names_both(ids: list[int]) -> None:
    reference = enter(ids)
    agent = person(ids[1])
    assert lookups.acting_for(agent, reference=reference, on=TODAY) is None
    with pytest.raises(Refused, match="SECOND_OFFICER_NEEDED"):
        approve(reference, given.CLERK)
    approve(reference)
    with pytest.raises(Refused, match="REPRESENTATION_DECIDED"):
        approve(reference)
    acting = lookups.acting_for(agent, reference=reference, on=TODAY)
    assert acting is not None
    assert (acting.key, acting.person_id, acting.for_person_id, acting.mandate) == (
        agent.key,
        ids[1],
        ids[0],
        reference,
    )
    opened = records.access_file(person_id=ids[0], actor=acting, purpose_code="SELF_READ", now=given.NOW)
    assert not isinstance(opened, Refusal)
    (look,) = register.list_looks(person_id=ids[0])
    assert (look.actor_key, look.shown["representative"], look.shown["mandate"]) == (agent.key, ids[1], reference)
    assert lookups.document_number_of(opened_id := lookups.list_for_represented(person_id=ids[0])[0].representation_id)
    assert opened_id


def test_without_it_or_for_somebody_else_nothing_opens(ids: list[int]) -> None:
    reference = enter(ids)
    approve(reference)
    acting = lookups.acting_for(person(ids[1]), reference=reference, on=TODAY)
    assert acting is not None
    for actor, whose in ((person(ids[1]), ids[0]), (acting, ids[2])):
        refused = records.access_file(person_id=whose, actor=actor, purpose_code="SELF_READ", now=given.NOW)
        assert isinstance(refused, Refusal)
    assert lookups.acting_for(person(ids[2]), reference=reference, on=TODAY) is None
    last = TODAY + timedelta(days=29)
    assert lookups.acting_for(person(ids[1]), reference=reference, on=last) is not None
    assert lookups.acting_for(person(ids[1]), reference=reference, on=last + timedelta(days=1)) is None
    admission.end_representation(reference=reference, actor=given.CLERK, now=given.NOW)
    assert lookups.acting_for(person(ids[1]), reference=reference, on=TODAY) is None
    with pytest.raises(Refused, match="REPRESENTATION_UNKNOWN"):
        admission.end_representation(reference=reference, actor=given.CLERK, now=given.NOW)


def test_a_declined_one_opens_nothing_and_only_clerks_enter(ids: list[int]) -> None:
    reference = enter(ids)
    admission.decide_representation(reference=reference, decision=Decision.DECLINED, actor=SECOND, now=given.NOW)
    assert lookups.acting_for(person(ids[1]), reference=reference, on=TODAY) is None
    with pytest.raises(Refused, match="REPRESENTATION_PERIOD_EMPTY"):
        enter(ids, to_on=TODAY)
    with pytest.raises(Refused, match="NOT_A_CLERK"):
        admission.end_representation(reference=reference, actor=SECOND, now=given.NOW)


def test_the_database_refuses_one_officer_in_both_roles_and_any_change(ids: list[int]) -> None:
    enter(ids)
    row = lookups.list_representations()[0]
    for enterer, decider, constraint in (
        (given.CLERK.key, given.CLERK.key, "representation_decision_two_officers"),
        ("account:other", SECOND.key, "representation_decision_of_its_enterer"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO admission_representationdecision"
                " (representation_id, entered_by, decided_by, decision, decided_at) VALUES (%s, %s, %s, 'APPROVED', now())",
                [row.representation_id, enterer, decider],
            )
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE admission_representation SET kind = 'GUARDIAN'")
