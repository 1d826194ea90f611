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
