"""What the records room appends to the ledger: one leaf for a posting of any size."""

from dataclasses import dataclass
from typing import Any, ClassVar

from chengxin.ledger.events import LedgerEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingMade(LedgerEvent):
    """Lines were posted; the root stands for all of them."""

    kind: ClassVar[str] = "records.posting.made"
    posting_id: int
    item_code: str
    edition_code: str
    lines: int
    root: bytes

    def body(self) -> dict[str, Any]:
        """Return keys, counts and the root over the lines."""
        return {
            "posting": self.posting_id,
            "item": self.item_code,
            "edition": self.edition_code,
            "lines": self.lines,
            "root": self.root.hex(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingReversed(LedgerEvent):
    """A posting was reversed as a whole."""

    kind: ClassVar[str] = "records.posting.reversed"
    posting_id: int

    def body(self) -> dict[str, Any]:
        """Return the posting's key."""
        return {"posting": self.posting_id}


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthKeyDestroyed(LedgerEvent):
    """The key of a month was destroyed: what was to be kept until then can be read by nobody any more."""

    kind: ClassVar[str] = "records.month.erased"
    month: str

    def body(self) -> dict[str, Any]:
        """Return the month."""
        return {"month": self.month}
