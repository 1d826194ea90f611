"""Administrative division codes (GB/T 2260): what a code was called on a day, and whether it was ever known.

The codes are data of the packs; this is only how they are asked. A code changes its name, is abolished, and may be
used again, and identity numbers carry the abolished ones for life. An unknown code is therefore a warning, never a
refusal.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Division:
    """One name that a code had for a time.

    Attributes:
        code: Six digits.
        name: The official name.
        valid_from: First day of code and name; ``None`` when it is not known.
        valid_to: First day on which they were no longer valid; ``None`` while they are.
    """

    code: str
    name: str
    valid_from: date | None = None
    valid_to: date | None = None

    def is_valid(self, on: date) -> bool:
        """Tell whether the code had this name on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on < self.valid_to)


class DivisionTable:
    """All codes ever valid, as far as a pack lists them.

    Example:
        >>> old = Division("350204", "开元区", None, date(2003, 5, 1))
        >>> table = DivisionTable([old], prefixes=["11"])
        >>> table.name_on("350204", date(1990, 1, 1)), table.name_on("350204", date(2026, 1, 1))
        ('开元区', None)
        >>> table.is_known("350204"), table.is_known("110105"), table.is_known("359999")
        (True, True, False)
    """

    __slots__ = ("_divisions", "_prefixes")

    def __init__(self, codes: Iterable[Division], *, prefixes: Iterable[str] = ()) -> None:
        """Build the table.

        Args:
            codes: Every code with every name it had.
            prefixes: Beginnings under which every code counts as known, for provinces that the pack does not list in
                full.
        """
        self._divisions: dict[str, list[Division]] = {}
        for division in codes:
            self._divisions.setdefault(division.code, []).append(division)
        self._prefixes = tuple(prefixes)

    def name_on(self, code: str, on: date) -> str | None:
        """Return the name that a code had on a day, or ``None`` when it had none or the table does not say.

        Source:
            R-ID-11.
        """
        return next((division.name for division in self._divisions.get(code, ()) if division.is_valid(on)), None)

    def is_known(self, code: str) -> bool:
        """Tell whether a code was ever valid. A code that is not known deserves a warning, not a refusal.

        Source:
            R-ID-11.
        """
        return code in self._divisions or code.startswith(self._prefixes)

    def codes(self) -> frozenset[str]:
        """Return every code that is listed singly."""
        return frozenset(self._divisions)
