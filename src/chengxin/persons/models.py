"""Rows of persons: no procedure, no clock, no clear number and no clear name.

The date of birth is not a column. It is part of the number, intake knows the number of every line that it checks
(guarantee 2), and nobody else needs it in the open.
"""

from typing import ClassVar

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from chengxin.identifiers.identity import IdentityKind
from chengxin.ledger.models import SealedRow
from chengxin.persons.states import (
    CoverageSource,
    Decision,
    DocumentKind,
    FactKind,
    FeedKind,
    FeedOutcome,
    PersonState,
    VerificationMethod,
)

INDEX_BYTES = 16


class Person(models.Model):
    """A natural person, known to the outside by an opaque random reference."""

    reference = models.CharField(max_length=12)
    state = models.CharField(max_length=16)
    died_on = models.DateField(null=True)
    registered_at = models.DateTimeField()

    class Meta:
        """What the database refuses."""

        constraints: ClassVar = [
            # Not `unique=True`, which on PostgreSQL brings a second index, for LIKE, that nobody asks.
            models.UniqueConstraint(name="person_reference_unique", fields=["reference"]),
            models.CheckConstraint(name="person_reference_opaque", condition=Q(reference__regex=r"^[A-Z2-7]{12}$")),
            # A state asks for its columns and forbids the others'.
            models.CheckConstraint(
                name="person_state_and_death",
                condition=Q(state=PersonState.ACTIVE, died_on__isnull=True)
                | Q(state=PersonState.DECEASED, died_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        """Return the public reference."""
        return self.reference


class Identifier(models.Model):
    """A number of a person, sealed, found by its blind index. One number is one person's: the database holds that."""

    # PROTECT: a number that once led to a person keeps leading there.
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="identifiers")
    kind = models.CharField(max_length=32)
    blind = models.BinaryField(max_length=INDEX_BYTES)
    sealed = models.BinaryField()
    since_on = models.DateField()
    until_on = models.DateField(null=True)
    is_current = models.BooleanField()

    class Meta:
        """What the database refuses."""

        constraints: ClassVar = [
            models.CheckConstraint(name="identifier_blind_length", condition=Exact(Length("blind"), INDEX_BYTES)),
            models.CheckConstraint(
                name="identifier_kind_known", condition=Q(kind__in=[kind.value for kind in IdentityKind])
            ),
            models.CheckConstraint(
                name="identifier_current_is_open",
                condition=Q(is_current=True, until_on__isnull=True) | Q(is_current=False, until_on__isnull=False),
            ),
            models.CheckConstraint(
                name="identifier_period_forward", condition=Q(until_on__isnull=True) | Q(until_on__gt=F("since_on"))
            ),
            models.UniqueConstraint(name="identifier_one_current", fields=["person"], condition=Q(is_current=True)),
            # Whose it is stands in the index: a batch looks up every line here, and needs nothing else.
            models.UniqueConstraint(name="identifier_one_person", fields=["blind"], include=["person"]),
        ]

    def __str__(self) -> str:
        """Return keys only."""
        return f"{self.person_id}:{self.kind}"


class Name(models.Model):
    """A name of a person, sealed; its digest tells whether another spelling is the same name."""

    # PROTECT: documents under a former name keep agreeing with the person. The index with the digest serves it too.
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="names", db_index=False)
    digest = models.BinaryField(max_length=INDEX_BYTES)
    sealed = models.BinaryField()
    since_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        """What the database refuses."""

        constraints: ClassVar = [
            models.CheckConstraint(name="name_digest_length", condition=Exact(Length("digest"), INDEX_BYTES)),
            models.CheckConstraint(
                name="name_period_forward", condition=Q(until_on__isnull=True) | Q(until_on__gt=F("since_on"))
            ),
            models.UniqueConstraint(name="name_one_current", fields=["person"], condition=Q(until_on__isnull=True)),
        ]
        indexes: ClassVar = [models.Index(name="name_of_person", fields=["person", "digest"])]

    def __str__(self) -> str:
        """Return keys only."""
        return f"{self.person_id}:{self.pk}"


class StruckFact(SealedRow):
    """A number, name or death that was never true, kept sealed beside the correction that struck it. Append-only.

    A struck number leaves ``Identifier``, because it may be another person's.
    """

    # PROTECT: what was once shown about somebody stays explainable.
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="struck_facts")
    kind = models.CharField(max_length=16)
    sealed = models.BinaryField()
    since_on = models.DateField(null=True)
    feed_number = models.BigIntegerField()
    line_number = models.BigIntegerField()
    struck_at = models.DateTimeField()

    class Meta:
        """What the database refuses."""

        constraints: ClassVar = [
            models.CheckConstraint(name="struckfact_kind_known", condition=Q(kind__in=[k.value for k in FactKind])),
        ]

    def __str__(self) -> str:
        """Return keys only."""
        return f"{self.person_id}:{self.kind}"


class Verification(SealedRow):
    """How and when somebody was verified, by whom. Never a biometric. Append-only."""

    # PROTECT: how a person was verified is asked for long after.
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="verifications")
    method_code = models.CharField(max_length=32)
    document_kind = models.CharField(max_length=32)
    organisation_code = models.CharField(max_length=64)
    verified_on = models.DateField()
    recorded_at = models.DateTimeField()
    actor_key = models.CharField(max_length=100)

    class Meta:
        """What the database refuses: above all, a method that is not on the closed list (clause R1c)."""

        constraints: ClassVar = [
            models.CheckConstraint(
                name="verification_no_biometric", condition=Q(method_code__in=[m.value for m in VerificationMethod])
            ),
            models.CheckConstraint(
                name="verification_document_known", condition=Q(document_kind__in=[k.value for k in DocumentKind])
            ),
        ]

    def __str__(self) -> str:
        """Return keys only."""
        return f"{self.person_id}:{self.method_code}"


class Coverage(models.Model):
    """A role that makes a person one about whom certain items may be collected, for a period."""

    # PROTECT: whether an item could be collected about somebody stays decidable.
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="coverages", db_index=False)
    role_code = models.CharField(max_length=64)
    period = DateRangeField()
    source_kind = models.CharField(max_length=16)
    source_key = models.BinaryField(max_length=64)
    # The posting lies in a room above: a key, not a foreign key.
    posting_id = models.BigIntegerField(null=True)
    granted_at = models.DateTimeField()
    annulled_at = models.DateTimeField(null=True)

    class Meta:
        """What the database refuses."""

        constraints: ClassVar = [
            models.CheckConstraint(
                name="coverage_period_begins",
                condition=Q(period__startswith__isnull=False) & Q(period__isempty=False),
            ),
            models.CheckConstraint(
                name="coverage_source_known", condition=Q(source_kind__in=[s.value for s in CoverageSource])
            ),
            models.UniqueConstraint(
                name="coverage_once_per_source",
                fields=["person", "role_code", "source_kind", "source_key"],
                condition=Q(annulled_at__isnull=True),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="coverage_of_posting", fields=["posting_id"], condition=Q(posting_id__isnull=False)),
            models.Index(name="coverage_of_role", fields=["person", "role_code"]),
            # A record that is corrected or withdrawn takes its role back by its own key.
            models.Index(name="coverage_of_source", fields=["source_key"], condition=Q(annulled_at__isnull=True)),
        ]

    def __str__(self) -> str:
        """Return keys only."""
        return f"{self.person_id}:{self.role_code}"


class MergeProposal(SealedRow):
    """One officer's proposal that two persons are one. Append-only."""

    # PROTECT: a proposal is evidence of how a merge came about.
    merged_person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    into_person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_by = models.CharField(max_length=100)
    reasons = models.TextField()
    proposed_at = models.DateTimeField()

    class Meta:
        """What the database refuses."""

        constraints: ClassVar = [
            models.CheckConstraint(name="mergeproposal_two_persons", condition=~Q(merged_person=F("into_person"))),
            models.CheckConstraint(name="mergeproposal_reasons", condition=~Q(reasons="")),
            # What a decision repeats of its proposal, so that a foreign key can hold it to the truth.
            models.UniqueConstraint(
                name="mergeproposal_whole", fields=["id", "proposed_by", "merged_person", "into_person"]
            ),
        ]

    def __str__(self) -> str:
        """Return keys only."""
        return f"{self.merged_person_id}>{self.into_person_id}"


class Merge(SealedRow):
    """A second officer's decision on a proposal to merge. Append-only: a merge is undone by a split, never changed."""

    # PROTECT: see MergeProposal. The migration ties all four repeated columns to the proposal's.
    proposal = models.OneToOneField(MergeProposal, on_delete=models.PROTECT, related_name="merge")
    merged_person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    into_person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_by = models.CharField(max_length=100)
    decided_by = models.CharField(max_length=100)
    decision = models.CharField(max_length=16)
    reasons = models.TextField()
    decided_at = models.DateTimeField()

    class Meta:
        """What the database refuses."""

        constraints: ClassVar = [
            models.CheckConstraint(name="merge_two_officers", condition=~Q(decided_by=F("proposed_by"))),
            models.CheckConstraint(name="merge_decision_known", condition=Q(decision__in=[d.value for d in Decision])),
            models.CheckConstraint(name="merge_reasons", condition=~Q(reasons="")),
        ]

    def __str__(self) -> str:
        """Return keys only."""
        return f"{self.merged_person_id}>{self.into_person_id}:{self.decision}"


class SplitProposal(SealedRow):
    """One officer's proposal that a merge was wrong. Append-only."""

    # PROTECT: see MergeProposal.
    merge = models.ForeignKey(Merge, on_delete=models.PROTECT, related_name="split_proposals")
    proposed_by = models.CharField(max_length=100)
    reasons = models.TextField()
    proposed_at = models.DateTimeField()

    class Meta:
        """What the database refuses."""

        constraints: ClassVar = [
            models.CheckConstraint(name="splitproposal_reasons", condition=~Q(reasons="")),
            models.UniqueConstraint(name="splitproposal_whole", fields=["id", "proposed_by", "merge"]),
        ]

    def __str__(self) -> str:
        """Return keys only."""
        return f"{self.merge_id}"


class Split(SealedRow):
    """A second officer's decision on a proposal to split. Append-only."""

    # PROTECT: see MergeProposal. The migration ties the repeated columns to the proposal's.
    proposal = models.OneToOneField(SplitProposal, on_delete=models.PROTECT, related_name="split")
    merge = models.ForeignKey(Merge, on_delete=models.PROTECT, related_name="splits")
    proposed_by = models.CharField(max_length=100)
    decided_by = models.CharField(max_length=100)
    decision = models.CharField(max_length=16)
    reasons = models.TextField()
    decided_at = models.DateTimeField()

    class Meta:
        """What the database refuses."""

        constraints: ClassVar = [
            models.CheckConstraint(name="split_two_officers", condition=~Q(decided_by=F("proposed_by"))),
            models.CheckConstraint(name="split_decision_known", condition=Q(decision__in=[d.value for d in Decision])),
            models.CheckConstraint(name="split_reasons", condition=~Q(reasons="")),
            # A merge is undone once; merging the same two again is a new merge.
            models.UniqueConstraint(name="split_once", fields=["merge"], condition=Q(decision=Decision.APPROVED.value)),
        ]

    def __str__(self) -> str:
        """Return keys only."""
        return f"{self.merge_id}:{self.decision}"


class MergeLink(models.Model):
    """A merge in force. The row goes when the merge is split; the decisions themselves stay in their own tables."""

    # PROTECT: a person that others were merged into cannot vanish.
    merged_person = models.OneToOneField(Person, on_delete=models.PROTECT, primary_key=True, related_name="+")
    into_person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    merge = models.OneToOneField(Merge, on_delete=models.PROTECT, related_name="link")

    class Meta:
        """What the database refuses."""

        constraints: ClassVar = [
            models.CheckConstraint(name="mergelink_two_persons", condition=~Q(merged_person=F("into_person"))),
        ]

    def __str__(self) -> str:
        """Return keys only."""
        return f"{self.merged_person_id}>{self.into_person_id}"


class PopulationFeed(SealedRow):
    """A feed that was applied. Append-only."""

    number = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    line_count = models.BigIntegerField()
    accepted_count = models.BigIntegerField()
    rejected_count = models.BigIntegerField()
    held_count = models.BigIntegerField()
    unchanged_count = models.BigIntegerField()
    applied_at = models.DateTimeField()
    actor_key = models.CharField(max_length=100)

    class Meta:
        """What the database refuses: above all, a line that is not accounted for."""

        constraints: ClassVar = [
            models.CheckConstraint(name="populationfeed_number_counts_up", condition=Q(number__gte=1)),
            models.CheckConstraint(name="populationfeed_root_length", condition=Exact(Length("root"), 32)),
            models.CheckConstraint(
                name="populationfeed_every_line",
                condition=Q(
                    line_count=F("accepted_count") + F("rejected_count") + F("held_count") + F("unchanged_count")
                ),
            ),
        ]

    def __str__(self) -> str:
        """Return the number."""
        return str(self.number)


class PopulationFeedLine(SealedRow):
    """What became of one line of a feed. Append-only; keys instead of foreign keys, like a ledger.

    ``digest`` is the keyed digest of the line: the leaves of the tree whose root is in ``PopulationFeed``. The line
    itself is kept, sealed, only where an officer has to look at it: when it was held or rejected.
    """

    feed_number = models.BigIntegerField()
    line_number = models.BigIntegerField()
    kind = models.CharField(max_length=16)
    outcome = models.CharField(max_length=16)
    code = models.CharField(max_length=32)
    person_id = models.BigIntegerField(null=True)
    digest = models.BinaryField(max_length=INDEX_BYTES)
    sealed = models.BinaryField(null=True)

    class Meta:
        """What the database refuses."""

        constraints: ClassVar = [
            models.UniqueConstraint(name="populationfeedline_once", fields=["feed_number", "line_number"]),
            models.CheckConstraint(
                name="populationfeedline_outcome_known", condition=Q(outcome__in=[o.value for o in FeedOutcome])
            ),
            models.CheckConstraint(
                name="populationfeedline_kind_known",
                condition=Q(kind__in=[*(k.value for k in FeedKind), "UNKNOWN"]),
            ),
            models.CheckConstraint(
                name="populationfeedline_digest_length", condition=Exact(Length("digest"), INDEX_BYTES)
            ),
            models.CheckConstraint(
                name="populationfeedline_person_named",
                condition=~Q(outcome=FeedOutcome.ACCEPTED) | Q(person_id__isnull=False),
            ),
        ]
        indexes: ClassVar = [models.Index(name="populationfeedline_of_person", fields=["person_id"])]

    def __str__(self) -> str:
        """Return keys only."""
        return f"{self.feed_number}:{self.line_number}"
