"""Checks of identity, counted by operator and result without any person: what a real-name sector's figures rest on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

_PREFIX: Final = "check"
REFUSED: Final = "REFUSED"
"""Counted beside the three results: the gate did not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorFigures:
    """How far the operators of a sector check names, and how their checks ended.

    Attributes:
        operators: How many are entered in the sector.
        checking: How many of them checked at least once.
        matched: Name and number belong together.
        failed: They do not, or nobody has the number.
        refused: The gate did not answer.
    """

    operators: int
    checking: int
    matched: int
    failed: int
    refused: int

    @property
    def asked(self) -> int:
        """Return how many checks there were."""
        return self.matched + self.failed + self.refused

    @property
    def coverage(self) -> float | None:
        """Return the share of operators that checked at least once; ``None`` without operators."""
        return self.checking / self.operators if self.operators else None


def check_subject(organisation_code: str, result: str) -> str:
    """Return the key under which a check of identity is counted.

    Args:
        organisation_code: Who checked.
        result: ``MATCH``, ``NO_MATCH``, ``UNKNOWN`` or ``REFUSED``.

    Example:
        >>> check_subject("FZ_TELECOM", "NO_MATCH")
        'check:FZ_TELECOM:NO_MATCH'
    """
    return f"{_PREFIX}:{organisation_code}:{result}"


def checked_by(subject: str) -> tuple[str, str]:
    """Return operator and result from a key of :func:`check_subject`."""
    _prefix, organisation_code, result = subject.split(":")
    return organisation_code, result


def figures_of(operators: Collection[str], counts: Mapping[str, Mapping[str, int]]) -> SectorFigures:
    """Return the figures of a sector.

    Args:
        operators: Codes of the organisations entered in it.
        counts: Checks of each organisation, by result.

    Source:
        R-SECTOR-01 (docs/law/rules.md).

    Example:
        >>> figures_of({"A", "B"}, {"A": {"MATCH": 3, "UNKNOWN": 1}, "ELSEWHERE": {"MATCH": 9}})
        SectorFigures(operators=2, checking=1, matched=3, failed=1, refused=0)
    """
    own = [counts.get(code, {}) for code in operators]
    return SectorFigures(
        operators=len(own),
        checking=sum(1 for of_one in own if of_one),
        matched=sum(of_one.get("MATCH", 0) for of_one in own),
        failed=sum(of_one.get("NO_MATCH", 0) + of_one.get("UNKNOWN", 0) for of_one in own),
        refused=sum(of_one.get(REFUSED, 0) for of_one in own),
    )
