"""Rows of organisations, of what they were mandated to do and licensed for, and of suspensions, from when to when."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models

from chengxin.ledger.models import SealedRow
from chengxin.organisations.rules import MOST_ADDRESS
from chengxin.organisations.states import OrganisationKind


class Organisation(models.Model):
    """A body at work here: a department, court, school, association, or the credit office."""

    code = models.CharField(max_length=64, unique=True)
    # The body of the catalogue whose mandate it exercises; a county bureau shares one with its province's department.
    body_code = models.CharField(max_length=64)
    division_code = models.CharField(max_length=6)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    kind = models.CharField(max_length=32, default=OrganisationKind.DEPARTMENT.value)
    registered_at = models.DateTimeField()

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(
                name="organisation_kind_known", condition=models.Q(kind__in=[kind.value for kind in OrganisationKind])
            ),
        ]

    def __str__(self) -> str:
        """Return the code."""
        return self.code


class Mandate(models.Model):
    """One item type that an organisation may supply, for a period."""

    # PROTECT: the mandate under which a batch was posted stays readable.
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="mandates")
    item_code = models.CharField(max_length=64)
    period = DateRangeField()
    granted_at = models.DateTimeField()

    class Meta:
        """What the database refuses."""

        constraints = [
            ExclusionConstraint(
                name="mandate_periods_apart",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("item_code", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        """Return organisation and item."""
        return f"{self.organisation_id}:{self.item_code}"


class InquiryMandate(models.Model):
    """One purpose for which an organisation may ask about persons, on which basis of its own, for a period."""

    # PROTECT: the mandate under which somebody was answered stays readable.
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="inquiry_mandates")
    purpose_code = models.CharField(max_length=64)
    basis_code = models.CharField(max_length=64)
    # Item types that may be asked for; empty means every type that the purpose's kinds allow.
    item_codes = ArrayField(models.CharField(max_length=64), default=list)
    period = DateRangeField()
    granted_at = models.DateTimeField()

    class Meta:
        """What the database refuses."""

        constraints = [
            ExclusionConstraint(
                name="inquiry_mandate_periods_apart",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("purpose_code", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        """Return organisation and purpose."""
        return f"{self.organisation_id}:{self.purpose_code}"


class Licence(models.Model):
    """A licence that a bureau holds: number, issuer, the purposes in its scope, for a period."""

    # PROTECT: the licence under which somebody was answered stays readable.
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="licences")
    number = models.CharField(max_length=64)
    issuer = models.CharField(max_length=120)
    purpose_codes = ArrayField(models.CharField(max_length=64))
    period = DateRangeField()
    recorded_at = models.DateTimeField()

    class Meta:
        """What the database refuses."""

        constraints = [
            ExclusionConstraint(
                name="licence_periods_apart",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("number", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        """Return the number."""
        return self.number


class Inspection(SealedRow):
    """The office inspected a bureau on a day, and what it found. Append-only."""

    # PROTECT: what was found about somebody who asks stays readable.
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="inspections")
    inspected_on = models.DateField()
    findings = models.TextField()
    # Last day to mend what was found; empty where nothing has to be mended.
    mend_by_on = models.DateField(null=True)
    recorded_by = models.CharField(max_length=100)
    recorded_at = models.DateTimeField()

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(name="inspection_has_findings", condition=~models.Q(findings="")),
            models.CheckConstraint(
                name="inspection_mended_afterwards",
                condition=models.Q(mend_by_on__isnull=True) | models.Q(mend_by_on__gte=models.F("inspected_on")),
            ),
        ]

    def __str__(self) -> str:
        """Return the key."""
        return str(self.pk)


class SectorEntry(models.Model):
    """An organisation is an operator in a real-name sector, for a period."""

    # PROTECT: under which sector somebody checked names stays readable.
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sector_entries")
    sector_code = models.CharField(max_length=64)
    period = DateRangeField()
    entered_at = models.DateTimeField()

    class Meta:
        """What the database refuses."""

        constraints = [
            ExclusionConstraint(
                name="sector_periods_apart",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("sector_code", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        """Return organisation and sector."""
        return f"{self.organisation_id}:{self.sector_code}"


class CorrectionSubscription(models.Model):
    """Where an organisation is told that what it received was corrected or withdrawn, and that it will acknowledge."""

    # PROTECT: where somebody was to be told stays readable.
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="correction_subscriptions")
    address = models.CharField(max_length=MOST_ADDRESS)
    since_at = models.DateTimeField()
    set_by = models.CharField(max_length=100)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=100, blank=True)

    class Meta:
        """What the database refuses."""

        constraints = [
            models.UniqueConstraint(
                name="correction_subscription_one_at_a_time",
                fields=["organisation"],
                condition=models.Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="correction_address_encrypted", condition=models.Q(address__startswith="https://")
            ),
            models.CheckConstraint(
                name="correction_subscription_ended_by_somebody",
                condition=models.Q(ended_at__isnull=True, ended_by="")
                | (models.Q(ended_at__gte=models.F("since_at")) & ~models.Q(ended_by="")),
            ),
        ]

    def __str__(self) -> str:
        """Return the key; the address may hold a secret path."""
        return str(self.pk)


class Suspension(models.Model):
    """An organisation, officer or client that may ask nothing until somebody lifts it. Its history stays."""

    # ``organisation:CODE``, ``account:17`` or ``client:3``: a key, because logins lie beside this room.
    subject = models.CharField(max_length=100)
    reasons = models.TextField()
    suspended_by = models.CharField(max_length=100)
    since_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=100, blank=True)

    class Meta:
        """What the database refuses."""

        constraints = [
            models.UniqueConstraint(
                name="suspension_once_at_a_time", fields=["subject"], condition=models.Q(lifted_at__isnull=True)
            ),
            models.CheckConstraint(
                name="suspension_lifted_by_somebody",
                condition=models.Q(lifted_at__isnull=True, lifted_by="")
                | (models.Q(lifted_at__isnull=False) & ~models.Q(lifted_by="")),
            ),
            models.CheckConstraint(name="suspension_has_reasons", condition=~models.Q(reasons="")),
        ]

    def __str__(self) -> str:
        """Return the subject."""
        return self.subject
