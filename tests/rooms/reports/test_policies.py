"""Who may issue, withdraw, fetch and take away: one fact changed at a time, and no condition there for nothing."""

from dataclasses import replace

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.reports import policies
from chengxin.reports.policies import ReportStanding
from chengxin.reports.states import Channel
from mutants import Case, living, wrong

PERSON = Actor(kind=ActorKind.PERSON, key="account:1", person_id=1, roles=frozenset({Role.CITIZEN}))
GUARDIAN = replace(PERSON, key="account:2", person_id=2, for_person_id=1, mandate="M-1")
CLERK = Actor(kind=ActorKind.OFFICER, key="account:3", organisation_code="OFFICE", roles=frozenset({Role.OFFICE_CLERK}))
OWN = ReportStanding(is_the_person=True, is_represented=False, is_suspended=False, has_case=False)
REPRESENTED = replace(OWN, is_the_person=False, is_represented=True)
COUNTER = replace(OWN, is_the_person=False, has_case=True)


ALIEN = replace(OWN, is_the_person=False)
OFFICER_WITH_MANDATE = replace(GUARDIAN, kind=ActorKind.OFFICER, organisation_code="OFFICE")
CASES = [
    *(
        Case("may_issue", case[:3], case[3])
        for case in (
            (PERSON, OWN, Channel.ONLINE, "OWN_REPORT"),
            (PERSON, ALIEN, Channel.ONLINE, "NOT_YOUR_REPORT"),
            (GUARDIAN, REPRESENTED, Channel.ONLINE, "REPORT_OF_REPRESENTED"),
            (GUARDIAN, replace(REPRESENTED, is_represented=False), Channel.ONLINE, "NOT_YOUR_REPORT"),
            (PERSON, REPRESENTED, Channel.ONLINE, "NOT_YOUR_REPORT"),
            (OFFICER_WITH_MANDATE, REPRESENTED, Channel.ONLINE, "NOT_YOUR_REPORT"),
            (CLERK, COUNTER, Channel.COUNTER, "REPORT_AT_THE_COUNTER"),
            (CLERK, COUNTER, Channel.ONLINE, "NOT_YOUR_REPORT"),
            (CLERK, replace(COUNTER, has_case=False), Channel.COUNTER, "CASE_NUMBER_MISSING"),
            (CLERK, replace(COUNTER, is_suspended=True), Channel.COUNTER, "LOOKER_SUSPENDED"),
            (replace(CLERK, roles=frozenset({Role.OFFICE_REVIEWER})), COUNTER, Channel.COUNTER, "NOT_A_CLERK"),
            (replace(CLERK, kind=ActorKind.CLIENT), COUNTER, Channel.COUNTER, "NOT_A_CLERK"),
            (PERSON, replace(OWN, has_case=True), Channel.COUNTER, "NOT_A_CLERK"),
        )
    ),
    *(
        Case(act, (actor, standing), code)
        for act in ("may_withdraw", "may_open")
        for actor, standing, code in (
            (PERSON, OWN, "OWN_REPORT"),
            (GUARDIAN, REPRESENTED, "REPORT_OF_REPRESENTED"),
            (CLERK, COUNTER, "NOT_YOUR_REPORT"),
            (CLERK, OWN, "NOT_YOUR_REPORT"),
            (PERSON, ALIEN, "NOT_YOUR_REPORT"),
        )
    ),
    Case("may_take_away", (PERSON, OWN), "OWN_ARCHIVE"),
    Case("may_take_away", (PERSON, ALIEN), "NOT_YOUR_ARCHIVE"),
    Case("may_take_away", (GUARDIAN, REPRESENTED), "NOT_YOUR_ARCHIVE"),
    Case("may_take_away", (CLERK, OWN), "NOT_YOUR_ARCHIVE"),
]


def test_one_changed_fact_changes_the_decision() -> None:
    assert wrong(policies, CASES) == []


def test_no_condition_is_there_for_nothing() -> None:
    assert living(policies, CASES) == []
