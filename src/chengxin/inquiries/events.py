"""What the inquiries room appends to the ledger beside the register's own events."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from chengxin.ledger.events import LedgerEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryWithoutPerson(LedgerEvent):
    """Somebody asked about a number that leads to nobody, or that must not be told apart from one that does."""

    kind: ClassVar[str] = "inquiries.inquiry.without_person"
    inquiry: str
    purpose_code: str
    outcome: str

    def body(self) -> dict[str, Any]:
        """Return the inquiry, its purpose and how it ended."""
        return {"inquiry": self.inquiry, "purpose": self.purpose_code, "outcome": self.outcome}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSettled(LedgerEvent):
    """A gap that kept the gate from deciding was dealt with."""

    kind: ClassVar[str] = "inquiries.task.settled"
    task: int

    def body(self) -> dict[str, Any]:
        """Return the task."""
        return {"task": self.task}


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaSet(LedgerEvent):
    """How often somebody may ask on one day was set."""

    kind: ClassVar[str] = "inquiries.quota.set"
    subject: str
    per_day: int

    def body(self) -> dict[str, Any]:
        """Return whom and how often."""
        return {"subject": self.subject, "per_day": self.per_day}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernRaised(LedgerEvent):
    """A person does not know one of the looks at the own data and asks the office to examine it."""

    kind: ClassVar[str] = "inquiries.concern.raised"
    concern: str
    look: int
    due_on: date | None

    def body(self) -> dict[str, Any]:
        """Return the concern, the look's number, and the last day for an answer; never what the person wrote."""
        return {"concern": self.concern, "look": self.look, "due_on": None if not self.due_on else str(self.due_on)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernAnswered(LedgerEvent):
    """The office examined a look that the person did not know, and said what it found."""

    kind: ClassVar[str] = "inquiries.concern.answered"
    concern: str
    state: str

    def body(self) -> dict[str, Any]:
        """Return the concern and what was found; never the reasons."""
        return {"concern": self.concern, "state": self.state}


@dataclass(frozen=True, slots=True, kw_only=True)
class LooksSampled(LedgerEvent):
    """The office took looks for review; how many, and up to which moment looks were considered."""

    kind: ClassVar[str] = "inquiries.looks.sampled"
    until: str
    sampled: int

    def body(self) -> dict[str, Any]:
        """Return the moment and the count."""
        return {"until": self.until, "sampled": self.sampled}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDecided(LedgerEvent):
    """A sampled look was found proper, or misuse. The reasons stay in the row."""

    kind: ClassVar[str] = "inquiries.review.decided"
    review: int
    look: int
    decision: str

    def body(self) -> dict[str, Any]:
        """Return the review, its look and the decision."""
        return {"review": self.review, "look": self.look, "decision": self.decision}


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryBatchReceived(LedgerEvent):
    """An organisation sent a batch of inquiries; each of its lines leaves a line of its own."""

    kind: ClassVar[str] = "inquiries.batch.received"
    batch: str
    purpose_code: str
    lines: int
    sha256: str

    def body(self) -> dict[str, Any]:
        """Return the batch, its purpose, size and digest."""
        return {"batch": self.batch, "purpose": self.purpose_code, "lines": self.lines, "sha256": self.sha256}


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryBatchDiscarded(LedgerEvent):
    """File and answers of a batch of inquiries were deleted, because their days were over."""

    kind: ClassVar[str] = "inquiries.batch.discarded"
    batch: str

    def body(self) -> dict[str, Any]:
        """Return the batch."""
        return {"batch": self.batch}
