"""Who may issue and withdraw a report: facts in, Permit or Refusal out."""

from dataclasses import dataclass

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import LegalBasis, Permit, Refusal
from chengxin.reports.states import Channel

OWN_FILE = LegalBasis(code="PIPL-45", title="中华人民共和国个人信息保护法", article="第四十五条", verified=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportStanding:
    """How the actor stands to the person whom a report is about.

    Attributes:
        is_the_person: The login is bound to this very person, and acts for nobody else.
        is_represented: The person is who the actor, a guardian or agent, acts for under a mandate in force.
        is_suspended: The officer, or the organisation acted for, is suspended from looking.
        has_case: The officer named the case.
    """

    is_the_person: bool
    is_represented: bool
    is_suspended: bool
    has_case: bool


def may_issue(actor: Actor, standing: ReportStanding, channel: Channel) -> Permit | Refusal:
    """Let the person issue online, or who acts for them; and a clerk at the counter, for a case that is named."""
    if channel is Channel.ONLINE:
        return _own(actor, standing)
    if actor.kind is not ActorKind.OFFICER or not actor.has(Role.OFFICE_CLERK):
        return Refusal(code="NOT_A_CLERK", basis=OWN_FILE)
    if standing.is_suspended:
        return Refusal(code="LOOKER_SUSPENDED", basis=OWN_FILE)
    if not standing.has_case:
        return Refusal(code="CASE_NUMBER_MISSING", basis=OWN_FILE)
    return Permit(code="REPORT_AT_THE_COUNTER", basis=OWN_FILE)


def may_withdraw(actor: Actor, standing: ReportStanding) -> Permit | Refusal:
    """Let the person withdraw a report, or who acts for them; nobody takes back what is somebody else's to show."""
    return _own(actor, standing)


def may_open(actor: Actor, standing: ReportStanding) -> Permit | Refusal:
    """Let the person, or who acts for them, fetch the file once more."""
    return _own(actor, standing)


def may_take_away(actor: Actor, standing: ReportStanding) -> Permit | Refusal:
    """Let the person take everything away, with the whole number; who acts for them gets a report, not the archive."""
    if actor.kind is ActorKind.PERSON and standing.is_the_person:
        return Permit(code="OWN_ARCHIVE", basis=OWN_FILE)
    return Refusal(code="NOT_YOUR_ARCHIVE", basis=OWN_FILE)


def _own(actor: Actor, standing: ReportStanding) -> Permit | Refusal:
    if actor.kind is ActorKind.PERSON and standing.is_the_person:
        return Permit(code="OWN_REPORT", basis=OWN_FILE)
    if actor.kind is ActorKind.PERSON and standing.is_represented and actor.mandate is not None:
        return Permit(code="REPORT_OF_REPRESENTED", basis=OWN_FILE)
    return Refusal(code="NOT_YOUR_REPORT", basis=OWN_FILE)
