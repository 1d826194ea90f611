"""Who may ask, answer, record and take back: one fact changed at a time, and no condition there for nothing."""

from dataclasses import replace
from datetime import date

from chengxin.authorisations import policies
from chengxin.authorisations.policies import AnswerStanding, AskStanding
from chengxin.authority.actors import Actor, ActorKind, Role
from mutants import Case, living, wrong

PERSON = Actor(kind=ActorKind.PERSON, key="account:1", person_id=1, roles=frozenset({Role.CITIZEN}))
BANK = Actor(kind=ActorKind.CLIENT, key="client:1", organisation_code="BANK", roles=frozenset({Role.REQUESTER}))
CLERK = Actor(kind=ActorKind.OFFICER, key="account:2", organisation_code="OFFICE", roles=frozenset({Role.OFFICE_CLERK}))
REVIEWER = replace(CLERK, roles=frozenset(Role) - {Role.OFFICE_CLERK})
RIGHT = AskStanding(
    is_mandated=True,
    is_suspended=False,
    is_purpose_by_authorisation=True,
    is_within_purpose=True,
    again_on=None,
    today=date(2026, 12, 31),
)
ASKED = AnswerStanding(is_the_person=True, is_lapsed=False)
CASES = [
    Case("may_ask", (BANK, RIGHT), "CONDITION_MET"),
    Case("may_ask", (BANK, replace(RIGHT, again_on=date(2026, 12, 31))), "CONDITION_MET"),
    Case(
        "may_ask",
        (BANK, replace(RIGHT, again_on=date(2027, 1, 1))),
        "ASKED_AGAIN_TOO_SOON",
        details={"again_on": "2027-01-01"},
    ),
    Case("may_ask", (replace(BANK, roles=frozenset(Role) - {Role.REQUESTER}), RIGHT), "NOT_A_REQUESTER"),
    Case("may_ask", (BANK, replace(RIGHT, is_suspended=True)), "REQUESTER_SUSPENDED"),
    Case("may_ask", (BANK, replace(RIGHT, is_purpose_by_authorisation=False)), "PURPOSE_NOT_BY_AUTHORISATION"),
    Case("may_ask", (BANK, replace(RIGHT, is_mandated=False)), "NO_INQUIRY_MANDATE"),
    Case("may_ask", (BANK, replace(RIGHT, is_within_purpose=False)), "ASKED_BEYOND_PURPOSE"),
    Case("may_answer", (PERSON, ASKED), "PERSON_ANSWERS"),
    Case("may_answer", (PERSON, replace(ASKED, is_the_person=False)), "NOT_ASKED_OF_YOU"),
    Case("may_answer", (CLERK, ASKED), "NOT_ASKED_OF_YOU"),
    Case("may_answer", (PERSON, replace(ASKED, is_lapsed=True)), "REQUEST_LAPSED"),
    Case("may_record_paper", (CLERK,), "PAPER_AT_COUNTER", {"is_suspended": False}),
    Case("may_record_paper", (CLERK,), "REQUESTER_SUSPENDED", {"is_suspended": True}),
    Case("may_record_paper", (REVIEWER,), "NOT_A_CLERK", {"is_suspended": False}),
    Case("may_record_paper", (replace(CLERK, kind=ActorKind.CLIENT),), "NOT_A_CLERK", {"is_suspended": False}),
    Case("may_withdraw", (PERSON,), "PERSON_WITHDRAWS", {"is_the_person": True}),
    Case("may_withdraw", (PERSON,), "NOT_YOUR_AUTHORISATION", {"is_the_person": False}),
    Case("may_withdraw", (CLERK,), "WITHDRAWN_AT_COUNTER", {"is_the_person": False}),
    Case("may_withdraw", (REVIEWER,), "NOT_YOUR_AUTHORISATION", {"is_the_person": True}),
    Case("may_withdraw", (replace(CLERK, kind=ActorKind.CLIENT),), "NOT_YOUR_AUTHORISATION", {"is_the_person": False}),
]


def test_one_changed_fact_changes_the_decision() -> None:
    assert wrong(policies, CASES) == []


def test_no_condition_is_there_for_nothing() -> None:
    assert living(policies, CASES) == []
