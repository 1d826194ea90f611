"""What the catalogue appends to the ledger."""

from dataclasses import dataclass
from typing import Any, ClassVar

from chengxin.ledger.events import LedgerEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionIssued(LedgerEvent):
    """An edition of the catalogue was issued; it touches nobody in particular."""

    kind: ClassVar[str] = "catalogue.edition.issued"
    edition_code: str
    edition_digest: str
    in_force_from: str
    item_count: int

    def body(self) -> dict[str, Any]:
        """Return code, digest in hexadecimal, first day in force and the number of item types."""
        return {
            "edition": self.edition_code,
            "digest": self.edition_digest,
            "in_force_from": self.in_force_from,
            "items": self.item_count,
        }
