"""Deciding that two persons are one, and that they are not: two officers each time, and nothing is lost (clause R1a).

A merge changes no row of either person. It adds a link, and readers ask for the cluster; a split takes the link away.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from chengxin.authority.actors import Actor
from chengxin.ledger import operations as ledger
from chengxin.persons import lookups, policies
from chengxin.persons.errors import (
    MergeNotInForce,
    MergeWithSelf,
    NotClusterHead,
    PersonUnknown,
    ReasonsMissing,
)
from chengxin.persons.events import MergeDecided, MergeProposed, SplitDecided, SplitProposed
from chengxin.persons.lookups import PersonId
from chengxin.persons.models import Merge, MergeLink, MergeProposal, Person, Split, SplitProposal
from chengxin.persons.states import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedMerge:
    """What a decision on a merge or split led to.

    Attributes:
        merge_id: The merge decided on.
        decision: How.
        clusters: The persons concerned as they stand now, each with every row that is the person.
    """

    merge_id: int
    decision: Decision
    clusters: tuple[tuple[PersonId, ...], ...]


@transaction.atomic
def propose_merge(*, merged_person_id: int, into_person_id: int, reasons: str, actor: Actor, now: datetime) -> int:
    """Propose that two persons are one.

    Args:
        merged_person_id: Who is to be read as the other from then on.
        into_person_id: The other.
        reasons: Why, for the second officer and for the persons.
        actor: The first officer.
        now: The moment.

    Returns:
        Key of the proposal.

    Raises:
        Refused: The actor may not propose merges (``MERGE_NOT_OFFICER``, ``MERGE_NOT_OFFICE``).
        ReasonsMissing: No reasons were given.
        MergeWithSelf: The two are one already.
        NotClusterHead: One was merged into another before; propose with the one in ``head``.
        PersonUnknown: One of them does not exist.
    """
    policies.may_propose_merge(actor).require()
    _require_reasons(reasons)
    _require_heads(merged_person_id, into_person_id)
    proposal = MergeProposal.objects.create(
        merged_person_id=merged_person_id,
        into_person_id=into_person_id,
        proposed_by=actor.key,
        reasons=reasons.strip(),
        proposed_at=now,
    )
    ledger.append(
        MergeProposed(person_id=merged_person_id, proposal_id=proposal.pk, into_person_id=into_person_id),
        actor=actor,
        at=now,
    )
    return proposal.pk


@transaction.atomic
def decide_merge(*, proposal_id: int, decision: Decision, reasons: str, actor: Actor, now: datetime) -> DecidedMerge:
    """Decide a proposal to merge, as a second officer.

    Args:
        proposal_id: The proposal.
        decision: Whether the two are one.
        reasons: Why.
        actor: The second officer.
        now: The moment.

    Raises:
        ProposalUnknown: There is no such proposal.
        Refused: The actor may not decide it (``MERGE_NOT_REVIEWER``, ``MERGE_SAME_OFFICER``, ``PROPOSAL_DECIDED``).
        ReasonsMissing: No reasons were given.
        NotClusterHead: One of the two was merged meanwhile; decline this one and propose again.
        MergeWithSelf: The two became one meanwhile.
    """
    lookups.lock_merging()
    proposal = lookups.find_merge_proposal(proposal_id)
    policies.may_decide_merge(actor, lookups.standing_of(proposal)).require()
    _require_reasons(reasons)
    if decision is Decision.APPROVED:
        _require_heads(proposal.merged_person_id, proposal.into_person_id)
    merge = Merge.objects.create(
        proposal=proposal,
        merged_person_id=proposal.merged_person_id,
        into_person_id=proposal.into_person_id,
        proposed_by=proposal.proposed_by,
        decided_by=actor.key,
        decision=decision.value,
        reasons=reasons.strip(),
        decided_at=now,
    )
    if decision is Decision.APPROVED:
        MergeLink.objects.create(
            merged_person_id=proposal.merged_person_id, into_person_id=proposal.into_person_id, merge=merge
        )
    ledger.append(
        MergeDecided(
            person_id=proposal.merged_person_id,
            proposal_id=proposal.pk,
            into_person_id=proposal.into_person_id,
            decision=decision.value,
        ),
        actor=actor,
        at=now,
    )
    return _decided(merge, decision)


@transaction.atomic
def propose_split(*, merge_id: int, reasons: str, actor: Actor, now: datetime) -> int:
    """Propose that a merge was wrong.

    Args:
        merge_id: The merge.
        reasons: Why, for the second officer and for the persons.
        actor: The first officer.
        now: The moment.

    Returns:
        Key of the proposal.

    Raises:
        Refused: The actor may not propose splits (``MERGE_NOT_OFFICER``, ``MERGE_NOT_OFFICE``).
        ReasonsMissing: No reasons were given.
        MergeNotInForce: There is no such merge in force.
    """
    policies.may_propose_merge(actor).require()
    _require_reasons(reasons)
    link = lookups.find_link(merge_id)
    if link is None:
        raise MergeNotInForce
    proposal = SplitProposal.objects.create(
        merge_id=merge_id, proposed_by=actor.key, reasons=reasons.strip(), proposed_at=now
    )
    ledger.append(
        SplitProposed(person_id=link.merged_person_id, proposal_id=proposal.pk, merge_id=merge_id), actor=actor, at=now
    )
    return proposal.pk


@transaction.atomic
def decide_split(*, proposal_id: int, decision: Decision, reasons: str, actor: Actor, now: datetime) -> DecidedMerge:
    """Decide a proposal to split, as a second officer.

    Args:
        proposal_id: The proposal.
        decision: Whether the merge was wrong.
        reasons: Why.
        actor: The second officer.
        now: The moment.

    Raises:
        ProposalUnknown: There is no such proposal.
        Refused: The actor may not decide it (``MERGE_NOT_REVIEWER``, ``MERGE_SAME_OFFICER``, ``PROPOSAL_DECIDED``).
        ReasonsMissing: No reasons were given.
        MergeNotInForce: The merge was split meanwhile.
    """
    lookups.lock_merging()
    proposal = lookups.find_split_proposal(proposal_id)
    policies.may_decide_merge(actor, lookups.standing_of(proposal)).require()
    _require_reasons(reasons)
    merge = proposal.merge
    link = lookups.find_link(merge.pk)
    if decision is Decision.APPROVED and link is None:
        raise MergeNotInForce
    Split.objects.create(
        proposal=proposal,
        merge=merge,
        proposed_by=proposal.proposed_by,
        decided_by=actor.key,
        decision=decision.value,
        reasons=reasons.strip(),
        decided_at=now,
    )
    if decision is Decision.APPROVED and link is not None:
        link.delete()
    ledger.append(
        SplitDecided(
            person_id=merge.merged_person_id, proposal_id=proposal.pk, merge_id=merge.pk, decision=decision.value
        ),
        actor=actor,
        at=now,
    )
    return _decided(merge, decision)


def _decided(merge: Merge, decision: Decision) -> DecidedMerge:
    clusters = {lookups.cluster_of(merge.merged_person_id), lookups.cluster_of(merge.into_person_id)}
    return DecidedMerge(merge_id=merge.pk, decision=decision, clusters=tuple(sorted(clusters)))


def _require_reasons(reasons: str) -> None:
    if not reasons.strip():
        raise ReasonsMissing


def _require_heads(merged_person_id: int, into_person_id: int) -> None:
    """Let only the heads of two clusters be linked: links then form trees, and every split undoes one merge.

    Raises:
        MergeWithSelf: The two are one already.
        PersonUnknown: One of them does not exist.
        NotClusterHead: One was merged into another before.
    """
    if merged_person_id == into_person_id:
        raise MergeWithSelf
    if Person.objects.filter(pk__in=(merged_person_id, into_person_id)).count() != 2:  # noqa: PLR2004 - both
        raise PersonUnknown
    heads = {person_id: lookups.head_of(person_id) for person_id in (merged_person_id, into_person_id)}
    if heads[merged_person_id] == heads[into_person_id]:
        raise MergeWithSelf
    for person_id, head in heads.items():
        if person_id != head:
            raise NotClusterHead(head=lookups.reference_of(head))
