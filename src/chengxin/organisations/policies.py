"""Who may mandate, license and suspend: facts in, a Permit or a Refusal out.

No statute divides this work within the office; it follows the rule that those who watch are not those who ask.
"""

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import LegalBasis, Permit, Refusal

OPERATING_RIGHTS = LegalBasis(code="PIPL", title="中华人民共和国个人信息保护法", article="第五十一条", verified=False)

CORRECTION = LegalBasis(code="PIPL", title="中华人民共和国个人信息保护法", article="第四十六条", verified=False)


def may_admit(actor: Actor) -> Permit | Refusal:
    """Let the office's keeper of the catalogue, or the system, mandate and license those who ask."""
    if actor.kind is ActorKind.SYSTEM:
        return Permit(code="ADMITTED_BY_SYSTEM", basis=OPERATING_RIGHTS)
    if actor.kind is ActorKind.OFFICER and actor.has(Role.OFFICE_CATALOGUE):
        return Permit(code="ADMITTED_BY_OFFICE", basis=OPERATING_RIGHTS)
    return Refusal(code="NOT_ADMITTING_OFFICER", basis=OPERATING_RIGHTS)


def may_suspend(actor: Actor, *, subject: str) -> Permit | Refusal:
    """Let a reviewer of the office suspend anybody but the own login, and lift a suspension."""
    if not (actor.kind is ActorKind.OFFICER and actor.has(Role.OFFICE_REVIEWER)):
        return Refusal(code="NOT_A_REVIEWER", basis=OPERATING_RIGHTS)
    if subject == actor.key:
        return Refusal(code="OWN_LOGIN", basis=OPERATING_RIGHTS)
    return Permit(code="SUSPENDED_BY_REVIEWER", basis=OPERATING_RIGHTS)


def may_subscribe(actor: Actor, *, may_ask: bool) -> Permit | Refusal:
    """Let an organisation's administrator or its client say where corrections go, if it may ask about anybody."""
    is_administrator = actor.kind is ActorKind.OFFICER and actor.has(Role.ORGANISATION_ADMINISTRATOR)
    is_client = actor.kind is ActorKind.CLIENT and actor.has(Role.REQUESTER)
    if actor.organisation_code is None or not (is_administrator or is_client):
        return Refusal(code="NOT_AN_ADMINISTRATOR", basis=CORRECTION)
    if not may_ask:
        return Refusal(code="NOT_A_REQUESTER", basis=CORRECTION)
    return Permit(code="SUBSCRIBED_BY_ORGANISATION", basis=CORRECTION)


def may_inspect(actor: Actor) -> Permit | Refusal:
    """Let a reviewer of the office record what an inspection found; whoever admits does not inspect."""
    if actor.kind is ActorKind.OFFICER and actor.has(Role.OFFICE_REVIEWER):
        return Permit(code="INSPECTED_BY_REVIEWER", basis=OPERATING_RIGHTS)
    return Refusal(code="NOT_A_REVIEWER", basis=OPERATING_RIGHTS)
