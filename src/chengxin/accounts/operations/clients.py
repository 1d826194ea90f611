"""Secrets of API clients, as an organisation's own administrator changes them, and the closing of a client."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import AccessToken

from chengxin.accounts import policies, rules
from chengxin.accounts.errors import ClientUnknown, LastSecret, SecretsFull, SecretUnknown
from chengxin.accounts.events import ApiClientClosed, SecretAdded, SecretEnded
from chengxin.accounts.models import ApiClient, ClientSecret
from chengxin.accounts.operations.opening import OpenedClient, open_api_client
from chengxin.accounts.rules import Appointments
from chengxin.authority.actors import Actor, Role
from chengxin.authority.decisions import Refused
from chengxin.ledger import operations as ledger

# A client is a machine: it neither administers nor reads as a person.
NEVER_A_CLIENTS = frozenset({Role.ORGANISATION_ADMINISTRATOR, Role.CITIZEN, Role.OPERATOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedSecret:
    """A further secret of a client, shown this once."""

    secret_id: int
    client_secret: str

    def __repr__(self) -> str:
        """Show no secret, so that no log holds one."""
        return f"<AddedSecret {self.secret_id}>"


@transaction.atomic
def open_own_client(
    *,
    name: str,
    roles: frozenset[Role],
    organisation_code: str,
    appointments: Appointments,
    actor: Actor,
    now: datetime,
) -> OpenedClient:
    """Open a client in the name of one's own organisation; its secret is shown this once.

    Args:
        name: What the organisation calls it.
        roles: What it may do.
        organisation_code: Whose.
        appointments: What an organisation of this kind may give.
        actor: The administrator.
        now: The moment.

    Raises:
        Refused: The actor may not (``NOT_ADMINISTRATOR``, ``NOT_YOUR_ORGANISATION``, ``ROLES_EMPTY``,
            ``ROLE_NOT_OF_KIND``), or the organisation needs two officers, whose work no machine does
            (``NO_CLIENT_OF_OFFICE``).
    """
    standing = policies.LoginStanding(is_own_organisation=actor.organisation_code == organisation_code)
    assignable = appointments.assignable - NEVER_A_CLIENTS
    policies.may_appoint(actor, standing, roles=roles, assignable=assignable).require()
    if appointments.two_officers:
        raise Refused("NO_CLIENT_OF_OFFICE")  # noqa: EM101 - a code, not a sentence
    return open_api_client(organisation_code=organisation_code, name=name, roles=roles, actor=actor, now=now)


@transaction.atomic
def add_secret(*, client_pk: int, overlap_days: int, actor: Actor, now: datetime) -> AddedSecret:
    """Give a client a second secret; the first stays valid for a number of days, then ends by itself.

    Args:
        client_pk: The client.
        overlap_days: For how many days both are valid.
        actor: The administrator.
        now: The moment.

    Raises:
        Refused: The actor may not (``NOT_ADMINISTRATOR``, ``NOT_YOUR_ORGANISATION``).
        ClientUnknown: There is no such open client.
        SecretsFull: There are two already; end one first.
        ValueError: The days lie outside of what the form offers.
    """
    client = _lock(client_pk, actor)
    valid_until = rules.overlap_until(now=now, days=overlap_days)
    current = list(_open_secrets(client, now))
    if len(current) >= rules.MOST_SECRETS:
        raise SecretsFull
    for secret in current:
        ClientSecret.objects.filter(pk=secret.pk).update(valid_until=valid_until)
    text = generate_client_secret()
    added = ClientSecret.objects.create(client=client, hashed=make_password(text), opened_by=actor.key, opened_at=now)
    ledger.append(
        SecretAdded(
            client_id=client.pk,
            organisation_code=client.organisation_code,
            secret_id=added.pk,
            old_valid_until=valid_until.isoformat(),
        ),
        actor=actor,
        at=now,
    )
    return AddedSecret(secret_id=added.pk, client_secret=text)


@transaction.atomic
def end_secret(*, client_pk: int, secret_id: int, actor: Actor, now: datetime) -> None:
    """End one of two secrets now; tokens of the client end with it, and the other secret fetches new ones.

    Args:
        client_pk: The client.
        secret_id: The secret.
        actor: The administrator.
        now: The moment.

    Raises:
        Refused: The actor may not (``NOT_ADMINISTRATOR``, ``NOT_YOUR_ORGANISATION``).
        ClientUnknown: There is no such open client.
        SecretUnknown: The client has no such open secret.
        LastSecret: It is the last one; add another first, or close the client.
    """
    client = _lock(client_pk, actor)
    current = list(_open_secrets(client, now))
    if secret_id not in {secret.pk for secret in current}:
        raise SecretUnknown
    if len(current) == 1:
        raise LastSecret
    ClientSecret.objects.filter(pk=secret_id).update(ended_at=now)
    # What remains must not run out by itself: it is the client's only one now.
    ClientSecret.objects.filter(pk__in=[secret.pk for secret in current if secret.pk != secret_id]).update(
        valid_until=None
    )
    _drop_tokens(client)
    ledger.append(
        SecretEnded(client_id=client.pk, organisation_code=client.organisation_code, secret_id=secret_id),
        actor=actor,
        at=now,
    )


@transaction.atomic
def close_client(*, client_pk: int, actor: Actor, now: datetime) -> None:
    """Close a client with all its secrets and tokens; its next request is refused.

    Args:
        client_pk: The client.
        actor: The administrator.
        now: The moment.

    Raises:
        Refused: The actor may not (``NOT_ADMINISTRATOR``, ``NOT_YOUR_ORGANISATION``).
        ClientUnknown: There is no such open client.
    """
    client = _lock(client_pk, actor)
    ApiClient.objects.filter(pk=client.pk).update(closed_at=now)
    ClientSecret.objects.filter(client=client, ended_at__isnull=True).update(ended_at=now)
    _drop_tokens(client)
    ledger.append(ApiClientClosed(client_id=client.pk, organisation_code=client.organisation_code), actor=actor, at=now)


def note_secret_use(*, secret_id: int, now: datetime) -> None:
    """Keep when a secret last fetched a token.

    Args:
        secret_id: The secret that proved the client.
        now: The moment by the clock.
    """
    ClientSecret.objects.filter(pk=secret_id).update(last_used_at=now)


def _lock(client_pk: int, actor: Actor) -> ApiClient:
    client = ApiClient.objects.select_for_update().filter(pk=client_pk, closed_at__isnull=True).first()
    if client is None:
        raise ClientUnknown
    standing = policies.LoginStanding(is_own_organisation=actor.organisation_code == client.organisation_code)
    policies.may_administer(actor, standing).require()
    return client


def _open_secrets(client: ApiClient, now: datetime) -> "list[ClientSecret]":
    still = Q(valid_until__isnull=True) | Q(valid_until__gt=now)
    return list(ClientSecret.objects.filter(still, client=client, ended_at__isnull=True))


def _drop_tokens(client: ApiClient) -> None:
    AccessToken.objects.filter(application_id=client.application_id).delete()
