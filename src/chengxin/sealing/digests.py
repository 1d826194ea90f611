"""Canonical bytes of a value, and salted digests over them.

The canonical form is the JSON Canonicalization Scheme (RFC 8785) for the values that are put under a digest: objects
with text keys, arrays, text, whole numbers, true, false and null. Dates are written as their ISO text, aware moments
as RFC 3339 in UTC with six decimals. Floating point numbers are refused, so that no digest depends on how a number
was printed.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final, TypeAlias

JSON: TypeAlias = "bool | int | str | date | Sequence[JSON] | Mapping[str, JSON] | None"

SALT_BYTES: Final = 16
LARGEST_NUMBER: Final = 2**53 - 1

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), check_circular=False).encode
_encode_sorted = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), check_circular=False, sort_keys=True
).encode


def canonical(value: JSON) -> bytes:
    r"""Return the canonical UTF-8 bytes of a value (RFC 8785, without floating point numbers).

    Args:
        value: Text, whole number, truth value, null, date, aware moment, or lists and mappings of these.

    Returns:
        The same bytes for equal values, in whatever order the keys were given.

    Raises:
        TypeError: The value holds something without a canonical form, such as a float, bytes or a key that is not text.
        ValueError: A number lies beyond 2**53 - 1, a moment has no time zone, or a text holds a lone surrogate.

    Example:
        >>> canonical({"b": [True, None], "a": "é"})
        b'{"a":"\xc3\xa9","b":[true,null]}'
    """
    if _is_plain(value):
        return _encode_sorted(value).encode("utf-8")
    return _encode(_plain(value)).encode("utf-8")


def moment_text(moment: datetime) -> str:
    """Write an aware moment as RFC 3339 in UTC with six decimals, the only spelling that enters a digest.

    Raises:
        ValueError: The moment has no time zone.

    Example:
        >>> moment_text(datetime(2031, 4, 1, 8, 30, tzinfo=UTC))
        '2031-04-01T08:30:00.000000Z'
    """
    if moment.tzinfo is None:
        message = "a moment without a time zone has no canonical form"
        raise ValueError(message)
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def salted_digest(salt: bytes, payload: bytes) -> bytes:
    """Return SHA-256 over salt and payload, so that short contents cannot be guessed from their digest.

    Args:
        salt: Exactly 16 random bytes, stored beside the contents and erased with them.
        payload: The canonical bytes.

    Raises:
        ValueError: The salt has another length, so that salt and payload could be divided in two ways.
    """
    if len(salt) != SALT_BYTES:
        message = f"a salt has {SALT_BYTES} bytes"
        raise ValueError(message)
    return hashlib.sha256(salt + payload).digest()


def _is_plain(value: object) -> bool:
    """Tell whether the encoder's own sorting gives the canonical form already: plain types and ASCII keys throughout.

    Most of what is digested is so, and is written three times as fast without being copied first.
    """
    open_values: list[Any] = [value]
    while open_values:
        members = open_values.pop()
        if type(members) is dict:
            for key in members:
                if type(key) is not str or not key.isascii():
                    return False
            members = members.values()
        elif type(members) is not list:
            members = (members,)
        for member in members:
            kind = type(member)
            if kind is str or member is None or kind is bool:
                continue
            if kind is dict or kind is list:
                open_values.append(member)
            elif kind is not int or not -LARGEST_NUMBER <= member <= LARGEST_NUMBER:
                return False
    return True


def _plain(value: object) -> object:
    if value is None or type(value) in {str, bool}:
        return value
    if isinstance(value, int):
        return _number(int(value))
    if isinstance(value, str | date):
        return _text(value)
    if isinstance(value, Mapping):
        return _ordered(value)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return [_plain(member) for member in value]
    message = f"{type(value).__name__} has no canonical form"
    raise TypeError(message)


def _text(value: str | date) -> str:
    if isinstance(value, str):
        return str.__str__(value)
    return moment_text(value) if isinstance(value, datetime) else value.isoformat()


def _number(value: int) -> int:
    if not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
        message = "a number beyond 2**53 - 1 has no canonical form"
        raise ValueError(message)
    return value


def _ordered(value: Mapping[object, object]) -> dict[str, object]:
    keys = []
    for key in value:
        if not isinstance(key, str):
            message = "a key that is not text has no canonical form"
            raise TypeError(message)
        keys.append(key)
    # RFC 8785 orders keys by their UTF-16 units; for ASCII keys that is the plain order, and the plain order is faster.
    plain = all(map(str.isascii, keys))
    keys.sort(key=None if plain else _utf16)
    return {key: _plain(value[key]) for key in keys}


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be")
