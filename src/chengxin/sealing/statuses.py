"""What the portal says about the state of a report: valid, withdrawn or superseded.

A file can tell whether it was altered; whether it was withdrawn later only its issuer can tell, on the day it is asked.
The portal answers with a signed text (a receipt of the kind ``chengxin-report-status``) that names the report, the
digest of the file, and the moment of the answer. Who has no such answer must say so: *not asked*.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chengxin.sealing.faults import Fault, NotVerified
from chengxin.sealing.key_documents import KeyDocument
from chengxin.sealing.moments import read_optional_moment
from chengxin.sealing.receipts import STATUS_TYPE, sign_receipt, verify_receipt

FORMAT: Final = "chengxin-report-status-1"

_MEMBERS: Final = {"format", "issuer", "number", "file_sha256", "state", "since", "superseded_by", "at"}


class ReportState(StrEnum):
    """State of a report."""

    VALID = "VALID"
    WITHDRAWN = "WITHDRAWN"
    SUPERSEDED = "SUPERSEDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportStatus:
    """The portal's answer about one report.

    Attributes:
        issuer: Address of the platform.
        number: Number of the report.
        file_sha256: Digest of the file.
        state: Its state.
        since: Since when it is withdrawn or superseded; ``None`` while it is valid.
        superseded_by: Number of the report that replaces it; ``None``: none does.
        at: Moment of the answer.
    """

    issuer: str
    number: str
    file_sha256: bytes
    state: ReportState
    since: datetime | None
    superseded_by: str | None
    at: datetime


def sign_status(status: ReportStatus, signer: Ed25519PrivateKey) -> str:
    """Return the signed answer.

    Args:
        status: The answer.
        signer: The key of receipts.
    """
    contents = {
        "format": FORMAT,
        "issuer": status.issuer,
        "number": status.number,
        "file_sha256": status.file_sha256.hex(),
        "state": status.state,
        "since": status.since,
        "superseded_by": status.superseded_by,
        "at": status.at,
    }
    return sign_receipt(contents, kind=STATUS_TYPE, signer=signer)


def verify_status(text: str, keys: KeyDocument, *, number: str, file_sha256: bytes) -> ReportStatus:
    """Check the portal's answer about one report and return it.

    Raises:
        NotVerified: It is malformed, altered, signed with a key that is not good, or about another report
            (``REPLAYED``).
    """
    expected = {"number": number, "file_sha256": file_sha256.hex(), "issuer": keys.issuer}
    facts = verify_receipt(text, STATUS_TYPE, keys, expected=expected)
    contents = facts.contents
    if set(contents) != _MEMBERS or contents["format"] != FORMAT or contents["state"] not in set(ReportState):
        raise NotVerified(Fault.MALFORMED, "status")
    since = read_optional_moment(contents["since"], place="since")
    state = ReportState(contents["state"])
    replacement = contents["superseded_by"]
    if (since is None) != (state is ReportState.VALID) or isinstance(replacement, str) != (
        state is ReportState.SUPERSEDED
    ):
        raise NotVerified(Fault.MALFORMED, "status")
    return ReportStatus(
        issuer=keys.issuer,
        number=number,
        file_sha256=file_sha256,
        state=state,
        since=since,
        superseded_by=replacement,
        at=facts.signed_at,
    )
