"""Rows of the register: the looks, append-only, and how many each person has."""

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from chengxin.register.states import Outcome


class Look(models.Model):
    """One look at one person's data, or the attempt. Keys instead of foreign keys: it outlives what it speaks of."""

    person_id = models.BigIntegerField()
    sequence = models.BigIntegerField()
    at = models.DateTimeField()
    actor_key = models.CharField(max_length=100)
    organisation_code = models.CharField(max_length=40, null=True)  # noqa: DJ001 - "for nobody" is in the digest as null
    purpose_code = models.CharField(max_length=60)
    basis_code = models.CharField(max_length=60)
    case_number = models.CharField(max_length=100, null=True)  # noqa: DJ001 - "no case" is in the digest as null
    shown = models.JSONField()
    mask_rule = models.CharField(max_length=60)
    mask_version = models.IntegerField()
    outcome = models.CharField(max_length=10)
    refusal_code = models.CharField(max_length=60, null=True)  # noqa: DJ001 - a shown look has none, and says so
    salt = models.BinaryField()
    digest = models.BinaryField()
    event_id = models.BigIntegerField(unique=True)

    class Meta:
        """Constraints."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person_id", "sequence"], name="register_look_number_once"),
            models.CheckConstraint(condition=models.Q(sequence__gte=1), name="register_look_number_from_one"),
            models.CheckConstraint(
                condition=models.Q(outcome=Outcome.SHOWN, refusal_code__isnull=True)
                | models.Q(outcome=Outcome.REFUSED, refusal_code__isnull=False),
                name="register_look_refusal_has_code",
            ),
        ]
        # Lines are added in the order of time, so that the few blocks of a stretch of it are found without more.
        indexes: ClassVar = [BrinIndex(fields=["at"], name="register_look_by_time")]

    def __str__(self) -> str:
        """Name the row."""
        return f"register_look:{self.pk}"


class Counter(models.Model):
    """How many looks a person has. The one row of the register that changes: it only ever counts up by one."""

    person_id = models.BigIntegerField(primary_key=True)
    look_count = models.BigIntegerField()

    class Meta:
        """Constraints."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(look_count__gte=1), name="register_counter_from_one"),
        ]

    def __str__(self) -> str:
        """Name the row."""
        return f"register_counter:{self.pk}"
