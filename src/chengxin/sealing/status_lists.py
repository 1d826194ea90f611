"""Token status lists (draft-ietf-oauth-status-list): the state of many credentials in one signed text.

A reader who asks about one credential must not tell the platform which one: so the platform publishes the states of all
of them, two bits for each, packed and compressed, and the reader fetches the whole list. A credential names its list
and its place there (``credentials.StatusReference``). Values: 0 valid, 1 invalid (withdrawn), 3 superseded, which the
specification leaves to applications; 2 (suspended) is not used.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from chengxin.sealing.credentials import StatusReference
from chengxin.sealing.digests import canonical
from chengxin.sealing.faults import Fault, NotVerified
from chengxin.sealing.key_documents import KeyDocument, KeyUse
from chengxin.sealing.moments import moment_of_seconds
from chengxin.sealing.signed_texts import PublicKey, decode_base64url, encode_base64url, open_text, read_json, sign_text

KIND: Final = "statuslist+jwt"
BITS: Final = 2
MOST_STATES: Final = 1 << 22


class ReportState(StrEnum):
    """State of a report and of the credential in it."""

    VALID = "VALID"
    WITHDRAWN = "WITHDRAWN"
    SUPERSEDED = "SUPERSEDED"


_PER_BYTE: Final = 8 // BITS
_LARGEST: Final = MOST_STATES // _PER_BYTE
_VALUES: Final = {ReportState.VALID: 0, ReportState.WITHDRAWN: 1, ReportState.SUPERSEDED: 3}
_STATES: Final = {value: state for state, value in _VALUES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedState:
    """The state of one credential by a list.

    Attributes:
        state: Its state.
        at: When the list was signed, by the signer's own word.
        valid_until: First moment at which the list must not be used any more.
    """

    state: ReportState
    at: datetime
    valid_until: datetime


def sign_states(
    states: Mapping[int, ReportState],
    *,
    size: int,
    uri: str,
    signed_at: datetime,
    valid_until: datetime,
    signer: EllipticCurvePrivateKey,
) -> str:
    """Return a signed list.

    Args:
        states: The state at each place, from 0; places that are not named are valid, whether anything stands there or
            not.
        size: How many places there are.
        uri: Address under which it is published, as in the credentials.
        signed_at: When; cut to whole seconds.
        valid_until: First moment at which it must not be used any more; cut to whole seconds.
        signer: The key of reports.

    Raises:
        ValueError: There are too many places, or a state stands beyond them.
    """
    if size > MOST_STATES or any(not 0 <= place < size for place in states):
        message = f"a list holds at most {MOST_STATES} states, each at one of its places"
        raise ValueError(message)
    raw = bytearray(-(-size // _PER_BYTE))
    for place, state in states.items():
        byte, shift = divmod(place * BITS, 8)
        raw[byte] |= _VALUES[state] << shift
    payload = canonical(
        {
            "sub": uri,
            "iat": int(signed_at.timestamp()),
            "exp": int(valid_until.timestamp()),
            "status_list": {"bits": BITS, "lst": encode_base64url(zlib.compress(raw, 9))},
        }
    )
    return sign_text(payload, kind=KIND, signer=signer)


def find_state(text: str, reference: StatusReference, keys: KeyDocument, *, now: datetime) -> ListedState:
    """Check a list and return the state at one place of it.

    Args:
        text: The signed list.
        reference: List and place, from a credential.
        keys: The list of keys.
        now: The moment.

    Raises:
        NotVerified: It is malformed, altered, signed with a key that is not good, another list (``PARTS_DISAGREE``),
            over (``OVER``), or too short for the place.
    """
    raw, at, valid_until = _opened(text, reference.uri, keys)
    if valid_until <= now:
        raise NotVerified(Fault.OVER, "status list")
    if reference.index >= len(raw) * _PER_BYTE:
        raise NotVerified(Fault.MALFORMED, "index")
    value = value_at(raw, reference.index, BITS)
    if value not in _STATES:
        raise NotVerified(Fault.MALFORMED, "state")
    return ListedState(state=_STATES[value], at=at, valid_until=valid_until)


def read_states(text: str, *, uri: str, keys: KeyDocument) -> Mapping[int, ReportState]:
    """Check a list and return every place at which something else than valid stands, whether the list is over or not.

    Args:
        text: The signed list.
        uri: Address under which it is published.
        keys: The list of keys.

    Raises:
        NotVerified: It is malformed, altered, signed with a key that is not good, or another list.
    """
    raw, _, _ = _opened(text, uri, keys)
    found: dict[int, ReportState] = {}
    for byte, packed_values in enumerate(raw):
        if not packed_values:
            continue
        for place in range(byte * _PER_BYTE, (byte + 1) * _PER_BYTE):
            value = value_at(raw, place, BITS)
            if value not in _STATES:
                raise NotVerified(Fault.MALFORMED, "state")
            if _STATES[value] is not ReportState.VALID:
                found[place] = _STATES[value]
    return found


def _opened(text: str, uri: str, keys: KeyDocument) -> tuple[bytes, datetime, datetime]:
    """Check a list and return its packed states, when it was signed, and until when it may be used.

    Raises:
        NotVerified: It is malformed, altered, signed with a key that is not good, or another list.
    """
    opened = open_text(text, kind=KIND, find_key=lambda name: _key(keys, name))
    payload = read_json(opened.payload, place="status list")
    if not isinstance(payload, dict) or not isinstance(payload.get("status_list"), dict):
        raise NotVerified(Fault.MALFORMED, "status list")
    at = moment_of_seconds(payload.get("iat"), place="iat")
    valid_until = moment_of_seconds(payload.get("exp"), place="exp")
    keys.require_good(opened.key_name, KeyUse.REPORT, claimed_at=at)
    if payload.get("sub") != uri:
        raise NotVerified(Fault.PARTS_DISAGREE, "sub")
    members = payload["status_list"]
    if type(members.get("bits")) is not int or members["bits"] != BITS or not isinstance(members.get("lst"), str):
        raise NotVerified(Fault.MALFORMED, "status list")
    return _unpacked(decode_base64url(members["lst"])), at, valid_until


def value_at(raw: bytes, index: int, bits: int) -> int:
    """Return the value at a place of packed bytes, the first in the lowest bits.

    Example:
        >>> value_at(bytes.fromhex("b9a3"), 3, 1)
        1
    """
    byte, shift = divmod(index * bits, 8)
    return raw[byte] >> shift & (1 << bits) - 1


def _unpacked(compressed: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        raw = unpacker.decompress(compressed, _LARGEST + 1)
    except zlib.error:
        raise NotVerified(Fault.MALFORMED, "lst") from None
    if len(raw) > _LARGEST:
        raise NotVerified(Fault.TOO_LARGE, "lst")
    if not unpacker.eof or unpacker.unused_data:
        raise NotVerified(Fault.MALFORMED, "lst")
    return raw


def _key(keys: KeyDocument, name: str) -> PublicKey | None:
    entry = keys.find(name, KeyUse.REPORT)
    return None if entry is None else entry.public_key
