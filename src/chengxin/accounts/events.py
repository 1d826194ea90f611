"""What the accounts room appends to the ledger."""

from dataclasses import dataclass
from typing import Any, ClassVar

from chengxin.ledger.events import LedgerEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOpened(LedgerEvent):
    """A login was opened."""

    kind: ClassVar[str] = "accounts.account.opened"
    account_id: int
    organisation_code: str
    roles: tuple[str, ...]

    def body(self) -> dict[str, Any]:
        """Return keys only: no login name, no person's data."""
        return {"account": self.account_id, "organisation": self.organisation_code, "roles": list(self.roles)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiClientOpened(LedgerEvent):
    """A machine client of an organisation was opened."""

    kind: ClassVar[str] = "accounts.client.opened"
    client_id: int
    organisation_code: str

    def body(self) -> dict[str, Any]:
        """Return keys only."""
        return {"client": self.client_id, "organisation": self.organisation_code}


@dataclass(frozen=True, slots=True, kw_only=True)
class RedirectsRegistered(LedgerEvent):
    """It was said where people may be sent after answering the requests of a machine client."""

    kind: ClassVar[str] = "accounts.client.redirects_registered"
    client_id: int
    organisation_code: str
    redirect_uris: tuple[str, ...]

    def body(self) -> dict[str, Any]:
        """Return the client and the addresses, which are its organisation's and nobody's data."""
        return {
            "client": self.client_id,
            "organisation": self.organisation_code,
            "redirects": list(self.redirect_uris),
        }
