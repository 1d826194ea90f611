"""How often may be asked on one day: what the office set for somebody, else what the edition in force says is usual."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from chengxin.catalogue.rules.values import QuotaKind, UsualQuota

_KINDS: Final = {kind.value.casefold(): kind for kind in QuotaKind}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How often somebody asked on a day, and how often the office says that it may.

    Attributes:
        subject: ``organisation:CODE``, ``batches:CODE``, ``account:17`` or ``client:3``.
        per_day: What the office set; ``None`` where it set nothing.
        asked: How often it asked.
    """

    subject: str
    per_day: int | None
    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaLeft:
    """How many more times may be asked on a day.

    Attributes:
        times: As often as the narrowest quota allows; 0 where nobody said how often.
        narrowest: Which quota that is; ``None`` where for one of the counts neither office nor edition said how often.
    """

    times: int
    narrowest: QuotaKind | None


def kind_of(subject: str) -> QuotaKind | None:
    """Return which quota a subject falls under; ``None`` for one that may not ask at all.

    Args:
        subject: The key under which it is counted.

    Example:
        >>> kind_of("account:17"), kind_of("system:demo")
        (<QuotaKind.ACCOUNT: 'ACCOUNT'>, None)
    """
    return _KINDS.get(subject.partition(":")[0])


def quota_left(counts: Sequence[Counted], usual: Mapping[QuotaKind, UsualQuota]) -> QuotaLeft:
    """Return how many more times all of some counts allow together, and which of them allows the least.

    Args:
        counts: Of one day; at least one.
        usual: The usual quotas of the edition in force on that day.

    Source:
        R-QUOTA-01 (docs/law/rules.md).

    Example:
        >>> bank = Counted(subject="organisation:BANK", per_day=9, asked=3)
        >>> quota_left([bank, Counted(subject="client:3", per_day=5, asked=5)], {})
        QuotaLeft(times=0, narrowest=<QuotaKind.CLIENT: 'CLIENT'>)
        >>> quota_left([Counted(subject="client:3", per_day=None, asked=0)], {}).narrowest is None
        True
    """
    left: list[tuple[int, QuotaKind]] = []
    for count in counts:
        kind = kind_of(count.subject)
        told = None if kind is None else usual.get(kind)
        per_day = count.per_day if count.per_day is not None else None if told is None else told.per_day
        if kind is None or per_day is None:
            return QuotaLeft(times=0, narrowest=None)
        left.append((per_day - count.asked, kind))
    times, narrowest = min(left, key=lambda one: one[0])
    return QuotaLeft(times=max(0, times), narrowest=narrowest)


def batch_subjects(organisation_code: str) -> tuple[str, str]:
    """Return the keys under which lines of a batch are counted: the organisation in all, and its batches.

    Not the officer who sent the file: an officer's quota is meant for somebody who asks one by one, and whoever sends a
    file could ask nothing else that day.

    Args:
        organisation_code: Whose batch.

    Example:
        >>> batch_subjects("BANK")
        ('organisation:BANK', 'batches:BANK')
    """
    return (f"organisation:{organisation_code}", f"batches:{organisation_code}")
