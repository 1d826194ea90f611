"""Verification of the other rooms' append-only rows against what the ledger was told when they were added."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.apps import apps
from django.db import connection

from chengxin.ledger.events import RowsAdded
from chengxin.ledger.lookups.streams import snapshot, stream
from chengxin.ledger.models import SealedRow
from chengxin.ledger.rules import FindingCode, Findings, Verification

_RUN: Final = re.compile(r"([0-9]{1,19})-([0-9]{1,19})", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9]{1,19}", re.ASCII)

# Entries of a damaged event count as none: that the event was changed is told by the verification of the log.
_SEALS: Final = """
    SELECT told.sealed, told.key, told.digest FROM (
        SELECT event.body->>'table' AS sealed, entry->>0 AS key, entry->>1 AS digest
        FROM ledger_event AS event, jsonb_array_elements(
            CASE WHEN jsonb_typeof(event.body->'rows') = 'array' THEN event.body->'rows' ELSE '[]' END
        ) AS entry
        WHERE event.kind = %s
    ) AS told
    WHERE told.sealed IS NOT NULL AND told.key IS NOT NULL
    ORDER BY told.sealed COLLATE "C", length(split_part(told.key, '-', 1)), split_part(told.key, '-', 1) COLLATE "C"
"""

# The settings of the sealing function, for what is written as text differently under others.
_SETTINGS: Final = (
    "SELECT set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true),"
    " set_config('bytea_output', 'hex', true)"
)


@dataclass(frozen=True, slots=True)
class _Row:
    key: str
    digest: bytes

    @property
    def place(self) -> tuple[int, str]:
        return len(self.key), self.key


@dataclass(frozen=True, slots=True)
class _Seal:
    """What the ledger was told of one row, or of a run of rows whose keys follow each other without a gap."""

    table: str
    first: str
    last: str
    digest: str
    is_run: bool

    @property
    def begins(self) -> tuple[int, str]:
        return len(self.first), self.first

    @property
    def ends(self) -> tuple[int, str]:
        return len(self.last), self.last

    @property
    def count(self) -> int:
        return int(self.last) - int(self.first) + 1 if self.is_run else 1


def verify_rows() -> Verification:
    """Verify every row that is sealed when it is added (``models.SealedRow``) against the ledger's events.

    Reads events and rows once as streams, under one snapshot, in constant memory. That the events themselves are whole
    is the verdict of ``verify``: only both together mean that no row was changed, removed or added past the ledger.
    The tables come from the code, so that a table whose guards were removed is verified like any other.

    Returns:
        The findings; the place is the table and the key of a row, or the first and last of those that follow each
        other.
    """
    findings = _Places()
    checked = 0
    with snapshot():
        with connection.cursor() as cursor:
            cursor.execute(_SETTINGS)
        seals = _Seals()
        for table, columns in sorted(sealed_tables().items()):
            checked += _compare(findings, table, seals.of(table), _rows(table, columns))
            findings.end()
    return findings.all.verdict(checked_count=checked)


def sealed_tables() -> dict[str, tuple[str, ...]]:
    """Return the tables whose rows are sealed when they are added, each with the columns of its key."""
    found = {}
    for model in apps.get_models():
        if issubclass(model, SealedRow):
            table = model._meta  # noqa: SLF001 - Django's documented name for what it knows of a model
            found[table.db_table] = tuple(str(field.column) for field in table.pk_fields)
    return found


def _rows(table: str, columns: tuple[str, ...]) -> Iterator[_Row]:
    parts = ", ".join(f'line."{column}"::text' for column in columns)
    query = f"""
        SELECT key, digest FROM (
            SELECT translate(concat_ws(':', {parts}), '\\', '') AS key,
                   sha256(convert_to(jsonb_strip_nulls(to_jsonb(line))::text, 'UTF8')) AS digest
            FROM {table} AS line
        ) AS found ORDER BY length(key), key COLLATE "C"
    """
    for key, digest in stream(query, []):
        yield _Row(key, bytes(digest))


class _Seals:
    """The ledger's entries about rows, read on from table to table."""

    def __init__(self) -> None:
        self._entries = (_seal(*told) for told in stream(_SEALS, [RowsAdded.kind]))
        self._next = next(self._entries, None)

    def of(self, table: str) -> Iterator[_Seal]:
        """Yield the entries about a table; tables are asked for in the order of their names."""
        while self._next is not None and self._next.table <= table:
            found, self._next = self._next, next(self._entries, None)
            if found.table == table:
                yield found


def _seal(table: str, key: str, digest: str | None) -> _Seal:
    run = _RUN.fullmatch(key)
    first, last = (key, key) if run is None else (run[1], run[2])
    return _Seal(table, first, last, digest or "", run is not None)


class _Places:
    """Findings, of which those about keys that follow each other are told as one."""

    def __init__(self) -> None:
        self.all = Findings()
        self._open: tuple[FindingCode, str, str, str] | None = None

    def add(self, code: FindingCode, table: str, first: str, last: str) -> None:
        """Add a finding about a row, or about a run of rows."""
        if self._open is not None:
            before, of, begun, ended = self._open
            if (before, of) == (code, table) and _NUMBER.fullmatch(ended) and first == str(int(ended) + 1):
                self._open = (code, table, begun, last)
                return
        self.end()
        self._open = (code, table, first, last)

    def end(self) -> None:
        """Write down what has been put together."""
        if self._open is not None:
            code, table, first, last = self._open
            self.all.add(code, f"{table}:{first}" if first == last else f"{table}:{first}-{last}")
            self._open = None


def _compare(findings: _Places, table: str, seals: Iterator[_Seal], rows: Iterator[_Row]) -> int:
    """Walk through what was told and what is there side by side, both in the order of the keys."""
    checked = 0
    row = next(rows, None)
    for seal in seals:
        while row is not None and row.place < seal.begins:
            findings.add(FindingCode.ROW_ADDED, table, row.key, row.key)
            checked, row = checked + 1, next(rows, None)
        present: list[str] = []
        together = hashlib.sha256()
        digest = b""
        while row is not None and row.place <= seal.ends:
            present.append(row.key)
            digest = row.digest
            together.update(digest)
            checked, row = checked + 1, next(rows, None)
        if len(present) != seal.count:
            _tell_missing(findings, seal, present)
        elif (together.hexdigest() if seal.is_run else digest.hex()) != seal.digest:
            findings.add(FindingCode.ROW_CHANGED, table, seal.first, seal.last)
    while row is not None:
        findings.add(FindingCode.ROW_ADDED, table, row.key, row.key)
        checked, row = checked + 1, next(rows, None)
    return checked


def _tell_missing(findings: _Places, seal: _Seal, present: list[str]) -> None:
    if not seal.is_run:
        findings.add(FindingCode.ROW_REMOVED, seal.table, seal.first, seal.last)
        return
    expected = int(seal.first)
    for key in map(int, [*present, str(int(seal.last) + 1)]):
        if key > expected:
            findings.add(FindingCode.ROW_REMOVED, seal.table, str(expected), str(key - 1))
        expected = key + 1
