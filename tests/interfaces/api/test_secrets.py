"""Secrets of a client change without a gap: two overlap, an ended one opens nothing from the next request on."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from oauth2_provider.models import AccessToken

from chengxin.accounts import lookups
from chengxin.accounts import operations as accounts
from chengxin.accounts.models import ClientSecret
from chengxin.accounts.operations import OpenedClient
from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import Refused
from chengxin.ledger import lookups as ledger
from factories import intake as given
from factories.api import Caller, fetch_token

pytestmark = pytest.mark.django_db


def administrator(code: str = given.SUPPLIER) -> Actor:
    roles = frozenset({Role.ORGANISATION_ADMINISTRATOR})
    return Actor(kind=ActorKind.OFFICER, key="account:5", organisation_code=code, roles=roles)


def client_line(supplier: Caller) -> Any:  # noqa: ANN401
    (line,) = lookups.list_clients(organisation_code=given.SUPPLIER, now=datetime.now(UTC))  # noqa: TID251 - tokens end by the clock
    return line


def other(supplier: Caller, secret: str) -> OpenedClient:
    assert supplier.credentials is not None
    return OpenedClient(client_id=supplier.credentials.client_id, client_secret=secret)


def test_two_secrets_overlap_and_the_ended_one_opens_nothing_at_once(supplier: Caller) -> None:
    assert supplier.credentials is not None
    now = datetime.now(UTC)  # noqa: TID251 - tokens end by the clock
    line = client_line(supplier)
    assert line.last_used_at is not None
    added = accounts.add_secret(client_pk=line.client_pk, overlap_days=7, actor=administrator(), now=now)
    for credentials in (supplier.credentials, other(supplier, added.client_secret)):
        assert fetch_token(Client(), credentials).status_code == 200
    with pytest.raises(Refused, match="SECRETS_FULL"):
        accounts.add_secret(client_pk=line.client_pk, overlap_days=7, actor=administrator(), now=now)
    old = line.secrets[0].secret_id
    accounts.end_secret(client_pk=line.client_pk, secret_id=old, actor=administrator(), now=now)
    assert supplier.get("/batches").status_code == 401
    assert fetch_token(Client(), supplier.credentials).status_code == 401
    renewed = fetch_token(Client(), other(supplier, added.client_secret))
    assert Caller(Client(), renewed.json()["access_token"]).get("/batches").status_code == 200
    with pytest.raises(Refused, match="LAST_SECRET"):
        accounts.end_secret(client_pk=line.client_pk, secret_id=added.secret_id, actor=administrator(), now=now)
    kinds = ("accounts.secret.added", "accounts.secret.ended")
    assert [len(list(ledger.read_events(kind=kind))) for kind in kinds] == [1, 1]
    assert added.client_secret not in "".join(ClientSecret.objects.values_list("hashed", flat=True))


def test_the_old_secret_ends_by_itself_and_no_token_outlives_it(supplier: Caller) -> None:
    assert supplier.credentials is not None
    now = datetime.now(UTC)  # noqa: TID251 - tokens end by the clock
    line = client_line(supplier)
    accounts.add_secret(
        client_pk=line.client_pk, overlap_days=1, actor=administrator(), now=now - timedelta(days=1, seconds=-120)
    )
    AccessToken.objects.all().delete()
    assert fetch_token(Client(), supplier.credentials).status_code == 200
    assert AccessToken.objects.get().expires <= now + timedelta(seconds=121)
    ClientSecret.objects.filter(pk=line.secrets[0].secret_id).update(valid_until=now)
    assert fetch_token(Client(), supplier.credentials).status_code == 401


def test_a_closed_client_is_refused_on_the_next_request(supplier: Caller) -> None:
    assert supplier.credentials is not None
    line = client_line(supplier)
    accounts.close_client(client_pk=line.client_pk, actor=administrator(), now=datetime.now(UTC))  # noqa: TID251 - tokens end by the clock
    assert supplier.get("/batches").status_code == 401
    assert fetch_token(Client(), supplier.credentials).status_code == 401
    (event,) = ledger.read_events(kind="accounts.client.closed")
    assert event.organisation_code == given.SUPPLIER


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (administrator("XM_MARKET"), "NOT_YOUR_ORGANISATION"),
        (given.officer("account:6", Role.SUPPLIER_SECOND), "NOT_ADMINISTRATOR"),
    ],
)
def test_only_the_own_administrator_touches_a_client(supplier: Caller, actor: Actor, code: str) -> None:
    line = client_line(supplier)
    now = datetime.now(UTC)  # noqa: TID251 - tokens end by the clock
    for act in (
        lambda: accounts.add_secret(client_pk=line.client_pk, overlap_days=7, actor=actor, now=now),
        lambda: accounts.close_client(client_pk=line.client_pk, actor=actor, now=now),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == code
