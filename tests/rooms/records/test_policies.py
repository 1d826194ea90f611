"""Who may open a file: the person, and who acts for them under a mandate in force; nobody else, whatever the role."""

from dataclasses import replace

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.records import policies
from chengxin.records.policies import FileStanding
from mutants import Case, living, wrong

PERSON = Actor(kind=ActorKind.PERSON, key="account:1", person_id=1, roles=frozenset({Role.CITIZEN}))
GUARDIAN = replace(PERSON, key="account:2", person_id=2, for_person_id=1, mandate="M-1")
OFFICER = Actor(kind=ActorKind.OFFICER, key="account:3", organisation_code="OFFICE", roles=frozenset(Role))
OWN = FileStanding(is_the_person=True)
REPRESENTED = FileStanding(is_the_person=False, is_represented=True)
CASES = [
    Case("may_open_file", (PERSON, OWN), "OWN_FILE"),
    Case("may_open_file", (PERSON, FileStanding(is_the_person=False)), "NOT_YOUR_FILE"),
    Case("may_open_file", (OFFICER, OWN), "NOT_YOUR_FILE"),
    Case("may_open_file", (GUARDIAN, REPRESENTED), "FILE_OF_REPRESENTED"),
    Case("may_open_file", (GUARDIAN, FileStanding(is_the_person=False)), "NOT_YOUR_FILE"),
    Case("may_open_file", (PERSON, REPRESENTED), "NOT_YOUR_FILE"),
    Case("may_open_file", (replace(GUARDIAN, kind=ActorKind.OFFICER), REPRESENTED), "NOT_YOUR_FILE"),
]


def test_one_changed_fact_changes_the_decision() -> None:
    assert wrong(policies, CASES) == []


def test_no_condition_is_there_for_nothing() -> None:
    assert living(policies, CASES) == []
