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
class CodeIssued(LedgerEvent):
    """A one-time code was issued, to set up or to open a login."""

    kind: ClassVar[str] = "accounts.code.issued"
    code_id: int
    purpose: str
    account_id: int | None
    organisation_code: str
    valid_until: str

    def body(self) -> dict[str, Any]:
        """Return keys and codes only."""
        return {
            "code": self.code_id,
            "purpose": self.purpose,
            "account": self.account_id,
            "organisation": self.organisation_code,
            "valid_until": self.valid_until,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSetUp(LedgerEvent):
    """An officer chose a password by a one-time code."""

    kind: ClassVar[str] = "accounts.account.set_up"
    account_id: int
    organisation_code: str

    def body(self) -> dict[str, Any]:
        """Return keys and codes only."""
        return {"account": self.account_id, "organisation": self.organisation_code}


@dataclass(frozen=True, slots=True, kw_only=True)
class RolesChanged(LedgerEvent):
    """An officer's appointments were changed."""

    kind: ClassVar[str] = "accounts.account.roles_changed"
    account_id: int
    organisation_code: str
    before: tuple[str, ...]
    roles: tuple[str, ...]

    def body(self) -> dict[str, Any]:
        """Return keys and codes only."""
        return {
            "account": self.account_id,
            "organisation": self.organisation_code,
            "before": list(self.before),
            "roles": list(self.roles),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeProposed(LedgerEvent):
    """An appointment in the credit office was proposed to a second officer."""

    kind: ClassVar[str] = "accounts.change.proposed"
    change_id: int
    account_id: int | None
    organisation_code: str
    roles: tuple[str, ...]

    def body(self) -> dict[str, Any]:
        """Return keys and codes only."""
        return {
            "change": self.change_id,
            "account": self.account_id,
            "organisation": self.organisation_code,
            "roles": list(self.roles),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDecided(LedgerEvent):
    """A second officer decided a proposed appointment."""

    kind: ClassVar[str] = "accounts.change.decided"
    change_id: int
    organisation_code: str
    decision: str

    def body(self) -> dict[str, Any]:
        """Return keys and codes only."""
        return {"change": self.change_id, "organisation": self.organisation_code, "decision": self.decision}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountClosed(LedgerEvent):
    """A login was closed and its sessions ended."""

    kind: ClassVar[str] = "accounts.account.closed"
    account_id: int
    organisation_code: str

    def body(self) -> dict[str, Any]:
        """Return keys and codes only."""
        return {"account": self.account_id, "organisation": self.organisation_code}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsConfirmed(LedgerEvent):
    """An organisation confirmed that its officers still need their logins."""

    kind: ClassVar[str] = "accounts.account.confirmed"
    account_ids: tuple[int, ...]
    organisation_code: str

    def body(self) -> dict[str, Any]:
        """Return keys and codes only."""
        return {"accounts": list(self.account_ids), "organisation": self.organisation_code}


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsEnded(LedgerEvent):
    """Somebody ended sessions of the own login."""

    kind: ClassVar[str] = "accounts.session.ended"
    account_id: int
    count: int

    def body(self) -> dict[str, Any]:
        """Return keys and codes only."""
        return {"account": self.account_id, "count": self.count}


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretAdded(LedgerEvent):
    """A client was given a further secret."""

    kind: ClassVar[str] = "accounts.secret.added"
    client_id: int
    organisation_code: str
    secret_id: int
    old_valid_until: str

    def body(self) -> dict[str, Any]:
        """Return keys and codes only."""
        return {
            "client": self.client_id,
            "organisation": self.organisation_code,
            "secret": self.secret_id,
            "old_valid_until": self.old_valid_until,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretEnded(LedgerEvent):
    """A secret of a client was ended."""

    kind: ClassVar[str] = "accounts.secret.ended"
    client_id: int
    organisation_code: str
    secret_id: int

    def body(self) -> dict[str, Any]:
        """Return keys and codes only."""
        return {"client": self.client_id, "organisation": self.organisation_code, "secret": self.secret_id}


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiClientClosed(LedgerEvent):
    """A machine client was closed."""

    kind: ClassVar[str] = "accounts.client.closed"
    client_id: int
    organisation_code: str

    def body(self) -> dict[str, Any]:
        """Return keys and codes only."""
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
