"""The rules of logins: how long a confirmation and a one-time code hold, and what a code looks like.

These are rules of the house, not of a statute; they stand here as data. Nothing here reads the clock.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from chengxin.accounts.states import CodePurpose
from chengxin.authority.actors import Role
from chengxin.periods.terms import Unit, last_day

CONFIRMATION_YEARS: Final = 1
CONFIRMATION_WARNING_DAYS: Final = 30
MOST_SECRETS: Final = 2
OVERLAP_DAYS: Final = (1, 90)
"""Fewest and most days for which two secrets of a client may be valid together."""

# Crockford's alphabet: no letter that is taken for a digit. 26 letters of 5 bits hold 128 bits.
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_BITS: Final = 128
_CODE_LENGTH: Final = 26
_GROUP: Final = 5
_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointments:
    """Which roles an organisation may give its officers, and whether two officers are needed for it.

    Attributes:
        assignable: Roles that an organisation of this kind may hold.
        two_officers: Whether a second officer decides what one proposes.
    """

    assignable: frozenset[Role]
    two_officers: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeTerm:
    """How long a one-time code holds.

    Attributes:
        valid_days: The day of issue is not counted; the last day still belongs to it.
        attempts: How many wrong companions (an identity number, a login name) use it up.
    """

    valid_days: int
    attempts: int


CODE_TERMS: Final[Mapping[CodePurpose, CodeTerm]] = MappingProxyType(
    {
        CodePurpose.OFFICER_SETUP: CodeTerm(valid_days=3, attempts=5),
        CodePurpose.PERSON_ACTIVATION: CodeTerm(valid_days=7, attempts=5),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """How the yearly confirmation of a login stands on a day.

    Attributes:
        due_on: Last day on which the login works without being confirmed again.
        days_left: Calendar days until then, 0 on the day itself, negative behind it.
    """

    due_on: date
    days_left: int

    @property
    def is_overdue(self) -> bool:
        """Tell whether the due day is over."""
        return self.days_left < 0

    @property
    def is_near(self) -> bool:
        """Tell whether the due day is near, and not over."""
        return 0 <= self.days_left <= CONFIRMATION_WARNING_DAYS


def confirmation_due_on(confirmed_on: date) -> date:
    """Return the last day on which a confirmation holds: the same civil day a year later.

    Args:
        confirmed_on: Civil date of the last confirmation. Of a leap day the twenty-eighth of February follows.

    Example:
        >>> confirmation_due_on(date(2026, 11, 25)), confirmation_due_on(date(2028, 2, 29))
        (datetime.date(2027, 11, 25), datetime.date(2029, 2, 28))
    """
    return last_day(started_on=confirmed_on, count=CONFIRMATION_YEARS, unit=Unit.YEAR)


def confirmation_on(*, confirmed_on: date, today: date) -> Confirmation:
    """Return how a confirmation stands on a day.

    Args:
        confirmed_on: Civil date of the last confirmation.
        today: The civil date.

    Example:
        >>> confirmation_on(confirmed_on=date(2026, 1, 1), today=date(2027, 1, 1)).is_overdue
        False
        >>> confirmation_on(confirmed_on=date(2026, 1, 1), today=date(2027, 1, 2)).is_overdue
        True
    """
    due_on = confirmation_due_on(confirmed_on)
    return Confirmation(due_on=due_on, days_left=(due_on - today).days)


def is_overdue(*, confirmed_on: date | None, today: date) -> bool:
    """Tell whether a login is closed to work on a day, because nobody confirmed it in time.

    Args:
        confirmed_on: Civil date of the last confirmation; ``None``, never confirmed, is overdue.
        today: The civil date.
    """
    return confirmed_on is None or confirmation_on(confirmed_on=confirmed_on, today=today).is_overdue


def code_valid_until(*, purpose: CodePurpose, issued_on: date) -> date:
    """Return the last day on which a one-time code may be used.

    Args:
        purpose: For what it is.
        issued_on: Civil date of its issue.
    """
    return issued_on + timedelta(days=CODE_TERMS[purpose].valid_days)


def overlap_until(*, now: datetime, days: int) -> datetime:
    """Return the moment until which an old secret stays valid beside a new one.

    Args:
        now: When the new one was added.
        days: Calendar days of overlap.

    Raises:
        ValueError: The days lie outside of :data:`OVERLAP_DAYS`; the form offers no others.
    """
    fewest, most = OVERLAP_DAYS
    if not fewest <= days <= most:
        message = f"an overlap lasts {fewest} to {most} days"
        raise ValueError(message)
    return now + timedelta(days=days)


def new_code() -> str:
    """Return a new one-time code of 128 random bits, in groups of five letters, as it is handed out."""
    drawn = secrets.randbits(_CODE_BITS)
    letters = "".join(_ALPHABET[drawn >> 5 * place & 31] for place in reversed(range(_CODE_LENGTH)))
    return "-".join(letters[at : at + _GROUP] for at in range(0, _CODE_LENGTH, _GROUP))


def folded_code(written: str) -> str:
    """Return a code as it is compared: capitals, no spaces or strokes, no letter that was read for a digit.

    Args:
        written: As somebody typed it.

    Returns:
        The 26 letters; empty where the text cannot be a code.

    Example:
        >>> folded_code(" oiLab-cdefg-hjkmn-pqrst-vwxyz0 ")
        '011ABCDEFGHJKMNPQRSTVWXYZ0'
        >>> folded_code("12345")
        ''
    """
    letters = "".join(letter for letter in written.upper() if letter.isalnum()).translate(_READ_AS)
    is_code = len(letters) == _CODE_LENGTH and set(letters) <= set(_ALPHABET)
    return letters if is_code else ""


# What appointments of a machine client open ------------------------------------------------------------------------

INTAKE: Final = "intake"
INQUIRY: Final = "inquiry"

ROLES_OF_SCOPE: Final[Mapping[str, frozenset[Role]]] = MappingProxyType(
    {
        INTAKE: frozenset({Role.SUPPLIER, Role.SUPPLIER_SECOND}),
        INQUIRY: frozenset({Role.REQUESTER}),
    }
)
"""The scopes there are, each with the appointments of which a client needs one."""

_LOOPBACK: Final = frozenset({"127.0.0.1", "[::1]", "localhost"})
_LONGEST: Final = 500


def scopes_of(roles: frozenset[Role]) -> tuple[str, ...]:
    """Return the scopes that appointments open, in their order.

    Args:
        roles: The client's appointments.

    Example:
        >>> scopes_of(frozenset({Role.REQUESTER, Role.SUPPLIER})), scopes_of(frozenset({Role.OPERATOR}))
        (('intake', 'inquiry'), ())
    """
    return tuple(scope for scope, needed in ROLES_OF_SCOPE.items() if needed & roles)


def is_redirect_address(address: str) -> bool:
    """Tell whether people may be sent to an address after answering a client's request.

    It is compared letter by letter later, so nothing in it is left to interpretation: no fragment, no credentials.

    Args:
        address: As it is to be registered.

    Example:
        >>> is_redirect_address("https://bank.example/back"), is_redirect_address("http://127.0.0.1:8123/back")
        (True, True)
        >>> is_redirect_address("http://bank.example/back"), is_redirect_address("https://bank.example/back#here")
        (False, False)
    """
    if not (0 < len(address) <= _LONGEST and address.isascii() and address.isprintable()) or " " in address:
        return False
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    host = parts.netloc.rpartition(":")[0] if port is not None else parts.netloc
    if not host or "@" in parts.netloc or "#" in address or any(mark in address for mark in "\"'<>\\;,*"):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
