"""Guarantee 6: every look is registered before it is answered; refused ones too; without a line there is no answer."""

from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import Refusal
from chengxin.records import lookups as records
from chengxin.register import lookups as register
from chengxin.register import operations as register_operations
from factories import intake as given
from guarantees.conftest import FileOf


def looks_after(people: list[int], file_of: FileOf) -> tuple[int, int]:
    """Look at files in every way there is; return how often, and how many lines were registered."""
    given.settle(given.csv_bytes([given.line(index) for index in range(5)]))
    made = 0
    for person in people[:5]:
        for item in file_of(person).items:
            actor = Actor(kind=ActorKind.PERSON, key="account:1", person_id=person, roles=frozenset({Role.CITIZEN}))
            records.access_item(
                person_id=person, reference=item.reference, actor=actor, purpose_code="SELF_READ", now=given.NOW
            )
            made += 1
        neighbour = Actor(kind=ActorKind.PERSON, key="account:2", person_id=people[9], roles=frozenset({Role.CITIZEN}))
        refused = records.access_file(person_id=person, actor=neighbour, purpose_code="SELF_READ", now=given.NOW)
        assert isinstance(refused, Refusal)
        made += 2
    return made, sum(register.count_looks(person_id=person) for person in people[:5])


def test_each_look_leaves_its_line(people: list[int], file_of: FileOf) -> None:
    made, registered = looks_after(people, file_of)
    assert made == registered == 15


def test_without_the_register_nothing_commits(
    people: list[int], file_of: FileOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the line left out the database itself refuses: a look that was numbered must have one."""
    monkeypatch.setattr(register_operations, "register_look", lambda **_named: SimpleNamespace(sequence=1))

    def look_and_commit() -> None:
        looks_after(people, file_of)
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")  # as a commit does

    with pytest.raises(IntegrityError, match="has no line"), transaction.atomic():
        look_and_commit()


def test_when_the_register_fails_nothing_is_shown(
    people: list[int], file_of: FileOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_named: object) -> None:
        message = "the register cannot be written"
        raise RuntimeError(message)

    monkeypatch.setattr(register_operations, "register_look", broken)
    with pytest.raises(RuntimeError):
        file_of(people[0])
