"""Who may hand out an activation code and who may enter, confirm and end a representation."""

from dataclasses import dataclass

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import LegalBasis, Permit, Refusal

OPERATING_RIGHTS = LegalBasis(code="PIPL", title="中华人民共和国个人信息保护法", article="第五十一条", verified=False)
DECIDERS = frozenset({Role.OFFICE_CLERK, Role.OFFICE_REVIEWER})


@dataclass(frozen=True, slots=True, kw_only=True)
class RepresentationStanding:
    """How the actor stands to a representation.

    Attributes:
        is_enterer: The actor entered it.
        is_decided: It was decided already.
    """

    is_enterer: bool
    is_decided: bool


def may_serve_at_counter(actor: Actor) -> Permit | Refusal:
    """Let a clerk of the office verify persons at the counter and enter representations."""
    if actor.kind is not ActorKind.OFFICER or not actor.has(Role.OFFICE_CLERK):
        return Refusal(code="NOT_A_CLERK", basis=OPERATING_RIGHTS)
    return Permit(code="BY_CLERK", basis=OPERATING_RIGHTS)


def may_decide_representation(actor: Actor, standing: RepresentationStanding) -> Permit | Refusal:
    """Let a second officer of the office decide a representation that somebody else entered."""
    if actor.kind is not ActorKind.OFFICER or not actor.roles & DECIDERS:
        return Refusal(code="NOT_A_CLERK", basis=OPERATING_RIGHTS)
    if standing.is_decided:
        return Refusal(code="REPRESENTATION_DECIDED", basis=OPERATING_RIGHTS)
    if standing.is_enterer:
        return Refusal(code="SECOND_OFFICER_NEEDED", basis=OPERATING_RIGHTS)
    return Permit(code="BY_SECOND_OFFICER", basis=OPERATING_RIGHTS)
