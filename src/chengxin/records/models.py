"""Rows of items: postings, keys of items, versions. All append-only; nothing here is ever changed.

The table of versions is partitioned by person and made in SQL by the first migration.
"""

from django.db import models

from chengxin.ledger.models import SealedRow


class Posting(SealedRow):
    """Lines of one item type, posted together by one supplier under one edition."""

    id = models.BigIntegerField(primary_key=True)
    supplier_code = models.CharField(max_length=64)
    item_code = models.CharField(max_length=64)
    edition_code = models.CharField(max_length=64)
    batch_reference = models.CharField(max_length=32)
    lines_count = models.IntegerField()
    root = models.BinaryField()
    posted_by = models.CharField(max_length=64)
    posted_at = models.DateTimeField()

    class Meta:
        """Indexes for the supplier's and the item's history."""

        indexes = [models.Index(fields=["supplier_code", "item_code", "posted_at"], name="posting_by_supplier")]
        constraints = [
            models.CheckConstraint(name="posting_has_lines", condition=models.Q(lines_count__gte=1)),
        ]

    def __str__(self) -> str:
        """Return the key."""
        return str(self.pk)


class PostingReversal(SealedRow):
    """The one act that takes a whole posting back."""

    # PROTECT: a reversal without its posting would say nothing.
    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, primary_key=True, related_name="reversal")
    reasons = models.CharField(max_length=500)
    reversed_by = models.CharField(max_length=64)
    reversed_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the posting's key."""
        return str(self.posting_id)


class RecordKey(models.Model):
    """The key of an item: a keyed digest of supplier, item type and the supplier's own number, and whose it is."""

    record_key = models.BinaryField(primary_key=True)
    person_id = models.BigIntegerField()

    def __str__(self) -> str:
        """Return the key in hexadecimal."""
        return bytes(self.record_key).hex()


class RecordVersion(models.Model):
    """One version of an item. Its details are sealed under the key of the month in which keeping ends."""

    pk = models.CompositePrimaryKey("person_id", "record_key", "version")
    person_id = models.BigIntegerField()
    record_key = models.BinaryField()
    version = models.IntegerField()
    posting_id = models.BigIntegerField()
    line = models.IntegerField()
    change = models.CharField(max_length=8)
    severity = models.CharField(max_length=16)
    occurred_on = models.DateField()
    ended_on = models.DateField(null=True)
    document_on = models.DateField(null=True)
    shown_until = models.DateField()
    used_until = models.DateField()
    kept_until = models.DateField()
    content_digest = models.BinaryField()
    sealed = models.BinaryField()

    class Meta:
        """The table is made in SQL."""

        managed = False
        db_table = "records_recordversion"

    def __str__(self) -> str:
        """Return key and version."""
        return f"{bytes(self.record_key).hex()}/{self.version}"
