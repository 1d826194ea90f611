"""Parquet: flat columns of plain types, handed on as text.

Runs in the confined process only (`confined`): a Parquet file tells its reader how much memory to take.
"""

import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from chengxin.tabular import columns, text
from chengxin.tabular.errors import RefusalCode, TabularRefused
from chengxin.tabular.headers import checked_headers
from chengxin.tabular.sinks import Sink
from chengxin.tabular.values import Limits, Outcome

BATCH_ROWS = 8192
LOST_DIGITS_FROM = 1e15
"""From 16 digits on a floating number no longer tells which digits were written."""

_IS_TAKEN: tuple[Callable[[pa.DataType], bool], ...] = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_integer,
    pa.types.is_boolean,
    pa.types.is_date,
    pa.types.is_timestamp,
    pa.types.is_decimal,
    pa.types.is_floating,
    pa.types.is_null,
)


def opened(path: Path, limits: Limits) -> pq.ParquetFile:
    """Return a Parquet file whose declared size and columns are within the limits.

    Args:
        path: The file.
        limits: Most lines, columns and expanded bytes.

    Raises:
        TabularRefused: ``PARQUET_UNREADABLE``, ``FILE_EXPANDS``, ``LINES_TOO_MANY``, ``PARQUET_TYPE`` or a code of
            `checked_headers`.
    """
    try:
        file = pq.ParquetFile(path, memory_map=False, arrow_extensions_enabled=False)
        metadata, schema = file.metadata, file.schema_arrow
        expanded = sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))
        lines = metadata.num_rows
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise TabularRefused(RefusalCode.PARQUET_UNREADABLE) from error
    if expanded > limits.expanded_bytes:
        raise TabularRefused(RefusalCode.FILE_EXPANDS, limit=limits.expanded_bytes, seen=expanded)
    if lines > limits.lines:
        raise TabularRefused(RefusalCode.LINES_TOO_MANY, limit=limits.lines)
    checked_headers(schema.names, limits)
    for position, field in enumerate(schema, start=1):
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if not any(is_taken(kind) for is_taken in _IS_TAKEN):
            raise TabularRefused(RefusalCode.PARQUET_TYPE, column=position)
    return file


def batches(file: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a file in parts.

    Args:
        file: From `opened`.

    Raises:
        TabularRefused: ``PARQUET_UNREADABLE`` when the file ends early or contradicts itself.
    """
    try:
        for batch in file.iter_batches(batch_size=BATCH_ROWS, use_threads=False):
            batch.validate(full=True)
            yield batch
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise TabularRefused(RefusalCode.PARQUET_UNREADABLE) from error


def convert(path: Path, target: Path, limits: Limits) -> Outcome:
    """Read a Parquet file into columns of text.

    Args:
        path: The file.
        target: The Parquet file to write.
        limits: What the file may ask for.

    Returns:
        The headers, the number of records, and the broken ones.

    Raises:
        TabularRefused: See `opened` and `batches`; ``LINE_TOO_LONG``, ``PARQUET_FLOAT_LOST_DIGITS``.
    """
    file = opened(path, limits)
    headers = checked_headers(file.schema_arrow.names, limits)
    with Sink(target, width=len(headers), limits=limits) as sink:
        for batch in batches(file):
            parts = [_texts(column, position) for position, column in enumerate(batch.columns, start=1)]
            for part in parts:
                if (pc.max(pc.binary_length(part)).as_py() or 0) > limits.line_bytes:
                    raise TabularRefused(RefusalCode.LINE_TOO_LONG, source_line=sink.lines + 1, limit=limits.line_bytes)
            if all(columns.is_clean(part) for part in parts):
                sink.add_columns([columns.stripped(part) for part in parts], batch.num_rows)
            else:
                _add_rows(sink, parts)
    return Outcome(headers, sink.lines, tuple(sink.broken))


def plain_number(value: float) -> str:
    """Return a number as people write it: no exponent, no needless fraction.

    Args:
        value: A number as a machine keeps it.

    Example:
        >>> plain_number(12.0), plain_number(1e-07), plain_number(0.1)
        ('12', '0.0000001', '0.1')
    """
    if not math.isfinite(value):
        return str(value)
    return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")


def _texts(column: pa.Array, position: int) -> pa.Array:
    try:
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        kind = column.type
        if pa.types.is_floating(kind):
            numbers = [None if value is None else float(value) for value in column.to_pylist()]
            if any(value is not None and math.isfinite(value) and abs(value) >= LOST_DIGITS_FROM for value in numbers):
                raise TabularRefused(RefusalCode.PARQUET_FLOAT_LOST_DIGITS, column=position)
            return pa.array([None if value is None else plain_number(value) for value in numbers], pa.string())
        texts = pc.cast(column, pa.string())
        if pa.types.is_timestamp(kind):
            texts = pc.replace_substring_regex(texts, r" 00:00:00(\.0+)?Z?$", "")
            texts = pc.replace_substring(texts, " ", "T")
    except (pa.ArrowException, ValueError, OverflowError) as error:
        raise TabularRefused(RefusalCode.PARQUET_UNREADABLE) from error
    return texts


def _add_rows(sink: Sink, parts: list[pa.Array]) -> None:
    for row in zip(*(part.to_pylist() for part in parts), strict=True):
        found = next(((at, code) for at, cell in enumerate(row, 1) if cell and (code := text.unwanted(cell))), None)
        if found is not None:
            sink.add_broken(found[1], {"column": found[0], "source_line": sink.lines + 1})
        else:
            sink.add_row(
                [None if cell is None else text.value_of(cell) for cell in row], sum(len(cell or "") for cell in row)
            )
