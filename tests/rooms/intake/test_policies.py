"""Who may send, approve, reverse, attach: the right one and the near miss beside."""

from dataclasses import replace

from chengxin.authority.actors import ActorKind, Role
from chengxin.intake import policies
from chengxin.intake.policies import BatchStanding
from factories import intake as given
from mutants import Case, living, wrong

OWN = BatchStanding(is_own_organisation=True, is_submitter=False)
NEIGHBOURS = replace(OWN, is_own_organisation=False)
STRANGER = replace(given.SENDER, roles=frozenset({Role.CITIZEN}))
RIGHT = {"is_own_organisation": True, "is_mandated": True}
REVIEWER = replace(given.CLERK, roles=frozenset({Role.OFFICE_REVIEWER}))
CASES = [
    Case("may_submit", (given.SENDER,), "MANDATED_SUPPLIER", RIGHT),
    Case("may_submit", (given.SECOND,), "MANDATED_SUPPLIER", RIGHT),
    Case("may_submit", (given.CLERK,), "NOT_A_SUPPLIER", RIGHT),
    Case("may_submit", (given.SENDER,), "NOT_A_SUPPLIER", RIGHT | {"is_own_organisation": False}),
    Case("may_submit", (given.SENDER,), "NOT_MANDATED", RIGHT | {"is_mandated": False}),
    Case("may_read_batch", (given.SENDER, OWN), "OWN_BATCH"),
    Case("may_read_batch", (given.SECOND, OWN), "OWN_BATCH"),
    Case("may_read_batch", (given.SENDER, NEIGHBOURS), "NOT_YOUR_BATCH"),
    Case("may_read_batch", (STRANGER, OWN), "NOT_YOUR_BATCH"),
    Case("may_read_batch", (given.CLERK, NEIGHBOURS), "OFFICE_REVIEW"),
    Case("may_read_batch", (REVIEWER, NEIGHBOURS), "OFFICE_REVIEW"),
    Case("may_decide_as_second", (given.SECOND, OWN), "SECOND_OFFICER"),
    Case("may_decide_as_second", (given.SENDER, OWN), "NOT_SECOND_OFFICER"),
    Case("may_decide_as_second", (given.SECOND, NEIGHBOURS), "NOT_SECOND_OFFICER"),
    Case("may_decide_as_second", (given.SECOND, replace(OWN, is_submitter=True)), "SAME_OFFICER"),
    Case("may_settle_held_line", (given.CLERK,), "CLERICAL_REVIEW"),
    Case("may_settle_held_line", (REVIEWER,), "NOT_A_CLERK"),
    Case("may_settle_held_line", (replace(given.CLERK, kind=ActorKind.CLIENT),), "NOT_A_CLERK"),
]


def test_a_supplier_sends_for_the_own_organisation_what_it_is_mandated_to() -> None:
    def code(actor: policies.Actor, *, own: bool = True, mandated: bool = True) -> str:
        return policies.may_submit(actor, is_own_organisation=own, is_mandated=mandated).code

    assert code(given.SENDER) == "MANDATED_SUPPLIER"
    assert code(given.SECOND) == "MANDATED_SUPPLIER"
    assert code(given.SENDER, own=False) == "NOT_A_SUPPLIER"
    assert code(given.SENDER, mandated=False) == "NOT_MANDATED"
    assert code(replace(given.SENDER, roles=frozenset({Role.OFFICE_CLERK}))) == "NOT_A_SUPPLIER"


def test_a_batch_is_read_by_its_organisation_and_by_the_office() -> None:
    neighbour = replace(OWN, is_own_organisation=False)
    assert policies.may_read_batch(given.SENDER, OWN).code == "OWN_BATCH"
    assert policies.may_read_batch(given.SENDER, neighbour).code == "NOT_YOUR_BATCH"
    assert policies.may_read_batch(given.CLERK, neighbour).code == "OFFICE_REVIEW"
    no_role = replace(given.SENDER, roles=frozenset({Role.CITIZEN}))
    assert policies.may_read_batch(no_role, OWN).code == "NOT_YOUR_BATCH"


def test_another_officer_of_the_same_organisation_decides() -> None:
    assert policies.may_decide_as_second(given.SECOND, OWN).code == "SECOND_OFFICER"
    assert policies.may_decide_as_second(given.SENDER, OWN).code == "NOT_SECOND_OFFICER"
    assert policies.may_decide_as_second(given.SECOND, replace(OWN, is_submitter=True)).code == "SAME_OFFICER"
    other = replace(OWN, is_own_organisation=False)
    assert policies.may_decide_as_second(given.SECOND, other).code == "NOT_SECOND_OFFICER"


def test_a_held_line_is_settled_by_a_clerk_and_by_no_machine() -> None:
    assert policies.may_settle_held_line(given.CLERK).code == "CLERICAL_REVIEW"
    assert policies.may_settle_held_line(given.SECOND).code == "NOT_A_CLERK"
    for kind in (ActorKind.CLIENT, ActorKind.SYSTEM, ActorKind.PERSON):
        assert policies.may_settle_held_line(replace(given.CLERK, kind=kind)).code == "NOT_A_CLERK"


def test_one_changed_fact_changes_the_decision() -> None:
    assert wrong(policies, CASES) == []


def test_no_condition_is_there_for_nothing() -> None:
    assert living(policies, CASES) == []
