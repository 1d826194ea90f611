"""The engine that evaluates the checks: DuckDB in process, within a bounded memory.

The expressions know nothing of it. ``CHENGXIN_ENGINE`` names the engine; any other value than ``duckdb`` is refused
here until a second engine exists.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa

from chengxin.checking import expressions, rules
from chengxin.checking.rules import CheckContext, HeaderPlan

MEMORY_LIMIT = "80MB"
BLOCK_LINES = 25_000
BLOCK = "block_of_lines"
KEPT_STATEMENTS = 256  # of 70 KB each; a catalogue has some 150 item types, mostly sent in one shape


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
    # One thread: checking goes on beside PostgreSQL, which is what a batch waits for and would lose a processor to it.
    backend = ibis.duckdb.connect(threads=1, memory_limit=MEMORY_LIMIT, temp_directory=str(work))
    try:
        yield backend
    finally:
        backend.disconnect()


@contextmanager
def checked_batches(
    *, name: str, work: Path, source: Path, header_plan: HeaderPlan, context: CheckContext, rows: int
) -> Iterator[Iterator[pa.RecordBatch]]:
    """Check a normalised file and give its lines in order, a batch at a time, while they are being checked.

    Nothing is written in between: the engine works on the next lines while the caller stores the last ones.

    Args:
        name: The engine's name.
        work: Private folder for what does not fit into memory.
        source: Parquet of text columns ``c0`` and on with ``line``.
        header_plan: Which column is which.
        context: Item, edition, today.
        rows: Lines in a batch, at most.
    """
    with engine(name=name, work=work) as backend:
        yield _batches(backend, source, header_plan, context, rows)


def _batches(
    backend: ibis.BaseBackend, source: Path, header_plan: HeaderPlan, context: CheckContext, rows: int
) -> Iterator[pa.RecordBatch]:
    """Check block after block of lines: an engine that answers at once would need memory for the whole batch.

    Blocks are small, because nothing can be stored before the first was checked. Each stands, while it is checked, in a
    table that is empty otherwise, so that one plan serves them all.
    """
    table = backend.read_parquet(source)
    last = table.aggregate(last=table["line"].max()).to_pyarrow()["last"][0].as_py() or 0
    statement, schema = _compiled(_Checking(header_plan, context, table.columns))
    dated = table.mutate(**{expressions.TODAY: ibis.literal(context.today)})
    backend.create_table(BLOCK, schema=dated.schema(), temp=True)
    _plan(backend, statement)
    for first in range(1, last + 1, BLOCK_LINES):
        lines = dated.filter(dated["line"].between(first, first + BLOCK_LINES - 1))
        backend.con.begin()
        try:
            backend.con.sql(ibis.to_sql(lines, dialect="duckdb", pretty=False)).insert_into(BLOCK)
            found = backend.con.sql("EXECUTE checking").to_arrow_table().cast(schema)
        finally:
            backend.con.rollback()
        yield from _in_order(found).combine_chunks().to_batches(max_chunksize=rows)


def _plan(backend: ibis.BaseBackend, statement: str) -> None:
    """Let the engine plan the checks once and as they are written.

    Planning a block takes half as long as checking it. And the steps are laid out so that nothing is computed twice,
    which the optimizers undo: with them a block takes half as long again.
    """
    names = (row[0] for row in backend.con.execute("SELECT name FROM duckdb_optimizers()").fetchall())
    backend.con.execute(f"SET disabled_optimizers = '{','.join(names)}'")
    backend.con.execute(f"PREPARE checking AS {statement}")
    backend.con.execute("RESET disabled_optimizers")


@dataclass(frozen=True, slots=True, eq=False)
class _Checking:
    """What a statement is made from, told apart by identity where comparing would take as long as compiling.

    The day of the check is not among it: the statement reads that from the lines.
    """

    header_plan: HeaderPlan
    context: CheckContext
    columns: tuple[str, ...]

    def _parts(self) -> tuple[object, ...]:
        of = self.context
        positions = tuple(sorted(self.header_plan.positions.items()))
        return positions, self.columns, of.synthetic, id(of.edition), id(of.item)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Checking) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())


@lru_cache(maxsize=KEPT_STATEMENTS)
def _compiled(checking: _Checking) -> tuple[str, pa.Schema]:
    """Return the statement that checks a block, and the schema of what it finds.

    Building and compiling takes as long as checking forty thousand lines, and departments send the same item day after
    day. The kept key holds edition and item, so that their identity names nothing else meanwhile.
    """
    columns = {name: "int64" if name == "line" else "string" for name in checking.columns} | {expressions.TODAY: "date"}
    block = ibis.table(columns, name=BLOCK)
    outcome = expressions.checked(table=block, header_plan=checking.header_plan, context=checking.context)
    return ibis.to_sql(outcome, dialect="duckdb", pretty=False), outcome.schema().to_pyarrow()


def _in_order(found: pa.Table) -> pa.Table:
    """Put the lines of a block in order: the engine's threads hand them over as they come to their row groups."""
    lines = found["line"].to_numpy()
    return found if bool(np.all(lines[1:] > lines[:-1])) else found.take(pa.array(np.argsort(lines)))


def count_withdrawals(*, backend: ibis.BaseBackend, source: Path, header_plan: HeaderPlan) -> int:
    """Return how many lines of a normalised file withdraw an item.

    Args:
        backend: The engine.
        source: Parquet of text columns ``c0`` and on with ``line``.
        header_plan: Which column is which.
    """
    position = header_plan.positions.get(rules.ACTION)
    if position is None:
        return 0
    table = backend.read_parquet(source)
    words = [word for word, action in rules.ACTION_WORDS.items() if action is rules.Action.WITHDRAW]
    return int(table.filter(table[f"c{position}"].isin(words)).count().to_pyarrow().as_py())


def repeated_lines(*, backend: ibis.BaseBackend, source: Path, header_plan: HeaderPlan) -> frozenset[int]:
    """Return the lines whose record number an earlier line of the same file bears already.

    Args:
        backend: The engine.
        source: Parquet of text columns ``c0`` and on with ``line``.
        header_plan: Which column is which.
    """
    table = backend.read_parquet(source)
    number = table[f"c{header_plan.positions[rules.RECORD_NUMBER]}"]
    given = table.select("line", number=number).filter(number.fill_null("") != "")
    # By hash first: eight bytes a line instead of the text, so that five million lines fit the memory bound.
    hashed = given.select("line", key=given["number"].hash())
    suspects = hashed.group_by("key").having(lambda group: group.count() > 1).aggregate(first=hashed["line"].min())
    lines = hashed.semi_join(suspects, "key").select("line")
    suspicious = given.semi_join(lines, "line").select("line", "number").order_by("line").to_pyarrow()
    seen: set[str] = set()
    repeated: set[int] = set()
    for line, text in zip(suspicious["line"].to_pylist(), suspicious["number"].to_pylist(), strict=True):
        if text in seen:
            repeated.add(line)
        seen.add(text)
    return frozenset(repeated)


def fault_columns(plan_length: int) -> list[str]:
    """Return the names of the fault columns of a plan."""
    return [f"fault_{number}" for number in rules.words_in(plan_length)]
