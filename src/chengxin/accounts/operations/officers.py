"""Joiners, movers and leavers: what an organisation's own administrator does with its officers' logins.

In the credit office every appointment is proposed by one officer and decided by another; nobody appoints himself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from chengxin.accounts import lookups, policies
from chengxin.accounts.errors import ChangeNotOpen, LoginUnknown, UsernameTaken
from chengxin.accounts.events import (
    AccountClosed,
    AccountOpened,
    AccountsConfirmed,
    ChangeDecided,
    ChangeProposed,
    RolesChanged,
)
from chengxin.accounts.models import Account, AccountAct, OneTimeCode, RoleChange, RoleDecision
from chengxin.accounts.operations.codes import issue_code
from chengxin.accounts.operations.sessions import drop_sessions
from chengxin.accounts.rules import Appointments
from chengxin.accounts.states import Act, CodePurpose, Decision
from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import Refused
from chengxin.ledger import operations as ledger
from chengxin.periods.civil import civil_date


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointed:
    """What came of an appointment.

    Attributes:
        account_id: The login; ``None`` where a second officer must decide before it is opened.
        change_id: What waits for the second officer; ``None`` where none is needed.
        code: The one-time code, shown this once; ``None`` where none was issued.
    """

    account_id: int | None = None
    change_id: int | None = None
    code: str | None = None


@transaction.atomic
def open_officer(
    *,
    username: str,
    display_name: str,
    roles: frozenset[Role],
    organisation_code: str,
    appointments: Appointments,
    actor: Actor,
    now: datetime,
) -> Appointed:
    """Open an officer's login without a password, or propose to where two officers are needed.

    Args:
        username: Login name, unique.
        display_name: Shown at the head of pages.
        roles: What the officer may do.
        organisation_code: Whose officer.
        appointments: What an organisation of this kind may give.
        actor: The administrator.
        now: The moment.

    Raises:
        Refused: The actor may not (``NOT_ADMINISTRATOR``, ``NOT_YOUR_ORGANISATION``, ``ROLES_EMPTY``,
            ``ROLE_NOT_OF_KIND``).
        UsernameTaken: Choose another login name.
    """
    standing = policies.LoginStanding(is_own_organisation=actor.organisation_code == organisation_code)
    policies.may_appoint(actor, standing, roles=roles, assignable=appointments.assignable).require()
    if Account.objects.filter(username=username).exists():
        raise UsernameTaken(username=username)
    if appointments.two_officers:
        return _propose(
            account=None,
            organisation_code=organisation_code,
            username=username,
            display_name=display_name,
            roles=roles,
            actor=actor,
            now=now,
        )
    account = _open(
        username=username,
        display_name=display_name,
        roles=roles,
        organisation_code=organisation_code,
        actor=actor,
        now=now,
    )
    code = issue_code(purpose=CodePurpose.OFFICER_SETUP, account=account, person_id=None, actor=actor, now=now)
    return Appointed(account_id=account.pk, code=code.text)


@transaction.atomic
def change_roles(
    *, account_id: int, roles: frozenset[Role], appointments: Appointments, actor: Actor, now: datetime
) -> Appointed:
    """Give an officer other roles in place of the present ones, or propose to where two officers are needed.

    Args:
        account_id: Whose login.
        roles: All roles from now on.
        appointments: What an organisation of this kind may give.
        actor: The administrator; never the officer himself.
        now: The moment; the next request acts with the new roles.

    Raises:
        Refused: The actor may not (``NOT_ADMINISTRATOR``, ``NOT_YOUR_ORGANISATION``, ``OWN_LOGIN``, ``ROLES_EMPTY``,
            ``ROLE_NOT_OF_KIND``).
        LoginUnknown: There is no such open login.
    """
    account = _lock(account_id)
    policies.may_appoint(actor, _standing(actor, account), roles=roles, assignable=appointments.assignable).require()
    if appointments.two_officers:
        return _propose(
            account=account,
            organisation_code=account.organisation_code,
            username=account.username,
            display_name=account.first_name,
            roles=roles,
            actor=actor,
            now=now,
        )
    _change(account, roles, actor=actor, now=now)
    return Appointed(account_id=account.pk)


@transaction.atomic
def decide_change(
    *, change_id: int, decision: Decision, appointments: Appointments, actor: Actor, now: datetime
) -> Appointed:
    """Decide a proposed appointment as a second officer.

    Args:
        change_id: The proposal.
        decision: How.
        appointments: What the organisation may give on this day; judged anew.
        actor: Neither the proposer nor the officer whose appointment it is.
        now: The moment.

    Raises:
        Refused: The actor may not (``NOT_ADMINISTRATOR``, ``NOT_YOUR_ORGANISATION``, ``CHANGE_DECIDED``, ``OWN_LOGIN``,
            ``SECOND_OFFICER_NEEDED``), or the roles are none of the organisation's (``ROLE_NOT_OF_KIND``).
        ChangeNotOpen: There is no such proposal.
        UsernameTaken: The login name was given away meanwhile; decline, and propose another.
        LoginUnknown: The login was closed meanwhile.
    """
    change = RoleChange.objects.filter(pk=change_id).first()
    if change is None:
        raise ChangeNotOpen
    policies.may_decide_change(actor, lookups.change_standing(actor, change)).require()
    try:
        # Rows that are only ever added cannot be locked; of two officers at once the constraint lets one decide.
        with transaction.atomic():
            RoleDecision.objects.create(
                change=change,
                proposed_by=change.proposed_by,
                decided_by=actor.key,
                decision=decision.value,
                decided_at=now,
            )
    except IntegrityError as taken:
        raise ChangeNotOpen from taken
    ledger.append(
        ChangeDecided(change_id=change.pk, organisation_code=change.organisation_code, decision=decision.value),
        actor=actor,
        at=now,
    )
    if decision is Decision.DECLINED:
        return Appointed(change_id=change.pk)
    roles = frozenset(Role(role) for role in change.roles)
    if not roles <= appointments.assignable:
        raise Refused("ROLE_NOT_OF_KIND")  # noqa: EM101 - a code, not a sentence
    if change.account_id is not None:
        _change(_lock(change.account_id), roles, actor=actor, now=now)
        return Appointed(account_id=change.account_id, change_id=change.pk)
    if Account.objects.filter(username=change.username).exists():
        raise UsernameTaken(username=change.username)
    account = _open(
        username=change.username,
        display_name=change.display_name,
        roles=roles,
        organisation_code=change.organisation_code,
        actor=actor,
        now=now,
    )
    code = issue_code(purpose=CodePurpose.OFFICER_SETUP, account=account, person_id=None, actor=actor, now=now)
    return Appointed(account_id=account.pk, change_id=change.pk, code=code.text)


@transaction.atomic
def close_officer(*, account_id: int, actor: Actor, now: datetime) -> None:
    """Close an officer's login: sessions end, codes are withdrawn, the next request is nobody's.

    Args:
        account_id: Whose login.
        actor: The administrator; never the officer himself.
        now: The moment.

    Raises:
        Refused: The actor may not (``NOT_ADMINISTRATOR``, ``NOT_YOUR_ORGANISATION``, ``OWN_LOGIN``).
        LoginUnknown: There is no such open login.
    """
    account = _lock(account_id)
    policies.may_close(actor, _standing(actor, account)).require()
    close_account(account, actor=actor, now=now)


@transaction.atomic
def close_login_of_person(*, person_id: int, actor: Actor, now: datetime) -> bool:
    """Close the open login of a person whose identity was verified again, and end its sessions.

    Args:
        person_id: Whose; the caller's room verified the identity and judged the actor.
        actor: The clerk.
        now: The moment.

    Returns:
        Whether there was one.
    """
    account = Account.objects.select_for_update().filter(person_id=person_id, is_active=True).first()
    if account is not None:
        close_account(account, actor=actor, now=now)
    return account is not None


def close_account(account: Account, *, actor: Actor, now: datetime) -> None:
    """Close a login that the caller locked and judged; for the operations of this room."""
    Account.objects.filter(pk=account.pk).update(is_active=False, closed_at=now)
    OneTimeCode.objects.filter(account=account, used_at__isnull=True, withdrawn_at__isnull=True).update(
        withdrawn_at=now
    )
    drop_sessions(account_id=account.pk)
    note(account, Act.CLOSED, actor=actor, now=now)
    ledger.append(
        AccountClosed(person_id=account.person_id, account_id=account.pk, organisation_code=account.organisation_code),
        actor=actor,
        at=now,
    )


@transaction.atomic
def confirm_officers(
    *, account_ids: Iterable[int], organisation_code: str, actor: Actor, now: datetime
) -> tuple[int, ...]:
    """Confirm that officers still need their logins; each works until the same civil day a year later.

    Args:
        account_ids: Which of the organisation's open logins; others are passed over.
        organisation_code: Whose.
        actor: The administrator.
        now: The moment.

    Returns:
        The logins that were confirmed.

    Raises:
        Refused: The actor may not (``NOT_ADMINISTRATOR``, ``NOT_YOUR_ORGANISATION``).
    """
    standing = policies.LoginStanding(is_own_organisation=actor.organisation_code == organisation_code)
    policies.may_administer(actor, standing).require()
    rows = Account.objects.select_for_update().filter(
        pk__in=list(account_ids), organisation_code=organisation_code, is_active=True
    )
    found = tuple(sorted(rows, key=lambda row: row.pk))
    Account.objects.filter(pk__in=[row.pk for row in found]).update(confirmed_on=civil_date(now))
    for row in found:
        note(row, Act.CONFIRMED, actor=actor, now=now)
    if found:
        ledger.append(
            AccountsConfirmed(account_ids=tuple(row.pk for row in found), organisation_code=organisation_code),
            actor=actor,
            at=now,
        )
    return tuple(row.pk for row in found)


def note(account: Account, act: Act, *, actor: Actor, now: datetime) -> None:
    """Keep what was done to a login; for the operations of this room."""
    AccountAct.objects.create(account=account, act=act.value, roles=list(account.roles), actor_key=actor.key, at=now)


def _open(
    *,
    username: str,
    display_name: str,
    roles: frozenset[Role],
    organisation_code: str,
    actor: Actor,
    now: datetime,
) -> Account:
    names = sorted(role.value for role in roles)
    account = Account(
        username=username,
        kind=ActorKind.OFFICER.value,
        organisation_code=organisation_code,
        roles=names,
        first_name=display_name,
        opened_at=now,
        confirmed_on=civil_date(now),
    )
    account.set_unusable_password()
    account.save(force_insert=True)
    note(account, Act.OPENED, actor=actor, now=now)
    ledger.append(
        AccountOpened(account_id=account.pk, organisation_code=organisation_code, roles=tuple(names)),
        actor=actor,
        at=now,
    )
    return account


def _propose(
    *,
    account: Account | None,
    organisation_code: str,
    username: str,
    display_name: str,
    roles: frozenset[Role],
    actor: Actor,
    now: datetime,
) -> Appointed:
    names = sorted(role.value for role in roles)
    change = RoleChange.objects.create(
        account=account,
        organisation_code=organisation_code,
        username=username,
        display_name=display_name,
        roles=names,
        proposed_by=actor.key,
        proposed_at=now,
    )
    ledger.append(
        ChangeProposed(
            change_id=change.pk,
            account_id=None if account is None else account.pk,
            organisation_code=organisation_code,
            roles=tuple(names),
        ),
        actor=actor,
        at=now,
    )
    return Appointed(change_id=change.pk)


def _change(account: Account, roles: frozenset[Role], *, actor: Actor, now: datetime) -> None:
    before, after = tuple(account.roles), sorted(role.value for role in roles)
    account.roles = after
    Account.objects.filter(pk=account.pk).update(roles=after)
    note(account, Act.ROLES_CHANGED, actor=actor, now=now)
    ledger.append(
        RolesChanged(
            account_id=account.pk, organisation_code=account.organisation_code, before=before, roles=tuple(after)
        ),
        actor=actor,
        at=now,
    )


def _lock(account_id: int) -> Account:
    account = (
        Account.objects.select_for_update().filter(pk=account_id, is_active=True, kind=ActorKind.OFFICER.value).first()
    )
    if account is None:
        raise LoginUnknown
    return account


def _standing(actor: Actor, account: Account) -> policies.LoginStanding:
    return policies.LoginStanding(
        is_own_organisation=actor.organisation_code == account.organisation_code,
        is_own_login=actor.key == account.actor.key,
    )
