"""Rows of the ledger. All tables but the queue are append-only, by privilege and by trigger."""

from typing import ClassVar

from django.db import models


class SealedRow(models.Model):
    """Base of other rooms' append-only rows: a trigger tells the ledger of each that is added, with its digest.

    The guard and the trigger are made by ``append_only.append_only_sql`` and ``append_only.sealed_sql``; a test
    compares them with the models that are derived from this one. Columns may be added later if they are empty in older
    rows; they are never renamed, retyped or taken away, because their names and texts are under the digest.
    """

    class Meta:
        """No table."""

        abstract = True


class Event(models.Model):
    """One act. No foreign keys: an event outlives the rows it speaks of."""

    kind = models.CharField(max_length=100)
    at = models.DateTimeField()
    actor_key = models.CharField(max_length=100)
    organisation_code = models.CharField(max_length=40, null=True)  # noqa: DJ001 - "for nobody" is in the digest as null
    person_id = models.BigIntegerField(null=True)
    body = models.JSONField()
    salt = models.BinaryField()
    digest = models.BinaryField()

    class Meta:
        """Constraints and indexes."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.lookups.Exact(models.Func("salt", function="octet_length"), 16),
                name="ledger_event_salt_length",
            ),
            models.CheckConstraint(
                condition=models.lookups.Exact(models.Func("digest", function="octet_length"), 32),
                name="ledger_event_digest_length",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["person_id", "id"],
                name="ledger_event_person",
                condition=models.Q(person_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        """Name the row."""
        return f"ledger_event:{self.pk}"


class Pending(models.Model):
    """An event that is not in the tree yet: the queue between appending and integrating.

    Transactions commit in another order than they draw their ids, so no mark on the ids could tell which events were
    taken already. A row here is written with its event and removed with the leaf's writing.
    """

    event_id = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        """Name the row."""
        return f"ledger_pending:{self.pk}"


class Leaf(models.Model):
    """The place of an event in the tree. No foreign key: the leaf must stay when a superuser removes the event."""

    leaf_index = models.BigIntegerField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    leaf_hash = models.BinaryField()

    class Meta:
        """Constraints."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.lookups.Exact(models.Func("leaf_hash", function="octet_length"), 32),
                name="ledger_leaf_hash_length",
            ),
            models.CheckConstraint(condition=models.Q(leaf_index__gte=0), name="ledger_leaf_index_from_zero"),
        ]

    def __str__(self) -> str:
        """Name the row."""
        return f"ledger_leaf:{self.pk}"


class Checkpoint(models.Model):
    """A signed state of the tree, numbered without gaps, with the frontier from which the tree grows on."""

    number = models.BigIntegerField(primary_key=True)
    tree_size = models.BigIntegerField(unique=True)
    root = models.BinaryField()
    frontier = models.BinaryField()
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        """Constraints."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(number__gte=1), name="ledger_checkpoint_number_from_one"),
            models.CheckConstraint(condition=models.Q(tree_size__gte=0), name="ledger_checkpoint_size_from_zero"),
        ]

    def __str__(self) -> str:
        """Name the row."""
        return f"ledger_checkpoint:{self.pk}"
