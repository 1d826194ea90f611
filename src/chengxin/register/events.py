"""What the register appends to the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from chengxin.ledger.events import LedgerEvent
from chengxin.sealing.digests import LARGEST_NUMBER

NUMBER_TO_COME: Final = LARGEST_NUMBER
"""Stands for the number of a look until the database has drawn it; no person is looked at that often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookMade(LedgerEvent):
    """Somebody looked at a person's data, or tried to. Holds a digest and a number; nothing has to be erased.

    Attributes:
        sequence: Number of the look among the person's, from 1 without gaps.
        look_digest: Salted digest of the line of the register, hexadecimal.
    """

    kind: ClassVar[str] = "register.look.made"
    sequence: int
    look_digest: str

    def body(self) -> Mapping[str, Any]:
        """Return the number and the digest."""
        return {"look": self.look_digest, "sequence": self.sequence}
