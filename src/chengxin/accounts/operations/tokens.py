"""Where people may be sent for a machine client, and tokens for codes that were answered with."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import AccessToken, Application

from chengxin.accounts import rules
from chengxin.accounts.errors import ClientUnknown, RedirectRefused
from chengxin.accounts.events import RedirectsRegistered
from chengxin.accounts.models import ApiClient
from chengxin.authority.actors import Actor
from chengxin.ledger import operations as ledger

TOKEN_SECONDS: Final = 600
"""For how long an access token is valid; the settings take it over for the library's own tokens."""


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
