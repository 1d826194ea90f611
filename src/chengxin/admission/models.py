"""Rows of representations: who acts for whom, on which document, from when to when. All append-only."""

from django.contrib.postgres.fields import DateRangeField
from django.db import models

from chengxin.admission.states import Decision, RepresentationDocument, RepresentationKind
from chengxin.ledger.models import SealedRow
from chengxin.persons.models import Person


class Representation(SealedRow):
    """That somebody acts for another person, as a clerk entered it. Append-only."""

    reference = models.CharField(max_length=16, unique=True)
    kind = models.CharField(max_length=16)
    # PROTECT: for whom somebody acted is asked for long after.
    represented = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    representative = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    document = models.CharField(max_length=32)
    document_number = models.BinaryField()
    period = DateRangeField()
    organisation_code = models.CharField(max_length=64)
    entered_by = models.CharField(max_length=100)
    entered_at = models.DateTimeField()

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(
                name="representation_kind_known", condition=models.Q(kind__in=[k.value for k in RepresentationKind])
            ),
            models.CheckConstraint(
                name="representation_document_known",
                condition=models.Q(document__in=[d.value for d in RepresentationDocument]),
            ),
            models.CheckConstraint(
                name="representation_two_persons", condition=~models.Q(represented=models.F("representative"))
            ),
            models.CheckConstraint(
                name="representation_ends",
                condition=models.Q(period__upper_inf=False, period__lower_inf=False, period__isempty=False),
            ),
            # Lets the decision prove by its foreign key that the officer it names is the one who entered.
            models.UniqueConstraint(name="representation_whole", fields=["id", "entered_by"]),
        ]

    def __str__(self) -> str:
        """Return the reference."""
        return self.reference


class RepresentationDecision(SealedRow):
    """How a second officer decided a representation. Append-only."""

    # PROTECT: a decision is read with what it decided.
    representation = models.OneToOneField(Representation, on_delete=models.PROTECT, related_name="decided")
    entered_by = models.CharField(max_length=100)
    decided_by = models.CharField(max_length=100)
    decision = models.CharField(max_length=16)
    decided_at = models.DateTimeField()

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(
                name="representation_decision_two_officers", condition=~models.Q(decided_by=models.F("entered_by"))
            ),
            models.CheckConstraint(
                name="representation_decision_known",
                condition=models.Q(decision__in=[d.value for d in Decision]),
            ),
        ]

    def __str__(self) -> str:
        """Return the representation and the decision."""
        return f"{self.representation_id}:{self.decision}"


class RepresentationEnd(SealedRow):
    """That a representation ended before its last day. Append-only."""

    # PROTECT: an end is read with what it ended.
    representation = models.OneToOneField(Representation, on_delete=models.PROTECT, related_name="ended")
    ended_by = models.CharField(max_length=100)
    ended_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the representation."""
        return str(self.representation_id)
