"""Writing of accounts: opening logins and machine clients."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from oauth2_provider.generators import generate_client_id, generate_client_secret
from oauth2_provider.models import AccessToken, Application

from chengxin.accounts import rules
from chengxin.accounts.events import AccountOpened, ApiClientOpened, RedirectsRegistered
from chengxin.accounts.models import Account, ApiClient
from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import Refused
from chengxin.ledger import operations as ledger

TOKEN_SECONDS: Final = 600
"""For how long an access token is valid; the settings take it over for the library's own tokens."""


class RedirectRefused(Refused):
    """People cannot be sent to this address: neither https nor a loopback address, or not exactly one address."""

    code = "REDIRECT_ADDRESS_REFUSED"


class ClientUnknown(Refused):
    """There is no such open machine client."""

    code = "CLIENT_UNKNOWN"


class UsernameTaken(Refused):
    """The login name belongs to somebody already."""

    code = "USERNAME_TAKEN"


class PersonHasAccount(Refused):
    """The person has a login already."""

    code = "PERSON_HAS_ACCOUNT"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedClient:
    """A new client's credentials; the secret is shown this once and stored only as a hash."""

    client_id: str
    client_secret: str


@transaction.atomic
def open_account(
    *,
    username: str,
    password: str,
    kind: ActorKind,
    roles: frozenset[Role],
    actor: Actor,
    now: datetime,
    organisation_code: str = "",
    person_id: int | None = None,
    display_name: str = "",
) -> int:
    """Open a login and return its id.

    Args:
        username: Login name, unique.
        password: Clear text; stored as scrypt.
        kind: PERSON (then ``person_id`` is needed) or OFFICER (then ``organisation_code`` is).
        roles: What the login may do.
        actor: Who opens it.
        now: The moment.
        organisation_code: The officer's organisation.
        person_id: The person whose file the login reads.
        display_name: Shown at the head of pages.

    Raises:
        UsernameTaken: Choose another login name.
        PersonHasAccount: The person reads the file under the login there is.
        ValueError: A person's login without a person, an officer's without an organisation, or one with both.
    """
    is_person = kind is ActorKind.PERSON
    if (person_id is not None, organisation_code != "") != (is_person, not is_person):
        message = "a login speaks for a person or for an organisation"
        raise ValueError(message)
    if person_id is not None and Account.objects.filter(person_id=person_id).exists():
        raise PersonHasAccount
    if Account.objects.filter(username=username).exists():
        raise UsernameTaken(username=username)
    account = Account(
        username=username,
        kind=kind.value,
        organisation_code=organisation_code,
        person_id=person_id,
        roles=sorted(role.value for role in roles),
        first_name=display_name,
        opened_at=now,
    )
    account.set_password(password)
    account.save(force_insert=True)
    ledger.append(
        AccountOpened(
            person_id=person_id,
            account_id=account.pk,
            organisation_code=organisation_code,
            roles=tuple(sorted(role.value for role in roles)),
        ),
        actor=actor,
        at=now,
    )
    return account.pk


@transaction.atomic
def open_api_client(
    *, organisation_code: str, name: str, roles: frozenset[Role], actor: Actor, now: datetime
) -> OpenedClient:
    """Open a machine client for an organisation and return its credentials, once.

    Args:
        organisation_code: In whose name the client acts.
        name: What the organisation calls it.
        roles: What it may do.
        actor: Who opens it.
        now: The moment.
    """
    secret = generate_client_secret()
    application = Application(
        name=name,
        client_id=generate_client_id(),
        client_secret=secret,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
    )
    application.save()
    client = ApiClient.objects.create(
        application=application,
        organisation_code=organisation_code,
        roles=sorted(role.value for role in roles),
        opened_at=now,
    )
    ledger.append(
        ApiClientOpened(person_id=None, client_id=client.pk, organisation_code=organisation_code), actor=actor, at=now
    )
    return OpenedClient(client_id=application.client_id, client_secret=secret)


@transaction.atomic
def register_redirects(*, client_id: str, redirect_uris: tuple[str, ...], actor: Actor, now: datetime) -> None:
    """Say where people may be sent after answering a client's requests, in place of what was said before.

    Args:
        client_id: The client's public identifier.
        redirect_uris: The addresses; https, or http on a loopback address.
        actor: Who says so.
        now: The moment.

    Raises:
        ClientUnknown: There is no such open client.
        RedirectRefused: One of them is no such address.
    """
    client = ApiClient.objects.filter(application__client_id=client_id, closed_at__isnull=True).first()
    if client is None:
        raise ClientUnknown
    for address in redirect_uris:
        if not rules.is_redirect_address(address):
            raise RedirectRefused(address=address[:100])
    Application.objects.filter(pk=client.application_id).update(redirect_uris=" ".join(redirect_uris))
    ledger.append(
        RedirectsRegistered(
            person_id=None,
            client_id=client.pk,
            organisation_code=client.organisation_code,
            redirect_uris=redirect_uris,
        ),
        actor=actor,
        at=now,
    )


@transaction.atomic
def issue_token(*, client_id: str, scope: str, now: datetime) -> str:
    """Issue an access token to a client that proved itself, and return it, once; stored as it is by the library.

    Args:
        client_id: The client's public identifier.
        scope: What it opens.
        now: The moment by the clock, from which it is valid.

    Raises:
        ClientUnknown: There is no such open client, or the scope is not one of its appointments.
    """
    client = ApiClient.objects.filter(application__client_id=client_id, closed_at__isnull=True).first()
    if client is None or scope not in rules.scopes_of(client.actor.roles):
        raise ClientUnknown
    token: str = generate_client_secret()
    AccessToken.objects.create(
        application_id=client.application_id, token=token, scope=scope, expires=now + timedelta(seconds=TOKEN_SECONDS)
    )
    return token
