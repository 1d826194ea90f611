"""What of a look is put under its digest."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chengxin.sealing.digests import canonical, moment_text


def line_of(
    *,
    person_id: int,
    at: datetime,
    actor_key: str,
    organisation_code: str | None,
    purpose_code: str,
    basis_code: str,
    case_number: str | None,
    shown: Mapping[str, Any],
    mask_rule: str,
    mask_version: int,
    outcome: str,
    refusal_code: str | None,
) -> bytes:
    """Return the canonical bytes of all that a line of the register says, except its number.

    The number is known only when the line is written; the ledger's event binds it to the salted digest of these bytes.

    Raises:
        TypeError: What was shown holds something without a canonical form.
        ValueError: A value has no canonical form, or a text holds U+0000, which the database cannot store.
    """
    encoded = canonical(
        {
            "actor": actor_key,
            "at": moment_text(at),
            "basis": basis_code,
            "case": case_number,
            "mask": [mask_rule, mask_version],
            "organisation": organisation_code,
            "outcome": outcome,
            "person": person_id,
            "purpose": purpose_code,
            "refusal": refusal_code,
            "shown": shown,
        }
    )
    if b"\\u0000" in encoded:
        message = "a text in a look holds U+0000"
        raise ValueError(message)
    return encoded
