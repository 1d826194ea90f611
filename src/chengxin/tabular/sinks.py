"""The Parquet file that every reader fills: columns of text and the number of each data record."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from chengxin.tabular.errors import RefusalCode, TabularRefused
from chengxin.tabular.values import BrokenLine, Limits

_GROUP_ROWS = 120_000
_GROUP_BYTES = 24 << 20
_PENDING_ROWS = 20_000
_PENDING_BYTES = 4 << 20


class Sink:
    """Takes records in the order of the file, numbers them, and writes them out with constant memory.

    Attributes:
        lines: How many records were taken, broken ones included.
        broken: The broken ones.
    """

    def __init__(self, target: Path, *, width: int, limits: Limits) -> None:
        self.lines = 0
        self.broken: list[BrokenLine] = []
        self._limits = limits
        self._names = [f"c{position}" for position in range(width)]
        self._schema = pa.schema([(name, pa.string()) for name in self._names] + [("line", pa.int64())])
        # The columns hold personal data in clear: nobody but the owner of the process may read the file.
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        self._writer = pq.ParquetWriter(
            self._file, self._schema, compression="lz4", use_dictionary=False, write_statistics=False
        )
        self._rows: list[Sequence[str | None]] = []
        self._row_lines: list[int] = []
        self._row_bytes = 0
        self._tables: list[pa.Table] = []
        self._table_rows = 0
        self._table_bytes = 0

    def __enter__(self) -> Self:
        """Return the sink, open."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write what is pending and close the file; after an error the file is of no use."""
        try:
            if kind is None:
                self._flush_rows()
                self._flush_tables()
            self._writer.close()
        finally:
            self._file.close()

    def add_row(self, values: Sequence[str | None], size: int) -> None:
        """Take one record.

        Args:
            values: One value for each column, ``None`` where there is none.
            size: About how many bytes it takes, so that memory stays bounded.

        Raises:
            TabularRefused: ``LINES_TOO_MANY``.
        """
        self._count(1)
        self._rows.append(values)
        self._row_lines.append(self.lines)
        self._row_bytes += size
        if len(self._rows) >= _PENDING_ROWS or self._row_bytes >= _PENDING_BYTES:
            self._flush_rows()

    def add_columns(self, columns: Sequence[pa.Array], count: int) -> None:
        """Take many records at once.

        Args:
            columns: Text columns of equal length.
            count: That length.

        Raises:
            TabularRefused: ``LINES_TOO_MANY``.
        """
        if count == 0:
            return
        self._flush_rows()
        first = self.lines + 1
        self._count(count)
        self._add_table(pa.table([*columns, pa.arange(first, first + count)], schema=self._schema))

    def add_broken(self, code: str, params: Mapping[str, object]) -> None:
        """Count a record that cannot be read.

        Args:
            code: What is wrong.
            params: Positions and counts, safe to show.

        Raises:
            TabularRefused: ``LINES_TOO_MANY`` or ``BROKEN_LINES_TOO_MANY``.
        """
        self._count(1)
        if len(self.broken) >= self._limits.broken_lines:
            first = self.broken[0] if self.broken else BrokenLine(self.lines, code)
            raise TabularRefused(
                RefusalCode.BROKEN_LINES_TOO_MANY,
                limit=self._limits.broken_lines,
                line=self.lines,
                first_line=first.line,
                first_code=first.code,
            )
        self.broken.append(BrokenLine(self.lines, code, {name: str(value) for name, value in params.items()}))

    def _count(self, count: int) -> None:
        self.lines += count
        if self.lines > self._limits.lines:
            raise TabularRefused(RefusalCode.LINES_TOO_MANY, limit=self._limits.lines)

    def _flush_rows(self) -> None:
        if self._rows:
            columns = [pa.array(column, pa.string()) for column in zip(*self._rows, strict=True)]
            self._add_table(pa.table([*columns, pa.array(self._row_lines, pa.int64())], schema=self._schema))
            self._rows, self._row_lines, self._row_bytes = [], [], 0

    def _add_table(self, table: pa.Table) -> None:
        self._tables.append(table)
        self._table_rows += table.num_rows
        self._table_bytes += table.nbytes
        if self._table_rows >= _GROUP_ROWS or self._table_bytes >= _GROUP_BYTES:
            self._flush_tables()

    def _flush_tables(self) -> None:
        if self._tables:
            self._writer.write_table(pa.concat_tables(self._tables), row_group_size=self._table_rows)
            self._tables, self._table_rows, self._table_bytes = [], 0, 0
