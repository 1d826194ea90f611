"""Reading of accounts: who acts, and which logins an organisation has."""

from dataclasses import dataclass
from datetime import datetime

from chengxin.accounts.models import Account, ApiClient
from chengxin.authority.actors import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """One login, as lists show it."""

    username: str
    kind: str
    organisation_code: str
    roles: tuple[str, ...]
    opened_at: datetime


def find_client_actor(*, application_pk: int) -> Actor | None:
    """Return who acts for an OAuth application, or None where no open client of an organisation stands behind it."""
    client = ApiClient.objects.filter(application_id=application_pk, closed_at__isnull=True).first()
    return None if client is None else client.actor


def find_actor(key: str) -> Actor | None:
    """Return who acts under a key, with the roles held now, or None where the login or client is closed or unknown.

    Args:
        key: ``account:17`` or ``client:3``, as the register writes it.
    """
    kind, _, number = key.partition(":")
    if not number.isdecimal():
        return None
    if kind == "client":
        client = ApiClient.objects.filter(pk=int(number), closed_at__isnull=True).first()
        return None if client is None else client.actor
    account = Account.objects.filter(pk=int(number), is_active=True).first() if kind == "account" else None
    return None if account is None else account.actor


def find_account_of_person(*, person_id: int) -> AccountLine | None:
    """Return the open login of a person, or None."""
    account = Account.objects.filter(person_id=person_id, is_active=True).first()
    return None if account is None else _line(account)


def list_accounts(*, organisation_code: str | None = None) -> tuple[AccountLine, ...]:
    """Return the open logins of officers, of one organisation or of all, by name."""
    rows = Account.objects.filter(is_active=True, person_id__isnull=True).order_by("username")
    if organisation_code is not None:
        rows = rows.filter(organisation_code=organisation_code)
    return tuple(_line(row) for row in rows)


def _line(account: Account) -> AccountLine:
    return AccountLine(
        username=account.username,
        kind=account.kind,
        organisation_code=account.organisation_code,
        roles=tuple(account.roles),
        opened_at=account.opened_at,
    )
