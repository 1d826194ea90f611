"""Who may issue, withdraw and fetch: one fact changed at a time."""

from dataclasses import replace

import pytest

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import Permit
from chengxin.reports import policies
from chengxin.reports.policies import ReportStanding
from chengxin.reports.states import Channel

PERSON = Actor(kind=ActorKind.PERSON, key="account:1", person_id=1, roles=frozenset({Role.CITIZEN}))
GUARDIAN = replace(PERSON, key="account:2", person_id=2, for_person_id=1, mandate="M-1")
CLERK = Actor(kind=ActorKind.OFFICER, key="account:3", organisation_code="OFFICE", roles=frozenset({Role.OFFICE_CLERK}))
OWN = ReportStanding(is_the_person=True, is_represented=False, is_suspended=False, has_case=False)
REPRESENTED = replace(OWN, is_the_person=False, is_represented=True)
COUNTER = replace(OWN, is_the_person=False, has_case=True)


@pytest.mark.parametrize(
    ("actor", "standing", "channel", "code"),
    [
        (PERSON, OWN, Channel.ONLINE, "OWN_REPORT"),
        (PERSON, replace(OWN, is_the_person=False), Channel.ONLINE, "NOT_YOUR_REPORT"),
        (GUARDIAN, REPRESENTED, Channel.ONLINE, "REPORT_OF_REPRESENTED"),
        (GUARDIAN, replace(REPRESENTED, is_represented=False), Channel.ONLINE, "NOT_YOUR_REPORT"),
        (CLERK, COUNTER, Channel.COUNTER, "REPORT_AT_THE_COUNTER"),
        (CLERK, COUNTER, Channel.ONLINE, "NOT_YOUR_REPORT"),
        (CLERK, replace(COUNTER, has_case=False), Channel.COUNTER, "CASE_NUMBER_MISSING"),
        (CLERK, replace(COUNTER, is_suspended=True), Channel.COUNTER, "LOOKER_SUSPENDED"),
        (replace(CLERK, roles=frozenset({Role.OFFICE_REVIEWER})), COUNTER, Channel.COUNTER, "NOT_A_CLERK"),
        (PERSON, replace(OWN, has_case=True), Channel.COUNTER, "NOT_A_CLERK"),
    ],
)
def test_who_may_issue(actor: Actor, standing: ReportStanding, channel: Channel, code: str) -> None:
    assert policies.may_issue(actor, standing, channel).code == code


@pytest.mark.parametrize("may", [policies.may_withdraw, policies.may_open])
def test_withdrawing_and_fetching_are_the_persons(may: object) -> None:
    assert callable(may)
    assert isinstance(may(PERSON, OWN), Permit)
    assert isinstance(may(GUARDIAN, REPRESENTED), Permit)
    assert may(CLERK, COUNTER).code == "NOT_YOUR_REPORT"
    assert may(PERSON, replace(OWN, is_the_person=False)).code == "NOT_YOUR_REPORT"
