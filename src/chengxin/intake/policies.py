"""Who may send, approve, reverse, attach: facts about this very batch in, Permit or Refusal out."""

from dataclasses import dataclass

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import Permit, Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchStanding:
    """How an actor stands to a batch.

    Attributes:
        is_own_organisation: The actor acts for the organisation that sent it.
        is_submitter: The actor sent it.
    """

    is_own_organisation: bool
    is_submitter: bool


def may_submit(actor: Actor, *, is_own_organisation: bool, is_mandated: bool) -> Permit | Refusal:
    """A supplier's officer or client sends what the own organisation is mandated to supply."""
    if not (actor.has(Role.SUPPLIER) or actor.has(Role.SUPPLIER_SECOND)) or not is_own_organisation:
        return Refusal(code="NOT_A_SUPPLIER", basis=None, details={})
    if not is_mandated:
        return Refusal(code="NOT_MANDATED", basis=None, details={})
    return Permit(code="MANDATED_SUPPLIER")


def may_read_batch(actor: Actor, standing: BatchStanding) -> Permit | Refusal:
    """The own organisation's officers and clients read a batch, and the credit office's reviewers."""
    supplier = actor.has(Role.SUPPLIER) or actor.has(Role.SUPPLIER_SECOND)
    if supplier and standing.is_own_organisation:
        return Permit(code="OWN_BATCH")
    if actor.has(Role.OFFICE_CLERK) or actor.has(Role.OFFICE_REVIEWER):
        return Permit(code="OFFICE_REVIEW")
    return Refusal(code="NOT_YOUR_BATCH", basis=None, details={})


def may_decide_as_second(actor: Actor, standing: BatchStanding) -> Permit | Refusal:
    """A second officer of the same organisation, another than the sender, approves, declines or reverses."""
    if not (actor.has(Role.SUPPLIER_SECOND) and standing.is_own_organisation):
        return Refusal(code="NOT_SECOND_OFFICER", basis=None, details={})
    if standing.is_submitter:
        return Refusal(code="SAME_OFFICER", basis=None, details={})
    return Permit(code="SECOND_OFFICER")


def may_settle_held_line(actor: Actor) -> Permit | Refusal:
    """A clerk of the credit office attaches or dismisses a held line; nobody else, and no machine."""
    if actor.kind is ActorKind.OFFICER and actor.has(Role.OFFICE_CLERK):
        return Permit(code="CLERICAL_REVIEW")
    return Refusal(code="NOT_A_CLERK", basis=None, details={})
