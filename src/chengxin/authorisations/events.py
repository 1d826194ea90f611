"""What the authorisations room appends to the ledger: keys, codes and counts, never what a person said."""

from dataclasses import dataclass
from typing import Any, ClassVar

from chengxin.ledger.events import LedgerEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorisationAsked(LedgerEvent):
    """A requester asked for an authorisation. The person is named only where the requester named one."""

    kind: ClassVar[str] = "authorisations.request.made"
    request: str
    organisation_code: str
    purpose_code: str

    def body(self) -> dict[str, Any]:
        """Return the codes."""
        return {"request": self.request, "organisation": self.organisation_code, "purpose": self.purpose_code}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorisationRefused(LedgerEvent):
    """The person did not allow what was asked for, or the requester took its request back."""

    kind: ClassVar[str] = "authorisations.request.ended"
    request: str
    state: str

    def body(self) -> dict[str, Any]:
        """Return the request and how it ended."""
        return {"request": self.request, "state": self.state}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorisationGranted(LedgerEvent):
    """The person allowed something; the digest is that of the signed receipt."""

    kind: ClassVar[str] = "authorisations.authorisation.granted"
    authorisation: str
    organisation_code: str
    purpose_code: str
    channel: str
    receipt_digest: str

    def body(self) -> dict[str, Any]:
        """Return the codes and the receipt's digest."""
        return {
            "authorisation": self.authorisation,
            "organisation": self.organisation_code,
            "purpose": self.purpose_code,
            "channel": self.channel,
            "receipt": self.receipt_digest,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorisationWithdrawn(LedgerEvent):
    """The person took an authorisation back."""

    kind: ClassVar[str] = "authorisations.authorisation.withdrawn"
    authorisation: str

    def body(self) -> dict[str, Any]:
        """Return which."""
        return {"authorisation": self.authorisation}
