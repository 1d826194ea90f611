"""What a file of inquiries must look like, and how long its answers are kept. The platform's own choice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

MOST_LINES: Final = 10_000
MOST_BYTES: Final = 16 * 1024 * 1024
KEPT_DAYS: Final = 7

# The headers under which a column may stand, in lower case; the first is the one that templates use.
HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": ("证件号码", "證件號碼", "number", "identity_number"),
    "name": ("姓名", "name"),
    "authorisation": ("授权编号", "授權編號", "authorisation"),
    "case": ("事项编号", "事項編號", "case", "case_number"),
}
NEEDED: Final = ("number", "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Where each thing stands in a line, from 0; ``None`` where the file has no such column."""

    number: int
    name: int
    authorisation: int | None
    case: int | None


def columns_of(headers: Sequence[str]) -> Columns | None:
    """Return where each column stands, or ``None`` where number or name are missing.

    Args:
        headers: As the file has them.

    Source:
        R-BATCH-01 (docs/law/rules.md).

    Example:
        >>> columns_of(["姓名", "证件号码", "备注"])
        Columns(number=1, name=0, authorisation=None, case=None)
        >>> columns_of(["姓名"]) is None
        True
    """
    folded = [header.strip().casefold() for header in headers]
    places = {
        name: next((folded.index(known) for known in known_as if known in folded), None)
        for name, known_as in HEADERS.items()
    }
    number, name = places["number"], places["name"]
    if number is None or name is None:
        return None
    return Columns(number=number, name=name, authorisation=places["authorisation"], case=places["case"])


def kept_until(received_on: date) -> date:
    """Return the last day on which file and answers of a batch are kept.

    Args:
        received_on: Civil day on which it was sent.

    Source:
        R-BATCH-02 (docs/law/rules.md).
    """
    return received_on + timedelta(days=KEPT_DAYS)
