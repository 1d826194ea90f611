"""Rows of batches, of what was found in their lines, and of lines that wait for a human being."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from chengxin.intake.states import BatchState, HeldState

STATES = [state.value for state in BatchState]
SETTLED = [BatchState.POSTED.value, BatchState.REVERSED.value]


class Batch(models.Model):
    """One file that one organisation sent for one item type, and what became of it."""

    reference = models.CharField(max_length=24, unique=True)
    organisation_code = models.CharField(max_length=64)
    item_code = models.CharField(max_length=64)
    edition_code = models.CharField(max_length=64, blank=True)
    channel = models.CharField(max_length=16)
    state = models.CharField(max_length=24)
    declared_name = models.CharField(max_length=120)
    file_format = models.CharField(max_length=16, blank=True)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    declared_lines = models.IntegerField(null=True)
    declared_sha256 = models.CharField(max_length=64, blank=True)
    idempotency_key = models.CharField(max_length=128, blank=True)
    submitted_by = models.CharField(max_length=64)
    submitted_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(null=True)
    reasons = models.CharField(max_length=500, blank=True)
    posting_id = models.BigIntegerField(null=True)
    lines_count = models.IntegerField(default=0)
    accepted_count = models.IntegerField(default=0)
    rejected_count = models.IntegerField(default=0)
    held_count = models.IntegerField(default=0)
    unchanged_count = models.IntegerField(default=0)
    corrected_count = models.IntegerField(default=0)
    withdrawn_count = models.IntegerField(default=0)
    delay_days_sum = models.BigIntegerField(default=0)
    delay_count = models.IntegerField(default=0)
    # One byte a line, compressed; the outcome of every line, however large the batch.
    outcomes = models.BinaryField(default=b"")
    refusal_code = models.CharField(max_length=64, blank=True)
    refusal_details = models.JSONField(default=dict)
    bounds = ArrayField(models.CharField(max_length=64), default=list)
    file_kept_until = models.DateField()

    class Meta:
        """What the database refuses."""

        indexes = [
            models.Index(fields=["organisation_code", "-submitted_at"], name="batch_by_organisation"),
            models.Index(fields=["item_code", "organisation_code", "state"], name="batch_by_item"),
        ]
        constraints = [
            models.CheckConstraint(name="batch_state_known", condition=models.Q(state__in=STATES)),
            models.CheckConstraint(
                name="batch_lines_all_accounted_for",
                condition=~models.Q(state__in=SETTLED)
                | models.Q(
                    lines_count=models.F("accepted_count")
                    + models.F("rejected_count")
                    + models.F("held_count")
                    + models.F("unchanged_count")
                ),
            ),
            models.CheckConstraint(
                name="batch_settled_has_moment",
                condition=~models.Q(state__in=SETTLED) | models.Q(settled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="batch_refused_has_code",
                condition=~models.Q(state=BatchState.REFUSED.value) | ~models.Q(refusal_code=""),
            ),
            models.CheckConstraint(
                name="batch_decided_by_another",
                condition=models.Q(decided_by="") | ~models.Q(decided_by=models.F("submitted_by")),
            ),
            models.UniqueConstraint(
                name="batch_idempotency_key_once",
                fields=["organisation_code", "idempotency_key"],
                condition=~models.Q(idempotency_key=""),
            ),
        ]

    def __str__(self) -> str:
        """Return the reference."""
        return self.reference


class Finding(models.Model):
    """One fault of one line: rule, column, masked value. Nothing clear of the line is kept here."""

    # PROTECT: what was told to the supplier stays tellable.
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="findings", db_index=False)
    line = models.IntegerField()
    rule = models.CharField(max_length=32)
    column = models.CharField(max_length=64, blank=True)
    seen = models.CharField(max_length=64, blank=True)
    params = models.JSONField(default=dict)

    class Meta:
        """Read by batch, in the order of the lines."""

        indexes = [models.Index(fields=["batch", "line"], name="finding_by_line")]

    def __str__(self) -> str:
        """Return line and rule."""
        return f"{self.line}:{self.rule}"


class HeldLine(models.Model):
    """A line that waits for a clerk: its person is unknown or its name disagrees. Its contents are sealed."""

    # PROTECT: see Finding.
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="held_lines")
    line = models.IntegerField()
    reason = models.CharField(max_length=32)
    state = models.CharField(max_length=16)
    sealed = models.BinaryField()
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(null=True)
    person_id = models.BigIntegerField(null=True)
    posting_id = models.BigIntegerField(null=True)
    reasons = models.CharField(max_length=500, blank=True)

    class Meta:
        """What the database refuses."""

        indexes = [models.Index(fields=["state", "id"], name="held_line_queue")]
        constraints = [
            models.UniqueConstraint(name="held_line_once", fields=["batch", "line"]),
            models.CheckConstraint(
                name="held_line_state_known", condition=models.Q(state__in=[state.value for state in HeldState])
            ),
            models.CheckConstraint(
                name="held_line_attached_has_person",
                condition=~models.Q(state=HeldState.ATTACHED.value)
                | models.Q(person_id__isnull=False, posting_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        """Return batch and line."""
        return f"{self.batch_id}:{self.line}"


class Upload(models.Model):
    """A file being sent in parts, before it is a batch."""

    reference = models.CharField(max_length=24, unique=True)
    organisation_code = models.CharField(max_length=64)
    item_code = models.CharField(max_length=64)
    declared_name = models.CharField(max_length=120)
    declared_lines = models.IntegerField(null=True)
    declared_sha256 = models.CharField(max_length=64, blank=True)
    idempotency_key = models.CharField(max_length=128, blank=True)
    size_bytes = models.BigIntegerField()
    opened_by = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    # PROTECT: the upload says which batch it became.
    batch = models.OneToOneField(Batch, on_delete=models.PROTECT, null=True, related_name="upload")

    class Meta:
        """What the database refuses."""

        constraints = [
            models.UniqueConstraint(
                name="upload_idempotency_key_once",
                fields=["organisation_code", "idempotency_key"],
                condition=~models.Q(idempotency_key=""),
            ),
        ]

    def __str__(self) -> str:
        """Return the reference."""
        return self.reference


class Progress(models.Model):
    """How far the settling of a batch has come; written outside its transaction, so that others can watch."""

    # No foreign key: the row is written from another connection while the batch is being settled.
    batch_reference = models.CharField(max_length=24, primary_key=True)
    phase = models.CharField(max_length=16)
    done = models.IntegerField()
    total = models.IntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the phase."""
        return self.phase
