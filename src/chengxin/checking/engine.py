"""The engine that evaluates the checks: DuckDB in process, within a bounded memory.

The expressions know nothing of it. ``CHENGXIN_ENGINE`` names the engine; any other value than ``duckdb`` is refused
here until a second engine exists.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow.parquet as pq

from chengxin.checking import expressions, rules
from chengxin.checking.rules import CheckContext, HeaderPlan

MEMORY_LIMIT = "220MB"
ROWS_IN_A_GROUP = 50_000


class EngineUnknownError(ValueError):
    """The configured engine does not exist."""


@contextmanager
def engine(*, name: str, work: Path) -> Iterator[ibis.BaseBackend]:
    """Open an engine whose spilled data stays in a private folder.

    Args:
        name: ``duckdb``.
        work: Existing folder for what does not fit into memory; removed by the caller.

    Raises:
        EngineUnknownError: The name is not known.
    """
    if name != "duckdb":
        message = f"CHENGXIN_ENGINE={name!r} is not an engine of this release; use duckdb"
        raise EngineUnknownError(message)
    # Steps of the expressions stay apart in the statement: fused, a value used fifty times is computed fifty times.
    ibis.options.sql.fuse_selects = False
    backend = ibis.duckdb.connect(threads=2, memory_limit=MEMORY_LIMIT, temp_directory=str(work))
    try:
        yield backend
    finally:
        backend.disconnect()


def check_to_parquet(
    *, backend: ibis.BaseBackend, source: Path, target: Path, header_plan: HeaderPlan, context: CheckContext
) -> None:
    """Check all lines of a normalised file and write the outcome beside it, in the order of the lines.

    Args:
        backend: The engine.
        source: Parquet of text columns ``c0`` and on with ``line``.
        target: Parquet to be written, as :func:`chengxin.checking.expressions.checked` describes it.
        header_plan: Which column is which.
        context: Item, edition, today.
    """
    table = backend.read_parquet(source)
    outcome = expressions.checked(table=table, header_plan=header_plan, context=context)
    backend.to_parquet(outcome, target, ROW_GROUP_SIZE=ROWS_IN_A_GROUP, PRESERVE_ORDER=True)


def repeated_lines(*, backend: ibis.BaseBackend, checked: Path) -> frozenset[int]:
    """Return the lines whose record number an earlier line of the same file bears already.

    Args:
        backend: The engine.
        checked: What :func:`check_to_parquet` wrote.
    """
    table = backend.read_parquet(checked)
    given = table.filter(table["record_number"] != "")
    # By hash first: eight bytes a line instead of the text, so that five million lines fit the memory bound.
    hashed = given.select("line", key=given["record_number"].hash())
    suspects = hashed.group_by("key").having(lambda group: group.count() > 1).aggregate(first=hashed["line"].min())
    lines = hashed.semi_join(suspects, "key").select("line")
    suspicious = given.semi_join(lines, "line").select("line", "record_number").order_by("line").to_pyarrow()
    seen: set[str] = set()
    repeated: set[int] = set()
    for line, number in zip(suspicious["line"].to_pylist(), suspicious["record_number"].to_pylist(), strict=True):
        if number in seen:
            repeated.add(line)
        seen.add(number)
    return frozenset(repeated)


def read_chunks(checked: Path, *, rows: int) -> Iterator[ir.Table]:
    """Yield the checked lines in order as Arrow batches of at most so many rows."""
    file = pq.ParquetFile(checked)
    try:
        yield from file.iter_batches(batch_size=rows)
    finally:
        file.close()


def fault_columns(plan_length: int) -> list[str]:
    """Return the names of the fault columns of a plan."""
    return [f"fault_{number}" for number in rules.words_in(plan_length)]
