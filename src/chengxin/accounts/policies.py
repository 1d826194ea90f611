"""Who may do what with logins and clients: facts in, a permit or a refusal out.

An organisation's own administrator opens, changes, confirms and closes; nobody changes the own appointments, and in the
credit office a second officer decides what one proposes. PIPL Art. 51 asks for operating rights by need.
"""

from dataclasses import dataclass

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import LegalBasis, Permit, Refusal

OPERATING_RIGHTS = LegalBasis(code="PIPL", title="中华人民共和国个人信息保护法", article="第五十一条", verified=False)
DECIDERS = frozenset({Role.ORGANISATION_ADMINISTRATOR, Role.OFFICE_REVIEWER})


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginStanding:
    """How the actor stands to a login, or to one that is to be opened.

    Attributes:
        is_own_organisation: The login is one of the actor's organisation.
        is_own_login: It is the actor's own.
    """

    is_own_organisation: bool
    is_own_login: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeStanding:
    """How the actor stands to a proposed appointment.

    Attributes:
        is_own_organisation: It is one of the actor's organisation.
        is_proposer: The actor proposed it.
        is_subject: It concerns the actor's own login.
        is_decided: It was decided already.
    """

    is_own_organisation: bool
    is_proposer: bool
    is_subject: bool
    is_decided: bool


def may_administer(actor: Actor, standing: LoginStanding) -> Permit | Refusal:
    """Let an organisation's administrator, and nobody else, look after the logins of that organisation."""
    if actor.kind is not ActorKind.OFFICER or not actor.has(Role.ORGANISATION_ADMINISTRATOR):
        return Refusal(code="NOT_ADMINISTRATOR", basis=OPERATING_RIGHTS)
    if not standing.is_own_organisation:
        return Refusal(code="NOT_YOUR_ORGANISATION", basis=OPERATING_RIGHTS)
    return Permit(code="BY_ADMINISTRATOR", basis=OPERATING_RIGHTS)


def may_appoint(
    actor: Actor, standing: LoginStanding, *, roles: frozenset[Role], assignable: frozenset[Role]
) -> Permit | Refusal:
    """Let the administrator give a login of another human being roles that the organisation's kind may hold."""
    decision = may_administer(actor, standing)
    if isinstance(decision, Refusal):
        return decision
    if standing.is_own_login:
        return Refusal(code="OWN_LOGIN", basis=OPERATING_RIGHTS)
    if not roles:
        return Refusal(code="ROLES_EMPTY", basis=OPERATING_RIGHTS)
    if not roles <= assignable:
        return Refusal(code="ROLE_NOT_OF_KIND", basis=OPERATING_RIGHTS)
    return decision


def may_close(actor: Actor, standing: LoginStanding) -> Permit | Refusal:
    """Let the administrator close any login of the organisation but the own."""
    decision = may_administer(actor, standing)
    if isinstance(decision, Permit) and standing.is_own_login:
        return Refusal(code="OWN_LOGIN", basis=OPERATING_RIGHTS)
    return decision


def may_decide_change(actor: Actor, standing: ChangeStanding) -> Permit | Refusal:
    """Let a second officer of the office decide an appointment that neither is the own nor was proposed by them."""
    if actor.kind is not ActorKind.OFFICER or not actor.roles & DECIDERS:
        return Refusal(code="NOT_ADMINISTRATOR", basis=OPERATING_RIGHTS)
    if not standing.is_own_organisation:
        return Refusal(code="NOT_YOUR_ORGANISATION", basis=OPERATING_RIGHTS)
    if standing.is_decided:
        return Refusal(code="CHANGE_DECIDED", basis=OPERATING_RIGHTS)
    if standing.is_subject:
        return Refusal(code="OWN_LOGIN", basis=OPERATING_RIGHTS)
    if standing.is_proposer:
        return Refusal(code="SECOND_OFFICER_NEEDED", basis=OPERATING_RIGHTS)
    return Permit(code="BY_SECOND_OFFICER", basis=OPERATING_RIGHTS)
