"""Writing of accounts: opening logins and machine clients."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from oauth2_provider.generators import generate_client_id, generate_client_secret
from oauth2_provider.models import Application

from chengxin.accounts.errors import PersonHasAccount, UsernameTaken
from chengxin.accounts.events import AccountOpened, ApiClientOpened
from chengxin.accounts.models import Account, AccountAct, ApiClient, ClientSecret
from chengxin.accounts.states import Act
from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.ledger import operations as ledger
from chengxin.periods.civil import civil_date


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedClient:
    """A new client's credentials; the secret is shown this once and stored only as a hash."""

    client_id: str
    client_secret: str


@transaction.atomic
def open_account(
    *,
    username: str,
    password: str | None,
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
        password: Clear text; stored as scrypt. ``None`` for a login that an identity provider opens.
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
    if person_id is not None and Account.objects.filter(person_id=person_id, closed_at__isnull=True).exists():
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
        confirmed_on=None if is_person else civil_date(now),
    )
    account.set_password(password)
    account.save(force_insert=True)
    AccountAct.objects.create(account=account, act=Act.OPENED.value, roles=account.roles, actor_key=actor.key, at=now)
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
    # The secret stands in a row of its own, so that a second one can stand beside it; the library's column is a copy.
    ClientSecret.objects.create(client=client, hashed=application.client_secret, opened_by=actor.key, opened_at=now)
    ledger.append(
        ApiClientOpened(person_id=None, client_id=client.pk, organisation_code=organisation_code), actor=actor, at=now
    )
    return OpenedClient(client_id=application.client_id, client_secret=secret)
