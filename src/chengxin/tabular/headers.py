"""What a header row must be, for every format alike."""

from collections.abc import Sequence

from chengxin.tabular import text
from chengxin.tabular.errors import RefusalCode, TabularRefused
from chengxin.tabular.values import Limits

HEADER_CHARACTERS = 200
_SHOWN_POSITIONS = 20


def checked_headers(cells: Sequence[str], limits: Limits) -> tuple[str, ...]:
    """Return the headers without surrounding white space, or refuse the file.

    Args:
        cells: Texts of the header row; a file without headers may hold personal data here, so no text is repeated.
        limits: Most columns.

    Raises:
        TabularRefused: ``COLUMNS_TOO_MANY``, ``HEADER_EMPTY``, ``HEADER_TOO_LONG``, ``HEADER_CHARACTER`` or
            ``HEADER_DUPLICATE``, with the positions from 1.
    """
    if len(cells) > limits.columns:
        raise TabularRefused(RefusalCode.COLUMNS_TOO_MANY, limit=limits.columns, seen=len(cells))
    headers = tuple(cell.strip(text.WHITE_SPACE) for cell in cells)
    first: dict[str, int] = {}
    faults: dict[str, list[str]] = {}
    for position, header in enumerate(headers, start=1):
        if not header:
            faults.setdefault("HEADER_EMPTY", []).append(str(position))
        elif len(header) > HEADER_CHARACTERS:
            faults.setdefault("HEADER_TOO_LONG", []).append(str(position))
        elif text.unwanted(header):
            faults.setdefault("HEADER_CHARACTER", []).append(str(position))
        elif first.setdefault(header, position) != position:
            faults.setdefault("HEADER_DUPLICATE", []).append(f"{first[header]}={position}")
    for code in ("HEADER_EMPTY", "HEADER_TOO_LONG", "HEADER_CHARACTER", "HEADER_DUPLICATE"):
        if code in faults:
            raise TabularRefused(code, positions=",".join(faults[code][:_SHOWN_POSITIONS]), count=len(faults[code]))
    if not headers:
        raise TabularRefused(RefusalCode.HEADER_MISSING)
    return headers
