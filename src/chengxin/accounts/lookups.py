"""Reading of accounts: who acts, and which logins an organisation has."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientLine:
    """An open machine client.

    Attributes:
        client_id: Its public identifier.
        actor: Who acts when it acts.
        redirect_uris: Where people may be sent after answering its requests; compared letter by letter.
    """

    client_id: str
    actor: Actor
    redirect_uris: tuple[str, ...]


def find_client(*, client_id: str) -> ClientLine | None:
    """Return an open machine client, or None.

    Args:
        client_id: Its public identifier.
    """
    client = _open_client(client_id)
    return None if client is None else _client_line(client)


def authenticate_client(*, client_id: str, client_secret: str) -> ClientLine | None:
    """Return the open machine client that proves itself by its secret, or None.

    An unknown identifier takes as long as a wrong secret.

    Args:
        client_id: Its public identifier.
        client_secret: Its secret, in clear.
    """
    client = _open_client(client_id)
    if client is None:
        make_password(client_secret)
        return None
    return _client_line(client) if check_password(client_secret, client.application.client_secret) else None


def _open_client(client_id: str) -> ApiClient | None:
    rows = ApiClient.objects.select_related("application")
    return rows.filter(application__client_id=client_id, closed_at__isnull=True).first()


def _client_line(client: ApiClient) -> ClientLine:
    return ClientLine(
        client_id=client.application.client_id,
        actor=client.actor,
        redirect_uris=tuple(client.application.redirect_uris.split()),
    )


def find_client_actor(*, application_pk: int) -> Actor | None:
    """Return who acts for an OAuth application, or None where no open client of an organisation stands behind it."""
    client = ApiClient.objects.filter(application_id=application_pk, closed_at__isnull=True).first()
    return None if client is None else client.actor


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
