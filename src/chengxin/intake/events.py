"""What the intake room appends to the ledger. A batch of any size is one event."""

from dataclasses import dataclass
from typing import Any, ClassVar

from chengxin.ledger.events import LedgerEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReceived(LedgerEvent):
    """A file was received and kept."""

    kind: ClassVar[str] = "intake.batch.received"
    batch: str
    item_code: str
    sha256: str

    def body(self) -> dict[str, Any]:
        """Return keys and the file's digest."""
        return {"batch": self.batch, "item": self.item_code, "sha256": self.sha256}


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSettled(LedgerEvent):
    """A batch was settled: every line has an outcome."""

    kind: ClassVar[str] = "intake.batch.posted"
    batch: str
    posting_id: int | None
    counts: tuple[int, int, int, int, int]

    def body(self) -> dict[str, Any]:
        """Return keys and counts: lines, accepted, rejected, held, unchanged."""
        return {"batch": self.batch, "posting": self.posting_id, "counts": list(self.counts)}


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRefused(LedgerEvent):
    """A file was refused as a whole; where a prohibited category was the reason, that is counted by its code."""

    kind: ClassVar[str] = "intake.batch.refused"
    batch: str
    refusal_code: str

    def body(self) -> dict[str, Any]:
        """Return keys."""
        return {"batch": self.batch, "refusal": self.refusal_code}


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchMoved(LedgerEvent):
    """A batch was stopped for, approved by, or declined by a second officer, or reversed."""

    kind: ClassVar[str] = "intake.batch.moved"
    batch: str
    move: str
    state: str

    def body(self) -> dict[str, Any]:
        """Return keys."""
        return {"batch": self.batch, "move": self.move, "state": self.state}


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLineSettled(LedgerEvent):
    """A clerk attached a held line to a person, or dismissed it."""

    kind: ClassVar[str] = "intake.held_line.settled"
    batch: str
    line: int
    state: str

    def body(self) -> dict[str, Any]:
        """Return keys."""
        return {"batch": self.batch, "line": self.line, "state": self.state}
