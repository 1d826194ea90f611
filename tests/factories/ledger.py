"""Events for tests of the ledger."""

from dataclasses import dataclass
from typing import ClassVar

from chengxin.authority.actors import Actor, ActorKind
from chengxin.ledger.events import LedgerEvent

OFFICER = Actor(kind=ActorKind.OFFICER, key="account:17", organisation_code="359900000000000000")


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingDone(LedgerEvent):
    """An act that means nothing."""

    kind: ClassVar[str] = "ledger.thing.done"
    number: int
    text: str = "一件事"

    def body(self) -> dict[str, int | str | None]:
        """Return the number, a text that is not ASCII, and a null."""
        return {"number": self.number, "text": self.text, "nothing": None}
