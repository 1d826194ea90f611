"""Who admits, suspends, inspects and says where corrections go: the right one and the near miss beside."""

from dataclasses import replace

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.organisations import policies
from factories import persons as factory
from mutants import Case, living, wrong

KEEPER = factory.officer("account:keeper", Role.OFFICE_CATALOGUE)
REVIEWER = factory.reviewer()
CHIEF = factory.officer("account:chief", Role.ORGANISATION_ADMINISTRATOR, organisation_code="BANK")
PROGRAM = Actor(kind=ActorKind.CLIENT, key="client:1", organisation_code="BANK", roles=frozenset({Role.REQUESTER}))
ASKS, ASKS_NOT = {"may_ask": True}, {"may_ask": False}
CASES = [
    Case("may_admit", (factory.system(),), "ADMITTED_BY_SYSTEM"),
    Case("may_admit", (KEEPER,), "ADMITTED_BY_OFFICE"),
    Case("may_admit", (REVIEWER,), "NOT_ADMITTING_OFFICER"),
    Case("may_admit", (replace(KEEPER, kind=ActorKind.CLIENT),), "NOT_ADMITTING_OFFICER"),
    Case("may_suspend", (REVIEWER,), "SUSPENDED_BY_REVIEWER", {"subject": "organisation:BANK"}),
    Case("may_suspend", (REVIEWER,), "OWN_LOGIN", {"subject": REVIEWER.key}),
    Case("may_suspend", (KEEPER,), "NOT_A_REVIEWER", {"subject": "organisation:BANK"}),
    Case("may_suspend", (replace(REVIEWER, kind=ActorKind.CLIENT),), "NOT_A_REVIEWER", {"subject": "account:1"}),
    Case("may_inspect", (REVIEWER,), "INSPECTED_BY_REVIEWER"),
    Case("may_inspect", (KEEPER,), "NOT_A_REVIEWER"),
    Case("may_inspect", (replace(REVIEWER, kind=ActorKind.CLIENT),), "NOT_A_REVIEWER"),
    Case("may_subscribe", (CHIEF,), "SUBSCRIBED_BY_ORGANISATION", ASKS),
    Case("may_subscribe", (PROGRAM,), "SUBSCRIBED_BY_ORGANISATION", ASKS),
    Case("may_subscribe", (CHIEF,), "NOT_A_REQUESTER", ASKS_NOT),
    Case("may_subscribe", (replace(CHIEF, organisation_code=None),), "NOT_AN_ADMINISTRATOR", ASKS),
    Case("may_subscribe", (replace(CHIEF, roles=frozenset({Role.REQUESTER})),), "NOT_AN_ADMINISTRATOR", ASKS),
    Case("may_subscribe", (replace(PROGRAM, roles=frozenset({Role.SUPPLIER})),), "NOT_AN_ADMINISTRATOR", ASKS),
    Case("may_subscribe", (replace(PROGRAM, roles=CHIEF.roles),), "NOT_AN_ADMINISTRATOR", ASKS),
]


def test_one_changed_fact_changes_the_decision() -> None:
    assert wrong(policies, CASES) == []


def test_no_condition_is_there_for_nothing() -> None:
    assert living(policies, CASES) == []
