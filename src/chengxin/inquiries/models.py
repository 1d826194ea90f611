"""Rows of inquiries, of tasks that the gate could not decide, of what was asked today, and of concerns about looks."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from chengxin.inquiries.rules.sampling import SamplingCode
from chengxin.inquiries.states import BatchState, ConcernState, LineOutcome, Outcome, ReviewState
from chengxin.ledger.models import SealedRow


class Inquiry(SealedRow):
    """One inquiry and how it ended. Append-only. Its look, where somebody was looked at, is in the register."""

    reference = models.CharField(max_length=16, unique=True)
    organisation_code = models.CharField(max_length=64)
    actor_key = models.CharField(max_length=100)
    purpose_code = models.CharField(max_length=64)
    edition_code = models.CharField(max_length=100)
    case_number = models.CharField(max_length=100)
    item_codes = ArrayField(models.CharField(max_length=64))
    form_asked = models.CharField(max_length=16)
    form_given = models.CharField(max_length=16)
    # Keys, not foreign keys: an inquiry outlives what it speaks of, as the register does.
    person_id = models.BigIntegerField(null=True)
    authorisation_id = models.BigIntegerField(null=True)
    look_id = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=16)
    code = models.CharField(max_length=64)
    answer_digest = models.BinaryField(null=True)
    receipt = models.TextField(blank=True)
    asked_at = models.DateTimeField()

    class Meta:
        """What the database refuses."""

        constraints: ClassVar = [
            models.CheckConstraint(name="inquiry_reference_opaque", condition=Q(reference__regex=r"^[A-Z2-7]{16}$")),
            models.CheckConstraint(
                name="inquiry_answered_has_receipt",
                condition=(Q(outcome=Outcome.ANSWERED.value, answer_digest__isnull=False) & ~Q(receipt=""))
                | Q(outcome__in=[Outcome.REFUSED.value, Outcome.UNDECIDED.value], answer_digest__isnull=True),
            ),
            models.CheckConstraint(
                name="inquiry_about_somebody_has_look",
                condition=Q(person_id__isnull=True, look_id__isnull=True)
                | Q(person_id__isnull=False, look_id__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation_code", "-id"], name="inquiry_of_organisation"),
            models.Index(fields=["actor_key", "-id"], name="inquiry_of_actor"),
        ]

    def __str__(self) -> str:
        """Return the reference."""
        return self.reference


class Repetition(SealedRow):
    """The key under which an organisation may repeat a question without asking it again. Append-only.

    Neither key nor question can be read from the two digests: they are keyed, because both hold what could be guessed.
    The answer is not kept.
    """

    organisation_code = models.CharField(max_length=64)
    key_digest = models.BinaryField()
    question_digest = models.BinaryField()
    # PROTECT: it leads to the inquiry that was answered under the key.
    inquiry = models.OneToOneField(Inquiry, on_delete=models.PROTECT, related_name="repetition")

    class Meta:
        """What the database refuses."""

        constraints: ClassVar = [
            models.UniqueConstraint(name="repetition_key_once", fields=["organisation_code", "key_digest"]),
        ]

    def __str__(self) -> str:
        """Return the key of the row."""
        return str(self.pk)


class Task(models.Model):
    """A gap in catalogue or mandates that kept the gate from deciding; somebody of the office fills it."""

    inquiry_reference = models.CharField(max_length=16)
    organisation_code = models.CharField(max_length=64)
    purpose_code = models.CharField(max_length=64)
    code = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=100, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        """What the database refuses."""

        constraints: ClassVar = [
            models.CheckConstraint(
                name="task_settled_by_somebody",
                condition=Q(settled_at__isnull=True, settled_by="") | (Q(settled_at__isnull=False) & ~Q(settled_by="")),
            ),
        ]

    def __str__(self) -> str:
        """Return the key."""
        return str(self.pk)


class Quota(models.Model):
    """How often somebody may ask on one day, where it differs from what is usual."""

    # ``organisation:CODE``, ``batches:CODE``, ``account:17`` or ``client:3``.
    subject = models.CharField(max_length=100, unique=True)
    per_day = models.IntegerField()
    set_by = models.CharField(max_length=100)
    set_at = models.DateTimeField()

    class Meta:
        """What the database refuses."""

        constraints: ClassVar = [models.CheckConstraint(name="quota_not_negative", condition=Q(per_day__gte=0))]

    def __str__(self) -> str:
        """Return the subject."""
        return self.subject


class DayCount(models.Model):
    """How often somebody asked on one civil day, or how often an operator's checks ended so; it only counts up."""

    # As of a quota, or ``check:CODE:MATCH``.
    subject = models.CharField(max_length=100)
    day_on = models.DateField()
    asked_count = models.IntegerField()

    class Meta:
        """What the database refuses."""

        constraints: ClassVar = [
            models.UniqueConstraint(name="day_count_once", fields=["subject", "day_on"]),
        ]

    def __str__(self) -> str:
        """Return the subject."""
        return self.subject


class Concern(models.Model):
    """A person does not know a look at the own data; the office examines it and answers.

    What the person wrote and what the office answers is sealed: it may say more of the person than any item does.
    """

    reference = models.CharField(max_length=16, unique=True)
    # Keys, not foreign keys: the look and the person of the register outlive what they speak of.
    look_id = models.BigIntegerField(unique=True)
    look_sequence = models.BigIntegerField()
    person_id = models.BigIntegerField()
    looker_key = models.CharField(max_length=100)
    organisation_code = models.CharField(max_length=64, blank=True)
    purpose_code = models.CharField(max_length=64)
    words_sealed = models.BinaryField()
    raised_by = models.CharField(max_length=100)
    raised_at = models.DateTimeField()
    edition_code = models.CharField(max_length=100)
    # None where the calendar of that day is not published: no due day is shown then, rather than a guessed one.
    due_on = models.DateField(null=True)
    state = models.CharField(max_length=24)
    answered_by = models.CharField(max_length=100, blank=True)
    answered_at = models.DateTimeField(null=True)
    answer_sealed = models.BinaryField(null=True)

    class Meta:
        """What the database refuses."""

        constraints: ClassVar = [
            models.CheckConstraint(name="concern_reference_opaque", condition=Q(reference__regex=r"^[A-Z2-7]{16}$")),
            models.CheckConstraint(
                name="concern_state_and_answer",
                condition=Q(
                    state=ConcernState.UNDER_REVIEW.value,
                    answered_by="",
                    answered_at__isnull=True,
                    answer_sealed__isnull=True,
                )
                | (
                    Q(
                        state__in=[state.value for state in ConcernState if state.is_answered],
                        answered_at__isnull=False,
                        answer_sealed__isnull=False,
                    )
                    & ~Q(answered_by="")
                ),
            ),
            models.CheckConstraint(
                name="concern_answered_by_another",
                condition=~Q(answered_by=F("looker_key")) & ~Q(answered_by=F("raised_by")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person_id", "-id"], name="concern_of_person"),
            models.Index(fields=["state", "due_on"], name="concern_by_due_day"),
        ]

    def __str__(self) -> str:
        """Return the reference."""
        return self.reference


class Sampling(models.Model):
    """One run of sampling: looks of which stretch of time were considered, and how many were taken."""

    since_at = models.DateTimeField()
    until_at = models.DateTimeField()
    sampled_count = models.IntegerField()
    sampled_at = models.DateTimeField()

    class Meta:
        """What the database refuses."""

        constraints: ClassVar = [
            models.CheckConstraint(name="sampling_forward", condition=Q(until_at__gte=F("since_at"))),
        ]

    def __str__(self) -> str:
        """Return the key."""
        return str(self.pk)


class Review(models.Model):
    """A sampled look that a reviewer finds proper, or misuse: who looked and why, and nothing of the person."""

    # A key, not a foreign key: the register lies below and outlives what it speaks of.
    look_id = models.BigIntegerField(unique=True)
    rule_code = models.CharField(max_length=24)
    organisation_code = models.CharField(max_length=64)
    actor_key = models.CharField(max_length=100)
    purpose_code = models.CharField(max_length=64)
    case_number = models.CharField(max_length=100, blank=True)
    outcome = models.CharField(max_length=10)
    looked_at = models.DateTimeField()
    sampled_at = models.DateTimeField()
    due_on = models.DateField()
    state = models.CharField(max_length=16)
    reasons = models.TextField(blank=True)
    suspended_subject = models.CharField(max_length=100, blank=True)
    decided_by = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """What the database refuses."""

        constraints: ClassVar = [
            models.CheckConstraint(
                name="review_rule_known", condition=Q(rule_code__in=[code.value for code in SamplingCode])
            ),
            models.CheckConstraint(
                name="review_decided_by_another_with_reasons",
                condition=Q(
                    state=ReviewState.WAITING.value, decided_at__isnull=True, decided_by="", suspended_subject=""
                )
                | (
                    Q(state__in=[ReviewState.PROPER.value, ReviewState.MISUSE.value], decided_at__isnull=False)
                    & ~Q(decided_by="")
                    & ~Q(reasons="")
                    & ~Q(decided_by=F("actor_key"))
                ),
            ),
            models.CheckConstraint(
                name="review_misuse_suspends",
                condition=Q(state=ReviewState.MISUSE.value) & ~Q(suspended_subject="")
                | ~Q(state=ReviewState.MISUSE.value) & Q(suspended_subject=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "due_on", "id"], name="review_worklist"),
            models.Index(fields=["organisation_code", "state"], name="review_of_organisation"),
        ]

    def __str__(self) -> str:
        """Return the key."""
        return str(self.pk)


class InquiryBatch(models.Model):
    """A file of inquiries for one purpose. Its lines are judged one by one, each once."""

    reference = models.CharField(max_length=16, unique=True)
    organisation_code = models.CharField(max_length=64)
    actor_key = models.CharField(max_length=100)
    # The same page sent twice makes one batch.
    token = models.CharField(max_length=64, unique=True)
    purpose_code = models.CharField(max_length=64)
    item_codes = ArrayField(models.CharField(max_length=64))
    form = models.CharField(max_length=16)
    declared_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=16)
    line_count = models.IntegerField()
    done_count = models.IntegerField(default=0)
    answered_count = models.IntegerField(default=0)
    refused_count = models.IntegerField(default=0)
    unreadable_count = models.IntegerField(default=0)
    received_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    # Last day on which file and answers are kept.
    kept_until = models.DateField()
    discarded_at = models.DateTimeField(null=True)

    class Meta:
        """What the database refuses."""

        constraints: ClassVar = [
            models.CheckConstraint(
                name="inquiry_batch_reference_opaque", condition=Q(reference__regex=r"^[A-Z2-7]{16}$")
            ),
            models.CheckConstraint(
                name="inquiry_batch_lines_accounted_for",
                condition=Q(
                    done_count=F("answered_count") + F("refused_count") + F("unreadable_count"),
                    done_count__lte=F("line_count"),
                ),
            ),
            models.CheckConstraint(
                name="inquiry_batch_answered_whole",
                condition=Q(state=BatchState.WAITING.value, finished_at__isnull=True)
                | Q(state=BatchState.ANSWERED.value, finished_at__isnull=False, done_count=F("line_count")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation_code", "-id"], name="inquiry_batch_of_organisation"),
        ]

    def __str__(self) -> str:
        """Return the reference."""
        return self.reference


class InquiryBatchFile(models.Model):
    """The sealed file of a batch of inquiries, deleted when its days are over."""

    # PROTECT: it belongs to its batch and goes before it.
    batch = models.OneToOneField(InquiryBatch, on_delete=models.PROTECT, primary_key=True, related_name="file")
    sealed = models.BinaryField()

    def __str__(self) -> str:
        """Return the batch's key."""
        return str(self.pk)


class InquiryBatchLine(models.Model):
    """How one line of a batch of inquiries ended; the answer is sealed and deleted when its days are over."""

    # PROTECT: it belongs to its batch.
    batch = models.ForeignKey(InquiryBatch, on_delete=models.PROTECT, related_name="lines")
    line = models.IntegerField()
    # Empty where the line asked nothing.
    inquiry_reference = models.CharField(max_length=16, blank=True)
    outcome = models.CharField(max_length=16)
    code = models.CharField(max_length=64)
    sealed = models.BinaryField(null=True)

    class Meta:
        """What the database refuses."""

        constraints: ClassVar = [
            models.UniqueConstraint(name="inquiry_batch_line_once", fields=["batch", "line"]),
            models.CheckConstraint(
                name="inquiry_batch_line_unreadable_asked_nothing",
                condition=Q(outcome=LineOutcome.UNREADABLE.value, inquiry_reference="", sealed__isnull=True)
                | (~Q(outcome=LineOutcome.UNREADABLE.value) & ~Q(inquiry_reference="")),
            ),
        ]

    def __str__(self) -> str:
        """Return batch and line."""
        return f"{self.batch_id}:{self.line}"
