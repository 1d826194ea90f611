"""Strict reading of one row of a pack.

A missing, empty or misspelt value is refused with a stable code, never replaced by a default, unless the docstring of
the value says that it may be absent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NoReturn, TypeAlias, TypeVar, cast

from chengxin.catalogue.errors import PackFinding
from chengxin.catalogue.rules.values import (
    CodeLabel,
    Verified,
)

Row: TypeAlias = Mapping[str, object]
E = TypeVar("E", bound=StrEnum)
V = TypeVar("V")


class RowRefused(Exception):  # noqa: N818
    """A row that cannot be read; caught by the composer, which turns it into a finding."""

    def __init__(self, code: str, field: str, seen: object = "") -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.seen = str(seen)


def reject(code: str, field: str, seen: object = "") -> NoReturn:
    """Refuse the row that is being read.

    Raises:
        RowRefused: Always.
    """
    raise RowRefused(code, field, seen)


@dataclass(frozen=True, slots=True)
class Reader:
    """Typed reading of one row."""

    row: Row

    def text(self, name: str, code: str = "VALUE_MISSING") -> str:
        """Return a text that must be there and not be blank."""
        value = self.row.get(name)
        if not isinstance(value, str) or not value.strip():
            reject(code, name, value if value is not None else "")
        return value

    def optional_text(self, name: str) -> str | None:
        """Return a text, or `None` where the row has none."""
        return None if name not in self.row else self.text(name)

    def texts(self, name: str, code: str | None = None) -> tuple[str, ...]:
        """Return a list of texts; empty is refused where `code` is given."""
        value = self.row.get(name, [])
        if not isinstance(value, list | tuple) or not all(isinstance(entry, str) and entry for entry in value):
            reject("VALUE_MISSING", name, value)
        if code is not None and not value:
            reject(code, name)
        if len(set(value)) != len(value):
            reject("VALUE_TWICE", name, value)
        return tuple(value)

    def whole(self, name: str, *, least: int = 0) -> int:
        """Return a whole number not below `least`."""
        value = self.row.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            reject("VALUE_MISSING", name, value if value is not None else "")
        return value

    def optional_whole(self, name: str, *, least: int = 0) -> int | None:
        """Return a whole number, or `None` where the row has none."""
        return None if name not in self.row else self.whole(name, least=least)

    def flag(self, name: str, *, absent: bool = False) -> bool:
        """Return a truth value; `absent` is what a row says by leaving it out."""
        value = self.row.get(name, absent)
        if not isinstance(value, bool):
            reject("VALUE_MISSING", name, value)
        return value

    def day(self, name: str) -> date:
        """Return a date."""
        return _day(name, self.row.get(name))

    def optional_day(self, name: str) -> date | None:
        """Return a date, or `None` where the row has none."""
        return None if name not in self.row else self.day(name)

    def days(self, name: str) -> tuple[date, ...]:
        """Return a list of dates."""
        value = self.row.get(name, [])
        if not isinstance(value, list | tuple):
            reject("VALUE_MISSING", name, value)
        return tuple(_day(name, entry) for entry in value)

    def choice(self, name: str, kind: type[E], code: str = "VALUE_UNKNOWN") -> E:
        """Return a member of an enumeration."""
        value = self.row.get(name)
        try:
            return kind(cast("str", value))
        except ValueError:
            reject(code, name, value if value is not None else "")

    def choices(self, name: str, kind: type[E], code: str | None = None) -> tuple[E, ...]:
        """Return a list of members of an enumeration; empty is refused where `code` is given."""
        members = []
        for text in self.texts(name, code):
            try:
                members.append(kind(text))
            except ValueError:
                reject("VALUE_UNKNOWN", name, text)
        return tuple(members)

    def part(self, name: str, code: str) -> "Reader":
        """Return a nested row."""
        value = self.row.get(name)
        if not isinstance(value, Mapping):
            reject(code, name)
        return Reader(value)

    def parts(self, name: str) -> tuple["Reader", ...]:
        """Return a list of nested rows."""
        value = self.row.get(name, [])
        if not isinstance(value, list | tuple) or not all(isinstance(entry, Mapping) for entry in value):
            reject("VALUE_MISSING", name)
        return tuple(Reader(entry) for entry in value)

    def labels(self, name: str) -> tuple[CodeLabel, ...]:
        """Return a code list written as `[code, zh, en]` triples."""
        value = self.row.get(name, [])
        if not isinstance(value, list | tuple):
            reject("VALUE_MISSING", name)
        labels = []
        for entry in value:
            if not isinstance(entry, list | tuple) or len(entry) != len(CodeLabel._fields) or not all(entry):
                reject("CODE_LIST_BROKEN", name, entry)
            labels.append(CodeLabel(*(str(part) for part in entry)))
        if len({label.code for label in labels}) != len(labels):
            reject("VALUE_TWICE", name)
        return tuple(labels)

    @property
    def verified(self) -> Verified:
        """How far the row's text was read."""
        return self.choice("verified", Verified)

    @property
    def source(self) -> str:
        """Where the row was read."""
        return self.text("source")


def _day(name: str, value: object) -> date:
    try:
        return date.fromisoformat(cast("str", value))
    except (TypeError, ValueError):
        reject("DATE_BROKEN", name, value if value is not None else "")


def build_all(
    section: str,
    rows: tuple[tuple[str, Row], ...],
    builder: Callable[[Reader], V],
    key: Callable[[V], object],
    findings: list[PackFinding],
) -> dict[object, V]:
    """Build every row of a section, in order; rows are pairs of pack and row. Adds to `findings` what is wrong."""
    built: dict[object, V] = {}
    for pack, row in rows:
        label = str(row.get("code", row.get("year", row.get("body", ""))))
        try:
            value = builder(Reader(row))
        except RowRefused as refused:
            findings.append(
                PackFinding(
                    code=refused.code, pack=pack, section=section, row=label, field=refused.field, seen=refused.seen
                )
            )
            continue
        if key(value) in built:
            findings.append(PackFinding(code="CODE_TWICE", pack=pack, section=section, row=label, field="code"))
            continue
        built[key(value)] = value
    return built
