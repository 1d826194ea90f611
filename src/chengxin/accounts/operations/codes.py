"""One-time codes: issued to be handed over, used once; nobody but their receiver chooses a password."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from chengxin.accounts import lookups, policies, rules
from chengxin.accounts.errors import LoginUnknown
from chengxin.accounts.events import AccountSetUp, CodeIssued
from chengxin.accounts.models import Account, AccountAct, OneTimeCode, RoleChange
from chengxin.accounts.operations.sessions import drop_factors, drop_sessions
from chengxin.accounts.states import Act, CodePurpose
from chengxin.authority.actors import Actor
from chengxin.authority.decisions import Refusal, Refused
from chengxin.ledger import operations as ledger
from chengxin.periods.civil import civil_date

NO_SUCH_CODE = "CODE_NOT_VALID"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCode:
    """A one-time code as it is handed over; it is stored only as a keyed digest, so this is the one time.

    Attributes:
        code_id: Its row.
        text: What is handed over, in groups.
        valid_until: Last day on which it may be used.
    """

    code_id: int
    text: str
    valid_until: date

    def __repr__(self) -> str:
        """Show no code, so that no log holds one."""
        return f"<IssuedCode {self.code_id}>"


def issue_code(
    *, purpose: CodePurpose, account: Account | None, person_id: int | None, actor: Actor, now: datetime
) -> IssuedCode:
    """Issue a code that the caller judged; one that was open before is withdrawn. For operations in a transaction."""
    open_before = OneTimeCode.objects.filter(used_at__isnull=True, withdrawn_at__isnull=True)
    open_before.filter(account=account, person_id=person_id).update(withdrawn_at=now)
    text = rules.new_code()
    row = OneTimeCode.objects.create(
        purpose=purpose.value,
        account=account,
        person_id=person_id,
        digest=lookups.digest_of_code(text),
        valid_until=rules.code_valid_until(purpose=purpose, issued_on=civil_date(now)),
        attempts_left=rules.CODE_TERMS[purpose].attempts,
        issued_by=actor.key,
        organisation_code=actor.organisation_code or "",
        issued_at=now,
    )
    if account is not None:
        AccountAct.objects.create(
            account=account, act=Act.CODE_ISSUED.value, roles=account.roles, actor_key=actor.key, at=now
        )
    ledger.append(
        CodeIssued(
            person_id=person_id,
            code_id=row.pk,
            purpose=purpose.value,
            account_id=None if account is None else account.pk,
            organisation_code=row.organisation_code,
            valid_until=row.valid_until.isoformat(),
        ),
        actor=actor,
        at=now,
    )
    return IssuedCode(code_id=row.pk, text=text, valid_until=row.valid_until)


@transaction.atomic
def issue_setup_code(*, account_id: int, two_officers: bool, actor: Actor, now: datetime) -> IssuedCode:
    """Issue a code by which an officer sets up the login, or sets it up anew after losing password or factor.

    A login that was set up already loses password, second factors and sessions. Where two officers are needed, that
    is refused: close the login and open another, which a second officer decides.

    Args:
        account_id: Whose login.
        two_officers: Whether the organisation needs two officers for appointments.
        actor: The administrator.
        now: The moment.

    Raises:
        Refused: The actor may not (``NOT_ADMINISTRATOR``, ``NOT_YOUR_ORGANISATION``, ``OWN_LOGIN``), proposed the login
            that a second officer approved (``SECOND_OFFICER_NEEDED``), or the login of the office was set up already
            (``SET_UP_ALREADY``).
        LoginUnknown: There is no such open login.
    """
    officers = Account.objects.filter(is_active=True, person_id__isnull=True)
    account = officers.select_for_update().filter(pk=account_id).first()
    if account is None:
        raise LoginUnknown
    standing = policies.LoginStanding(
        is_own_organisation=actor.organisation_code == account.organisation_code,
        is_own_login=actor.key == account.actor.key,
    )
    policies.may_close(actor, standing).require()
    if two_officers and RoleChange.objects.filter(username=account.username, proposed_by=actor.key).exists():
        raise Refused("SECOND_OFFICER_NEEDED")  # noqa: EM101 - a code, not a sentence
    if account.has_usable_password():
        if two_officers:
            raise Refused("SET_UP_ALREADY")  # noqa: EM101 - a code, not a sentence
        account.set_unusable_password()
        Account.objects.filter(pk=account.pk).update(password=account.password)
        drop_factors(account_id=account.pk)
        drop_sessions(account_id=account.pk)
    return issue_code(purpose=CodePurpose.OFFICER_SETUP, account=account, person_id=None, actor=actor, now=now)


@transaction.atomic
def set_up_officer(*, code: str, username: str, password: str, now: datetime) -> int | Refusal:
    """Let an officer choose the password of the login that a code was issued for.

    A refusal is returned, not raised, so that the attempt it used up stays used up.

    Args:
        code: As it was handed over.
        username: The login name; must be the one of the code.
        password: As the officer chose it, checked for strength by the form.
        now: The moment.

    Returns:
        The login, or a refusal with code ``CODE_NOT_VALID``, which does not tell why.
    """
    row = take_code(code=code, purpose=CodePurpose.OFFICER_SETUP, now=now)
    if row is None or row.account_id is None:
        return Refusal(code=NO_SUCH_CODE)
    account = Account.objects.select_for_update().get(pk=row.account_id)
    if not account.is_active:
        return Refusal(code=NO_SUCH_CODE)
    if account.username != username.strip():
        spend_attempt(row)
        return Refusal(code=NO_SUCH_CODE)
    account.set_password(password)
    Account.objects.filter(pk=account.pk).update(password=account.password)
    mark_used(row, now=now)
    AccountAct.objects.create(
        account=account, act=Act.SET_UP.value, roles=account.roles, actor_key=account.actor.key, at=now
    )
    ledger.append(
        AccountSetUp(account_id=account.pk, organisation_code=account.organisation_code), actor=account.actor, at=now
    )
    return account.pk


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenCode:
    """A person's code that was typed and is valid; locked until the transaction ends."""

    code_id: int
    person_id: int


@transaction.atomic
def issue_activation_code(*, person_id: int, actor: Actor, now: datetime) -> IssuedCode:
    """Issue the code by which a person opens a login, after the caller's room had identity verified.

    Args:
        person_id: Whose.
        actor: The clerk; judged by the caller.
        now: The moment.
    """
    return issue_code(purpose=CodePurpose.PERSON_ACTIVATION, account=None, person_id=person_id, actor=actor, now=now)


def take_activation_code(*, code: str, now: datetime) -> TakenCode | None:
    """Lock a person's open, unexpired code that was typed, in the caller's transaction; ``None`` where there is none.

    Args:
        code: As it was typed.
        now: The moment.
    """
    row = take_code(code=code, purpose=CodePurpose.PERSON_ACTIVATION, now=now)
    return None if row is None or row.person_id is None else TakenCode(code_id=row.pk, person_id=row.person_id)


def spend_attempt_of(*, code_id: int) -> None:
    """Count a wrong identity number against a right code, in the caller's transaction.

    Args:
        code_id: The code, as it was taken.
    """
    spend_attempt(OneTimeCode.objects.get(pk=code_id))


def mark_code_used(*, code_id: int, now: datetime) -> None:
    """Use a code up, in the caller's transaction.

    Args:
        code_id: The code, as it was taken.
        now: The moment.
    """
    mark_used(OneTimeCode.objects.get(pk=code_id), now=now)


def take_code(*, code: str, purpose: CodePurpose, now: datetime) -> OneTimeCode | None:
    """Lock the open, unexpired code that was typed; ``None`` where there is none. For operations in a transaction."""
    digest = lookups.digest_of_code(code)
    row = None if digest is None else OneTimeCode.objects.select_for_update().filter(digest=digest).first()
    if row is None or row.purpose != purpose.value or row.used_at is not None or row.withdrawn_at is not None:
        return None
    return row if row.attempts_left > 0 and civil_date(now) <= row.valid_until else None


def spend_attempt(row: OneTimeCode) -> None:
    """Count a wrong companion of a right code against it. For operations in a transaction."""
    OneTimeCode.objects.filter(pk=row.pk).update(attempts_left=F("attempts_left") - 1)


def mark_used(row: OneTimeCode, *, now: datetime) -> None:
    """Use a code up. For operations in a transaction."""
    OneTimeCode.objects.filter(pk=row.pk).update(used_at=now)
