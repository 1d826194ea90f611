"""Persons for tests: synthetic numbers only, and officers who hold exactly the roles that a test is about."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.identifiers.identity import IdentityNumber, synthetic_number
from chengxin.persons import operations as persons
from chengxin.persons.states import Decision

NOW = datetime(2028, 2, 28, 16, 0, 1, tzinfo=UTC)
TODAY = date(2028, 2, 29)
BORN_ON = date(1990, 5, 17)
SINCE_ON = date(2008, 5, 17)


def system() -> Actor:
    return Actor(kind=ActorKind.SYSTEM, key="system:test")


def officer(key: str = "account:1", *roles: Role, organisation_code: str = "OFFICE") -> Actor:
    return Actor(kind=ActorKind.OFFICER, key=key, organisation_code=organisation_code, roles=frozenset(roles))


def population_officer() -> Actor:
    return officer("account:population", Role.OFFICE_POPULATION)


def clerk(key: str = "account:clerk") -> Actor:
    return officer(key, Role.OFFICE_CLERK)


def reviewer(key: str = "account:reviewer") -> Actor:
    return officer(key, Role.OFFICE_REVIEWER)


def number_text(sequence: int = 1, *, born_on: date = BORN_ON) -> str:
    return synthetic_number(born_on=born_on, sequence=sequence)


def number(sequence: int = 1, *, born_on: date = BORN_ON) -> IdentityNumber:
    return IdentityNumber.parse(number_text(sequence, born_on=born_on), today=TODAY)


def person(sequence: int = 1, *, name: str = "陈小明", born_on: date = BORN_ON) -> int:
    """Register a person and return the key of the row."""
    return persons.register_person(
        number=number(sequence, born_on=born_on),
        name=name,
        since_on=max(SINCE_ON, born_on),
        synthetic=True,
        actor=population_officer(),
        now=NOW,
    ).person_id


def feed(lines: Sequence[persons.FeedLine], *, feed_number: int = 1, now: datetime = NOW) -> persons.AppliedFeed:
    """Apply a feed of synthetic persons with the right declared count."""
    return persons.apply_population_feed(
        lines=lines,
        feed_number=feed_number,
        declared_count=len(lines),
        synthetic=True,
        actor=population_officer(),
        now=now,
    )


def merge(merged_person_id: int, into_person_id: int) -> int:
    """Merge two persons by two officers and return the key of the merge."""
    proposal = persons.propose_merge(
        merged_person_id=merged_person_id, into_person_id=into_person_id, reasons="同一人", actor=clerk(), now=NOW
    )
    return persons.decide_merge(
        proposal_id=proposal, decision=Decision.APPROVED, reasons="已核实", actor=reviewer(), now=NOW
    ).merge_id


def split(merge_id: int) -> None:
    """Split a merge by two officers."""
    proposal = persons.propose_split(merge_id=merge_id, reasons="并非同一人", actor=clerk(), now=NOW)
    persons.decide_split(proposal_id=proposal, decision=Decision.APPROVED, reasons="已核实", actor=reviewer(), now=NOW)
