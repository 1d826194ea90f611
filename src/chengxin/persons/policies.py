"""Who may do what with persons: facts in, a permit or a refusal out.

No statute names these offices; the division of work follows PIPL Art. 51 (operating rights by need). Two different
officers stand behind every merge and every split, because a wrong one shows one person's file to another.
"""

from dataclasses import dataclass

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import LegalBasis, Permit, Refusal

OPERATING_RIGHTS = LegalBasis(code="PIPL", title="中华人民共和国个人信息保护法", article="第五十一条", verified=False)
MINIMUM_NECESSARY = LegalBasis(code="PIPL", title="中华人民共和国个人信息保护法", article="第六条", verified=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalStanding:
    """Named facts about one proposal to merge or split.

    Attributes:
        proposed_by: Key of the actor who proposed it.
        is_decided: Whether it was decided already.
    """

    proposed_by: str
    is_decided: bool


def may_apply_feed(actor: Actor) -> Permit | Refusal:
    """Let the officer for the population base, or the system acting for the base, apply a feed."""
    if actor.kind is ActorKind.SYSTEM:
        return Permit(code="FEED_BY_SYSTEM", basis=OPERATING_RIGHTS)
    if actor.has(Role.OFFICE_POPULATION):
        return Permit(code="FEED_BY_POPULATION_OFFICER", basis=OPERATING_RIGHTS)
    return Refusal(code="FEED_NOT_POPULATION_OFFICER", basis=OPERATING_RIGHTS)


def may_register_person(actor: Actor) -> Permit | Refusal:
    """Let the officer for the population base, or the system, register somebody outside the feed."""
    if actor.kind is ActorKind.SYSTEM:
        return Permit(code="REGISTER_BY_SYSTEM", basis=OPERATING_RIGHTS)
    if actor.has(Role.OFFICE_POPULATION):
        return Permit(code="REGISTER_BY_POPULATION_OFFICER", basis=OPERATING_RIGHTS)
    return Refusal(code="REGISTER_NOT_POPULATION_OFFICER", basis=OPERATING_RIGHTS)


def may_record_verification(actor: Actor, *, organisation_code: str) -> Permit | Refusal:
    """Let an organisation's own officer record what that organisation verified, and nobody for another."""
    if actor.kind is ActorKind.SYSTEM:
        return Permit(code="VERIFICATION_BY_SYSTEM", basis=OPERATING_RIGHTS)
    if actor.kind is not ActorKind.OFFICER:
        return Refusal(code="VERIFICATION_NOT_OFFICER", basis=OPERATING_RIGHTS)
    if actor.organisation_code != organisation_code:
        return Refusal(code="VERIFICATION_OTHER_ORGANISATION", basis=OPERATING_RIGHTS)
    return Permit(code="VERIFICATION_BY_OWN_OFFICER", basis=OPERATING_RIGHTS)


def may_grant_coverage(actor: Actor) -> Permit | Refusal:
    """Let the office grant a coverage role by hand; a supplier's officer or client grants only through a posting."""
    if actor.kind is ActorKind.SYSTEM:
        return Permit(code="COVERAGE_BY_SYSTEM", basis=OPERATING_RIGHTS)
    if actor.kind is ActorKind.OFFICER and (actor.has(Role.OFFICE_CLERK) or actor.has(Role.OFFICE_POPULATION)):
        return Permit(code="COVERAGE_BY_OFFICE", basis=OPERATING_RIGHTS)
    return Refusal(code="COVERAGE_NOT_OFFICE", basis=OPERATING_RIGHTS)


def may_post_coverages(actor: Actor) -> Permit | Refusal:
    """Let those who post batches give, and take back, the coverage roles that posted records carry.

    A clerk of the office is among them, because attaching a held line posts it.
    """
    if actor.kind in {ActorKind.SYSTEM, ActorKind.CLIENT}:
        return Permit(code="COVERAGE_BY_POSTING", basis=OPERATING_RIGHTS)
    posting = {Role.SUPPLIER, Role.SUPPLIER_SECOND, Role.OFFICE_CLERK}
    if actor.kind is ActorKind.OFFICER and actor.roles & posting:
        return Permit(code="COVERAGE_BY_POSTING", basis=OPERATING_RIGHTS)
    return Refusal(code="COVERAGE_NOT_POSTING", basis=OPERATING_RIGHTS)


def may_propose_merge(actor: Actor) -> Permit | Refusal:
    """Let an officer of the credit office propose a merge or a split."""
    if actor.kind is not ActorKind.OFFICER:
        return Refusal(code="MERGE_NOT_OFFICER", basis=OPERATING_RIGHTS)
    if not (actor.has(Role.OFFICE_CLERK) or actor.has(Role.OFFICE_POPULATION) or actor.has(Role.OFFICE_REVIEWER)):
        return Refusal(code="MERGE_NOT_OFFICE", basis=OPERATING_RIGHTS)
    return Permit(code="MERGE_BY_OFFICE", basis=OPERATING_RIGHTS)


def may_decide_merge(actor: Actor, standing: ProposalStanding) -> Permit | Refusal:
    """Let a reviewer decide a proposal that somebody else made and nobody decided."""
    if actor.kind is not ActorKind.OFFICER or not actor.has(Role.OFFICE_REVIEWER):
        return Refusal(code="MERGE_NOT_REVIEWER", basis=OPERATING_RIGHTS)
    if standing.is_decided:
        return Refusal(code="PROPOSAL_DECIDED", basis=OPERATING_RIGHTS)
    if actor.key == standing.proposed_by:
        return Refusal(code="MERGE_SAME_OFFICER", basis=OPERATING_RIGHTS)
    return Permit(code="MERGE_BY_SECOND_OFFICER", basis=OPERATING_RIGHTS)


def may_read_number(actor: Actor, *, cluster: tuple[int, ...]) -> Permit | Refusal:
    """Let the person alone read their own number whole; to everybody else it is masked.

    Args:
        actor: Who asks.
        cluster: Every row that is the person, as :func:`chengxin.persons.lookups.cluster_of` gives it.
    """
    if actor.kind is ActorKind.PERSON and actor.person_id in cluster:
        return Permit(code="NUMBER_OWN", basis=MINIMUM_NECESSARY)
    return Refusal(code="NUMBER_NOT_OWN", basis=MINIMUM_NECESSARY)
