"""Sessions and second factors: ending them, and keeping when a session was last used."""

from datetime import datetime, timedelta
from importlib import import_module
from typing import Final

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction

from chengxin.accounts.errors import SessionUnknown
from chengxin.accounts.events import SessionsEnded
from chengxin.accounts.models import Account, AccountAct
from chengxin.accounts.states import Act
from chengxin.authority.actors import Actor
from chengxin.ledger import operations as ledger

NOTED_AFTER: Final = timedelta(minutes=5)
"""How exactly it is kept when a session was last used: a write for every page would cost more than it tells."""


def drop_sessions(*, account_id: int, keeping: str = "", session_id: int | None = None) -> int:
    """Remove sessions of a login, so that their next request is nobody's; for operations in a transaction.

    Args:
        account_id: Whose.
        keeping: Key of the one session that stays; empty where none does.
        session_id: Only this one; ``None`` for all.

    Returns:
        How many were ended.
    """
    rows = UserSession.objects.filter(user_id=account_id).exclude(session_key=keeping)
    if session_id is not None:
        rows = rows.filter(pk=session_id)
    store = import_module(settings.SESSION_ENGINE).SessionStore
    keys = list(rows.values_list("session_key", flat=True))
    for key in keys:
        store().delete(key)
    UserSession.objects.filter(user_id=account_id, session_key__in=keys).delete()
    return len(keys)


def drop_factors(*, account_id: int) -> None:
    """Remove the second factors of a login; for operations in a transaction."""
    Authenticator.objects.filter(user_id=account_id).delete()


@transaction.atomic
def end_sessions(*, account_id: int, keeping: str, session_id: int | None = None, actor: Actor, now: datetime) -> int:
    """End one of the own sessions, or all but the one in use.

    Args:
        account_id: The own login.
        keeping: Key of the session in use, which stays.
        session_id: The one to end; ``None`` for all others.
        actor: Whose login it is.
        now: The moment.

    Returns:
        How many were ended.

    Raises:
        SessionUnknown: The session is not one of the own, is over already, or is the one in use: sign out instead.
        ValueError: The actor is somebody else.
    """
    if actor.key != f"account:{account_id}":
        message = "everybody ends the own sessions only"
        raise ValueError(message)
    count = drop_sessions(account_id=account_id, keeping=keeping, session_id=session_id)
    if session_id is not None and count == 0:
        raise SessionUnknown
    if count:
        account = Account.objects.get(pk=account_id)
        AccountAct.objects.create(
            account=account, act=Act.SESSIONS_ENDED.value, roles=account.roles, actor_key=actor.key, at=now
        )
        ledger.append(
            SessionsEnded(person_id=account.person_id, account_id=account_id, count=count), actor=actor, at=now
        )
    return count


def note_session_use(*, session_key: str, address: str, now: datetime) -> None:
    """Keep when, and from which network address, a session was last used, exact to a few minutes.

    Args:
        session_key: The session.
        address: As the request gives it.
        now: The moment by the clock.
    """
    UserSession.objects.filter(session_key=session_key, last_seen_at__lt=now - NOTED_AFTER).update(
        last_seen_at=now, ip=address
    )
