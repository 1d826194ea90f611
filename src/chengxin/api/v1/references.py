"""References in addresses: what cannot be one is unknown, and never reaches the database."""

import re
from typing import Final, NoReturn

from chengxin.authority.decisions import Refused
from chengxin.intake.errors import BatchUnknown

_SHAPE: Final = re.compile(r"[BU][0-9]{8}-[0-9A-Z]{8}", re.ASCII)
_OPAQUE: Final = re.compile(r"[A-Z2-7]{16}", re.ASCII)


def checked_reference(reference: str, *, prefix: str) -> str:
    """Return a reference that can be one.

    Args:
        reference: As it stands in the address.
        prefix: ``B`` for a batch, ``U`` for an upload.

    Raises:
        BatchUnknown: It cannot be one; the answer is the same as for one that nobody has.

    Example:
        >>> checked_reference("B20280229-ABCDEFGH", prefix="B")
        'B20280229-ABCDEFGH'
    """
    if _SHAPE.fullmatch(reference) is None or not reference.startswith(prefix):
        refuse_unknown(reference, prefix=prefix)
    return reference


def refuse_unknown(reference: str, *, prefix: str) -> NoReturn:
    """Give the one answer for what is not there, whoever it may belong to.

    Args:
        reference: As it stands in the address.
        prefix: ``B`` for a batch, ``U`` for an upload.

    Raises:
        BatchUnknown: Always.
    """
    shown = reference[:24]
    if prefix == "B":
        raise BatchUnknown(batch=shown)
    raise BatchUnknown(upload=shown)


def opaque_reference(reference: str, *, unknown: type[Refused]) -> str:
    """Return the reference of an inquiry, a request or an authorisation, that can be one.

    Args:
        reference: As it stands in the address.
        unknown: What to raise for one that nobody has.

    Raises:
        Refused: It cannot be one; the answer is the same as for one that nobody has.

    Example:
        >>> opaque_reference("ABCDEFGHIJKLMNOP", unknown=BatchUnknown)
        'ABCDEFGHIJKLMNOP'
    """
    if _OPAQUE.fullmatch(reference) is None:
        raise unknown
    return reference
