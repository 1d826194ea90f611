"""Who may see leads: facts in, a permit or a refusal out."""

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import LegalBasis, Permit, Refusal

MINIMUM_NECESSARY = LegalBasis(code="PIPL", title="中华人民共和国个人信息保护法", article="第六条", verified=False)


def may_see_leads(actor: Actor) -> Permit | Refusal:
    """Let officers of the credit office who review held lines see leads, and nobody else.

    A lead may name the wrong person. Whoever supplied the line is a third party to that person, and so is every
    requester; the person themselves sees what is recorded about them, which a lead is not.
    """
    if actor.kind is not ActorKind.OFFICER:
        return Refusal(code="LEAD_NOT_OFFICER", basis=MINIMUM_NECESSARY)
    if not (actor.has(Role.OFFICE_CLERK) or actor.has(Role.OFFICE_REVIEWER)):
        return Refusal(code="LEAD_THIRD_PARTY", basis=MINIMUM_NECESSARY)
    return Permit(code="LEAD_FOR_REVIEW", basis=MINIMUM_NECESSARY)
