"""Rows of issued editions. Append-only: an edition in force is the ground of decisions and is never rewritten."""

from typing import ClassVar

from django.db import models

from chengxin.ledger.models import SealedRow


class Edition(SealedRow):
    """An issued edition, whole, as the canonical text from which its digest was made."""

    code = models.CharField(max_length=80, unique=True)
    pack = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, unique=True)
    # Text and not jsonb: the digest is over these very bytes, and jsonb would not give them back.
    body = models.TextField()
    item_count = models.PositiveIntegerField()
    in_force_from = models.DateField()
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=100)

    class Meta:
        """What the database refuses, and how editions are found."""

        constraints: ClassVar = [
            models.CheckConstraint(name="edition_digest_is_sha256", condition=models.Q(digest__regex="^[0-9a-f]{64}$")),
            models.CheckConstraint(name="edition_has_items", condition=models.Q(item_count__gt=0)),
        ]
        indexes: ClassVar = [models.Index(fields=["-in_force_from", "-id"], name="edition_in_force")]

    def __str__(self) -> str:
        """Return the code."""
        return self.code
