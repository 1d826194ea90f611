"""Rows of organisations and of what they were mandated to do, from when to when."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models


class Organisation(models.Model):
    """A body at work here: a department, court, school, association, or the credit office."""

    code = models.CharField(max_length=64, unique=True)
    # The body of the catalogue whose mandate it exercises; a county bureau shares one with its province's department.
    body_code = models.CharField(max_length=64)
    division_code = models.CharField(max_length=6)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    registered_at = models.DateTimeField()

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
