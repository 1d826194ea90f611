"""Who may issue an edition. Reading the catalogue is open to everybody: what may be collected is no secret."""

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import Permit, Refusal


def may_issue_edition(actor: Actor) -> Permit | Refusal:
    """Let the officer for the catalogue, the operator or the system itself issue an edition, and nobody else.

    No statute names these offices, so no basis is given; the rows of the pack carry theirs.
    """
    if actor.kind is ActorKind.SYSTEM:
        return Permit(code="EDITION_BY_SYSTEM")
    if actor.kind is ActorKind.OFFICER and (actor.has(Role.OFFICE_CATALOGUE) or actor.has(Role.OPERATOR)):
        return Permit(code="EDITION_BY_OFFICER")
    return Refusal(code="EDITION_NOT_CATALOGUE_OFFICER")
