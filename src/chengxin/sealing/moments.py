"""Moments as signed texts spell them: RFC 3339 in UTC with six decimals, one spelling for each moment."""

import re
from datetime import UTC, datetime
from typing import Final

from chengxin.sealing.digests import moment_text
from chengxin.sealing.faults import Fault, NotVerified

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z\Z", re.ASCII)


def read_moment(text: object, *, place: str) -> datetime:
    """Return the moment that a text says.

    Raises:
        NotVerified: The text is not in the spelling of ``digests.moment_text`` (``MALFORMED``).
    """
    if isinstance(text, str) and _MOMENT.match(text):
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise NotVerified(Fault.MALFORMED, place) from None
        if moment_text(moment) == text:
            return moment
    raise NotVerified(Fault.MALFORMED, place)


def read_optional_moment(text: object, *, place: str) -> datetime | None:
    """Return the moment that a text says, ``None`` for null.

    Raises:
        NotVerified: It is neither (``MALFORMED``).
    """
    return None if text is None else read_moment(text, place=place)


def moment_of_seconds(seconds: object, *, place: str) -> datetime:
    """Return the moment of a whole number of seconds since 1970 (JWT NumericDate, cosignatures).

    Raises:
        NotVerified: It is no such number (``MALFORMED``).
    """
    if type(seconds) is not int:
        raise NotVerified(Fault.MALFORMED, place)
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise NotVerified(Fault.MALFORMED, place) from None
