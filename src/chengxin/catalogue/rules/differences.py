"""The difference between two editions, as values."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from chengxin.catalogue.rules.values import Edition


class ChangeKind(StrEnum):
    """What became of a row."""

    ADDED = "ADDED"
    REMOVED = "REMOVED"
    CHANGED = "CHANGED"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A value of a row before and after, as JSON text; `None` where it did not exist."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of one row of a section; `fields` is empty unless it changed."""

    section: str
    row: str
    kind: ChangeKind
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """All changes from the left edition to the right one, by section and row."""

    left: str
    right: str
    changes: tuple[Change, ...]


_SECTIONS: Final = (
    "item_types",
    "bases",
    "bodies",
    "severities",
    "terms",
    "purposes",
    "coverage_roles",
    "prohibited",
    "calendars",
    "domains",
    "occupations",
    "document_kinds",
    "sectors",
    "quotas",
    "sampling_rules",
)


def _json(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(str(entry) for entry in value)
    message = f"{type(value)} in an edition"
    raise TypeError(message)


def _flat(value: Any) -> dict[str, str]:  # noqa: ANN401 - any dataclass of the catalogue
    return {
        name: json.dumps(entry, ensure_ascii=False, sort_keys=True, default=_json)
        for name, entry in asdict(value).items()
    }


def _rows(edition: Edition, section: str) -> Mapping[str, object]:
    return {str(key): value for key, value in getattr(edition, section).items()}


def _divisions(edition: Edition) -> Mapping[str, object]:
    return {f"{row.code} {row.name_zh} {row.first_year or ''}".strip(): row for row in edition.divisions}


def difference(left: Edition, right: Edition) -> Difference:
    """Compute what changed from one edition to another, in a stable order."""
    changes: list[Change] = []
    pairs = [(section, _rows(left, section), _rows(right, section)) for section in _SECTIONS]
    pairs.append(("divisions", _divisions(left), _divisions(right)))
    for section, before, after in pairs:
        for row in sorted(before.keys() | after.keys()):
            if row not in after:
                changes.append(Change(section=section, row=row, kind=ChangeKind.REMOVED, fields=()))
            elif row not in before:
                changes.append(Change(section=section, row=row, kind=ChangeKind.ADDED, fields=()))
            elif before[row] != after[row]:
                old, new = _flat(before[row]), _flat(after[row])
                fields = tuple(
                    FieldChange(field=name, before=old.get(name), after=new.get(name))
                    for name in sorted(old.keys() | new.keys())
                    if old.get(name) != new.get(name)
                )
                changes.append(Change(section=section, row=row, kind=ChangeKind.CHANGED, fields=fields))
    return Difference(left=left.code, right=right.code, changes=tuple(changes))
