"""What the admission room appends to the ledger: keys, codes and dates, nothing of a document's contents."""

from dataclasses import dataclass
from typing import Any, ClassVar

from chengxin.ledger.events import LedgerEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSignedInByProvider(LedgerEvent):
    """An identity provider vouched for a person with enough assurance, and a login was opened for them."""

    kind: ClassVar[str] = "admission.login.opened_by_provider"
    account_id: int
    issuer: str
    level: str

    def body(self) -> dict[str, Any]:
        """Return the login, the issuer and the assurance."""
        return {"account": self.account_id, "issuer": self.issuer, "level": self.level}


@dataclass(frozen=True, slots=True, kw_only=True)
class RepresentationEntered(LedgerEvent):
    """A clerk entered that somebody acts for another person."""

    kind: ClassVar[str] = "admission.representation.entered"
    representation_id: int
    representation_kind: str
    representative_id: int
    from_on: str
    to_on: str

    def body(self) -> dict[str, Any]:
        """Return keys, the kind and the period, half-open."""
        return {
            "representation": self.representation_id,
            "kind": self.representation_kind,
            "representative": self.representative_id,
            "from": self.from_on,
            "to": self.to_on,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RepresentationDecided(LedgerEvent):
    """A second officer decided a representation."""

    kind: ClassVar[str] = "admission.representation.decided"
    representation_id: int
    decision: str

    def body(self) -> dict[str, Any]:
        """Return the key and the decision."""
        return {"representation": self.representation_id, "decision": self.decision}


@dataclass(frozen=True, slots=True, kw_only=True)
class RepresentationEnded(LedgerEvent):
    """A representation was ended before its last day."""

    kind: ClassVar[str] = "admission.representation.ended"
    representation_id: int

    def body(self) -> dict[str, Any]:
        """Return the key."""
        return {"representation": self.representation_id}
