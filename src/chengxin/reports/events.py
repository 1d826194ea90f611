"""What the reports room appends to the ledger: digests, counts and codes, never a number and never contents."""

from dataclasses import dataclass
from typing import Any, ClassVar

from chengxin.ledger.events import LedgerEvent
from chengxin.sealing.event_proofs import DIGEST_MEMBER


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportIssued(LedgerEvent):
    """A report was issued. A proof of this event proves how old the very file is, whatever becomes of its key."""

    kind: ClassVar[str] = "reports.report.issued"
    file_sha256: str
    channel: str
    item_count: int

    def body(self) -> dict[str, Any]:
        """Return the digest of the signed file, the way it was issued, and how many items it carries."""
        return {DIGEST_MEMBER: self.file_sha256, "channel": self.channel, "items": self.item_count}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWithdrawn(LedgerEvent):
    """The person took a report back."""

    kind: ClassVar[str] = "reports.report.withdrawn"
    file_sha256: str

    def body(self) -> dict[str, Any]:
        """Return the digest of the report's file."""
        return {DIGEST_MEMBER: self.file_sha256}
