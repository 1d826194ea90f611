"""Reading of accounts: who acts, and which logins an organisation has."""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import check_password, make_password
from django.db.models import Count, Max, Min, Q

from chengxin.accounts import policies, rules
from chengxin.accounts.models import Account, AccountAct, ApiClient, ClientSecret, OneTimeCode, RoleChange, SavedView
from chengxin.accounts.states import Act, Decision
from chengxin.authority.actors import Actor, ActorKind
from chengxin.keys.current import keyring
from chengxin.postgres.statements import rows_of


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """One login, as lists show it."""

    username: str
    kind: str
    organisation_code: str
    roles: tuple[str, ...]
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedViewLine:
    """A list as its officer wants to find it again; ``query`` stands behind its ``place``."""

    view_id: int
    place: str
    name: str
    query: str


def list_saved_views(*, account_id: int, place: str | None = None) -> tuple[SavedViewLine, ...]:
    """Return the saved views of a login, of one list or of all, by list and name.

    Args:
        account_id: Whose.
        place: Path of a list; ``None`` for all.
    """
    rows = SavedView.objects.filter(account_id=account_id).order_by("place", "name")
    if place is not None:
        rows = rows.filter(place=place)
    return tuple(SavedViewLine(view_id=row.pk, place=row.place, name=row.name, query=row.query) for row in rows)


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


def authenticate_client(*, client_id: str, client_secret: str, now: datetime) -> ClientLine | None:
    """Return the open machine client that proves itself by its secret, or None.

    An unknown identifier takes as long as a wrong secret.

    Args:
        client_id: Its public identifier.
        client_secret: Its secret, in clear; any of those that are valid.
        now: The moment by the clock.
    """
    client = _open_client(client_id)
    if client is None:
        make_password(client_secret)
        return None
    found = find_secret(application_pk=client.application_id, client_secret=client_secret, now=now)
    return None if found is None else _client_line(client)


def _open_client(client_id: str) -> ApiClient | None:
    rows = ApiClient.objects.select_related("application")
    return rows.filter(application__client_id=client_id, closed_at__isnull=True).first()


def _client_line(client: ApiClient) -> ClientLine:
    return ClientLine(
        client_id=client.application.client_id,
        actor=client.actor,
        redirect_uris=tuple(client.application.redirect_uris.split()),
    )


BEARER_SQL = """
    SELECT client.id, client.organisation_code, client.roles, token.scope, token.expires
    FROM oauth2_provider_accesstoken token
    JOIN accounts_apiclient client ON client.application_id = token.application_id AND client.closed_at IS NULL
    WHERE token.token_checksum = %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLine:
    """An access token of an open client, as a request that bears it is judged.

    Attributes:
        actor: Who acts by it.
        scopes: What it was issued for.
        expires_at: From when it is not valid any more.
    """

    actor: Actor
    scopes: frozenset[str]
    expires_at: datetime


def find_token(*, checksum: str) -> TokenLine | None:
    """Return an access token of an open client of an organisation, or None. One statement: every request asks.

    Args:
        checksum: SHA-256 of the token, hexadecimal.
    """
    rows = rows_of(BEARER_SQL, [checksum])
    if not rows:
        return None
    (row,) = rows
    client = ApiClient(pk=row[0], organisation_code=row[1], roles=row[2])
    return TokenLine(actor=client.actor, scopes=frozenset(row[3].split()), expires_at=row[4])


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


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedActor:
    """Whoever acts under a key, open or closed, as officers may read it.

    Attributes:
        kind: Person, officer or program.
        name: What an officer or a program is called; empty for a person.
        organisation_code: For whom; empty for a person.
    """

    kind: ActorKind
    name: str
    organisation_code: str


def name_actors(keys: Iterable[str]) -> Mapping[str, NamedActor]:
    """Return who stands behind keys, in two statements at most; what is no login and no program is left out.

    Args:
        keys: As the register and the ledger write them: ``account:17``, ``client:3``.
    """
    numbers: dict[str, set[int]] = {"account": set(), "client": set()}
    for key in keys:
        kind, _colon, number = key.partition(":")
        if kind in numbers and number.isdecimal() and len(number) <= _LONGEST_KEY:
            numbers[kind].add(int(number))
    named: dict[str, NamedActor] = {}
    if numbers["account"]:
        for account in Account.objects.filter(pk__in=numbers["account"]):
            is_person = account.kind == ActorKind.PERSON.value
            named[f"account:{account.pk}"] = NamedActor(
                kind=ActorKind(account.kind),
                name="" if is_person else account.first_name or account.username,
                organisation_code=account.organisation_code,
            )
    if numbers["client"]:
        for client in ApiClient.objects.select_related("application").filter(pk__in=numbers["client"]):
            named[f"client:{client.pk}"] = NamedActor(
                kind=ActorKind.CLIENT, name=client.application.name, organisation_code=client.organisation_code
            )
    return named


def find_account_of_person(*, person_id: int) -> AccountLine | None:
    """Return the open login of a person, or None."""
    account = Account.objects.filter(person_id=person_id, is_active=True).first()
    return None if account is None else _line(account)


def find_open_login(*, person_id: int) -> int | None:
    """Return the row of a person's open login, or ``None``."""
    return Account.objects.filter(person_id=person_id, is_active=True).values_list("pk", flat=True).first()


def count_logins(*, person_id: int) -> int:
    """Return how many logins a person has had, closed ones included."""
    return Account.objects.filter(person_id=person_id).count()


def list_closed_logins(*, person_id: int) -> tuple[datetime, ...]:
    """Return when logins of a person were closed, the latest first."""
    rows = Account.objects.filter(person_id=person_id, closed_at__isnull=False).order_by("-closed_at")
    return tuple(at for at in rows.values_list("closed_at", flat=True) if at is not None)


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


_LONGEST_KEY = 18
"""Digits of a row's number that surely fit eight bytes."""
_CODES = b"chengxin.accounts.one-time-code"


def digest_of_code(written: str) -> bytes | None:
    """Return the keyed digest by which a one-time code is found; ``None`` where the text cannot be a code.

    Args:
        written: As somebody typed it.
    """
    letters = rules.folded_code(written)
    if not letters:
        return None
    # A key of its own, derived from the vault key, so that these digests are good for nothing else.
    key = hmac.digest(keyring().vault(), _CODES, "sha256")
    return hmac.digest(key, letters.encode("ascii"), "sha256")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerLine:
    """An officer's login, as the organisation's administrator sees it.

    Attributes:
        account_id: Its row.
        key: The actor's key.
        username: Login name.
        display_name: Shown at the head of pages.
        roles: Codes of the roles.
        is_open: Whether it works.
        is_set_up: Whether its officer chose a password.
        has_factor: Whether a second factor is set up.
        last_sign_in_at: When it was last used to sign in; ``None`` for never.
        confirmed_on: When the organisation last confirmed it; ``None`` for never.
        opened_at: When it was opened.
        closed_at: When it was closed.
    """

    account_id: int
    key: str
    username: str
    display_name: str
    roles: tuple[str, ...]
    is_open: bool
    is_set_up: bool
    has_factor: bool
    last_sign_in_at: datetime | None
    confirmed_on: date | None
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActLine:
    """Something that was done to a login."""

    act: Act
    roles: tuple[str, ...]
    actor_key: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """A proposed appointment and what became of it; ``decision`` is ``None`` while it waits."""

    change_id: int
    account_id: int | None
    username: str
    display_name: str
    roles: tuple[str, ...]
    proposed_by: str
    proposed_at: datetime
    decision: Decision | None
    decided_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationLogins:
    """How an organisation's logins stand on a day; counts only.

    Attributes:
        organisation_code: Whose.
        logins: Open logins.
        overdue: Of them, those whose confirmation is over.
        administrators: Of them, those who may confirm.
        oldest_confirmed_on: The oldest confirmation.
        last_sign_in_at: When anybody of them last signed in.
    """

    organisation_code: str
    logins: int
    overdue: int
    administrators: int
    oldest_confirmed_on: date | None
    last_sign_in_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretLine:
    """A secret of a client without the secret.

    Attributes:
        secret_id: Its row.
        opened_at: Since when it is valid.
        valid_until: When it ends by itself; ``None`` for never.
        ended_at: When it was ended.
        last_used_at: When it last fetched a token.
        is_valid: Whether it is valid at the moment asked for.
    """

    secret_id: int
    opened_at: datetime
    valid_until: datetime | None
    ended_at: datetime | None
    last_used_at: datetime | None
    is_valid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiClientLine:
    """A client of an organisation, with its secrets, the newest first."""

    client_pk: int
    client_id: str
    name: str
    roles: tuple[str, ...]
    opened_at: datetime
    closed_at: datetime | None
    secrets: tuple[SecretLine, ...]

    @property
    def last_used_at(self) -> datetime | None:
        """Return when any of its secrets last fetched a token."""
        return max((one.last_used_at for one in self.secrets if one.last_used_at is not None), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """One session of a login: device and network address as the browser gave them."""

    session_id: int
    started_at: datetime
    last_seen_at: datetime
    address: str
    user_agent: str
    is_current: bool


def _officer(row: Account, with_factor: frozenset[int]) -> OfficerLine:
    return OfficerLine(
        account_id=row.pk,
        key=row.actor.key,
        username=row.username,
        display_name=row.first_name,
        roles=tuple(row.roles),
        is_open=row.is_active,
        is_set_up=row.has_usable_password(),
        has_factor=row.pk in with_factor,
        last_sign_in_at=row.last_login,
        confirmed_on=row.confirmed_on,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
    )


def _officers(rows: list[Account]) -> tuple[OfficerLine, ...]:
    factors = Authenticator.objects.filter(user_id__in=[row.pk for row in rows]).exclude(
        type=Authenticator.Type.RECOVERY_CODES
    )
    with_factor = frozenset(factors.values_list("user_id", flat=True))
    return tuple(_officer(row, with_factor) for row in rows)


def list_officers(
    *,
    organisation_code: str,
    text: str = "",
    role: str = "",
    is_open: bool | None = True,
    after: int = 0,
    limit: int = 50,
) -> tuple[OfficerLine, ...]:
    """Return the officers of an organisation, by row.

    Args:
        organisation_code: Whose.
        text: Part of the login name or the shown name; empty for all.
        role: Only those with this role; empty for all.
        is_open: Only open or only closed logins; ``None`` for both.
        after: Behind which row.
        limit: How many at most.
    """
    rows = Account.objects.filter(
        organisation_code=organisation_code, kind=ActorKind.OFFICER.value, pk__gt=after
    ).order_by("pk")
    if text:
        rows = rows.filter(Q(username__icontains=text) | Q(first_name__icontains=text))
    if role:
        rows = rows.filter(roles__contains=[role])
    if is_open is not None:
        rows = rows.filter(is_active=is_open)
    return _officers(list(rows[:limit]))


def find_officer(*, account_id: int, organisation_code: str) -> OfficerLine | None:
    """Return one officer of an organisation, or ``None``."""
    rows = Account.objects.filter(pk=account_id, organisation_code=organisation_code, kind=ActorKind.OFFICER.value)
    found = _officers(list(rows))
    return found[0] if found else None


def list_acts(*, account_id: int, limit: int = 50) -> tuple[ActLine, ...]:
    """Return what was done to a login, the newest first."""
    rows = AccountAct.objects.filter(account_id=account_id).order_by("-pk")[:limit]
    return tuple(ActLine(act=Act(row.act), roles=tuple(row.roles), actor_key=row.actor_key, at=row.at) for row in rows)


def find_setup_code_end(*, account_id: int) -> date | None:
    """Return the last day of the setup code that is open for a login, or ``None``."""
    rows = OneTimeCode.objects.filter(account_id=account_id, used_at__isnull=True, withdrawn_at__isnull=True)
    return rows.values_list("valid_until", flat=True).first()


def change_standing(actor: Actor, change: RoleChange) -> policies.ChangeStanding:
    """Return how an actor stands to a proposed appointment."""
    return policies.ChangeStanding(
        is_own_organisation=actor.organisation_code == change.organisation_code,
        is_proposer=actor.key == change.proposed_by,
        is_subject=change.account_id is not None and actor.key == f"account:{change.account_id}",
        is_decided=hasattr(change, "decided"),
    )


def list_changes(
    *, organisation_code: str, is_undecided: bool | None = None, limit: int = 100
) -> tuple[ChangeLine, ...]:
    """Return proposed appointments of an organisation, the newest first."""
    rows = RoleChange.objects.filter(organisation_code=organisation_code).select_related("decided").order_by("-pk")
    if is_undecided is not None:
        rows = rows.filter(decided__isnull=is_undecided)
    return tuple(_change(row) for row in rows[:limit])


def find_change(*, change_id: int, organisation_code: str) -> ChangeLine | None:
    """Return one proposed appointment of an organisation, or ``None``."""
    row = RoleChange.objects.filter(pk=change_id, organisation_code=organisation_code).select_related("decided").first()
    return None if row is None else _change(row)


def _change(row: RoleChange) -> ChangeLine:
    decided = getattr(row, "decided", None)
    return ChangeLine(
        change_id=row.pk,
        account_id=row.account_id,
        username=row.username,
        display_name=row.display_name,
        roles=tuple(row.roles),
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        decision=None if decided is None else Decision(decided.decision),
        decided_by="" if decided is None else decided.decided_by,
    )


def list_organisation_logins(*, today: date) -> tuple[OrganisationLogins, ...]:
    """Return how the logins of each organisation stand on a day, those with most overdue first."""
    rows = (
        Account.objects.filter(kind=ActorKind.OFFICER.value, is_active=True)
        .values("organisation_code", "confirmed_on")
        .annotate(
            logins=Count("pk"),
            administrators=Count("pk", filter=Q(roles__contains=["ORGANISATION_ADMINISTRATOR"])),
            oldest=Min("confirmed_on"),
            last=Max("last_login"),
        )
    )
    found: dict[str, OrganisationLogins] = {}
    for row in rows:
        code, confirmed_on = row["organisation_code"], row["confirmed_on"]
        is_over = rules.is_overdue(confirmed_on=confirmed_on, today=today)
        before = found.get(code)
        dates = [day for day in (before and before.oldest_confirmed_on, row["oldest"]) if day]
        moments = [at for at in (before and before.last_sign_in_at, row["last"]) if at]
        found[code] = OrganisationLogins(
            organisation_code=code,
            logins=row["logins"] + (before.logins if before else 0),
            overdue=(row["logins"] if is_over else 0) + (before.overdue if before else 0),
            administrators=row["administrators"] + (before.administrators if before else 0),
            oldest_confirmed_on=min(dates, default=None),
            last_sign_in_at=max(moments, default=None),
        )
    return tuple(sorted(found.values(), key=lambda line: (-line.overdue, line.organisation_code)))


def list_clients(*, organisation_code: str, now: datetime) -> tuple[ApiClientLine, ...]:
    """Return the clients of an organisation, open ones first, the newest of them first."""
    rows = (
        ApiClient.objects.filter(organisation_code=organisation_code)
        .select_related("application")
        .prefetch_related("secrets")
        .order_by("-pk")
    )
    lines = [_client(row, now) for row in rows]
    return tuple(sorted(lines, key=lambda line: line.closed_at is not None))


def find_own_client(*, client_pk: int, organisation_code: str, now: datetime) -> ApiClientLine | None:
    """Return one client of an organisation, or ``None``."""
    row = ApiClient.objects.filter(pk=client_pk, organisation_code=organisation_code).first()
    return None if row is None else _client(row, now)


def _client(row: ApiClient, now: datetime) -> ApiClientLine:
    return ApiClientLine(
        client_pk=row.pk,
        client_id=row.application.client_id,
        name=row.application.name,
        roles=tuple(row.roles),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        secrets=tuple(
            SecretLine(
                secret_id=secret.pk,
                opened_at=secret.opened_at,
                valid_until=secret.valid_until,
                ended_at=secret.ended_at,
                last_used_at=secret.last_used_at,
                is_valid=_is_valid(secret, now),
            )
            for secret in sorted(row.secrets.all(), key=lambda secret: -secret.pk)
        ),
    )


def _is_valid(secret: ClientSecret, now: datetime) -> bool:
    return secret.ended_at is None and (secret.valid_until is None or now < secret.valid_until)


def find_secret(*, application_pk: int, client_secret: str, now: datetime) -> SecretLine | None:
    """Return the secret by which an open client proves itself, or ``None``.

    Args:
        application_pk: The OAuth application.
        client_secret: What was presented.
        now: The moment by the clock.
    """
    secrets = ClientSecret.objects.filter(
        client__application_id=application_pk, client__closed_at__isnull=True, ended_at__isnull=True
    ).order_by("-pk")
    for secret in secrets:
        if _is_valid(secret, now) and check_password(client_secret, secret.hashed):
            return SecretLine(
                secret_id=secret.pk,
                opened_at=secret.opened_at,
                valid_until=secret.valid_until,
                ended_at=None,
                last_used_at=secret.last_used_at,
                is_valid=True,
            )
    return None


def list_sessions(*, account_id: int, current_key: str) -> tuple[SessionLine, ...]:
    """Return the sessions of a login that still open something, the last used first."""
    rows = UserSession.objects.filter(user_id=account_id).order_by("-last_seen_at")
    return tuple(
        SessionLine(
            session_id=row.pk,
            started_at=row.created_at,
            last_seen_at=row.last_seen_at,
            address=row.ip,
            user_agent=row.user_agent,
            is_current=row.session_key == current_key,
        )
        for row in rows
        if row.exists()
    )
