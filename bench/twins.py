"""The limit of loading: psql's ``\\copy`` of the same final rows into an empty twin of the same table, same server."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from psycopg import sql

from bench import machine
from bench.place import Place
from chengxin.postgres.configuration import DatabaseRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows of a table that are to be loaded once more.

    Attributes:
        table: Their table.
        where: Which of them, as SQL; empty for all.
        order: The order in which they were written.
    """

    table: str
    where: str = ""
    order: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What ``\\copy`` took: seconds on psql's clock, and seconds of processor in the database."""

    seconds: float
    database_cpu_seconds: float


def copy_again(place: Place, rows: Rows, *, times: int = 2) -> Copied:
    """Return what ``\\copy`` needs for rows, the best of some runs, each into a new empty twin.

    The twin has the columns, defaults, checks, indexes, partitions and foreign keys of the table, and not its
    append-only triggers.

    Args:
        place: The site.
        rows: What is loaded.
        times: How often; the best counts, which is the hardest comparison for us.
    """
    path = place.files / f"{rows.table}.csv"
    select = (
        f"SELECT * FROM {rows.table} {rows.where and 'WHERE '}{rows.where} {rows.order and 'ORDER BY '}{rows.order}"
    )
    # The application may not read versions; the owner takes them out.
    place.psql(f"\\copy ({select}) TO '{path}' CSV", role=DatabaseRole.OWNER)
    try:
        return min((_once(place, rows.table, path) for _ in range(times)), key=lambda copied: copied.seconds)
    finally:
        path.unlink()


def _once(place: Place, table: str, path: Path) -> Copied:
    twin = f"bench_{table}"
    _make(place, table, twin)
    place.settle_down()
    before = machine.cpu_seconds(place.postmaster)
    try:
        (seconds,) = place.psql(f"\\copy {twin} FROM '{path}' CSV")
        spent = machine.cpu_seconds(place.postmaster) - before
    finally:
        with place.connect() as connection:
            connection.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(twin)))
    return Copied(seconds=seconds, database_cpu_seconds=spent)


def _make(place: Place, table: str, twin: str) -> None:
    with place.connect() as connection:
        key = connection.execute("SELECT pg_get_partkeydef(%s::regclass)", [table]).fetchone()
        partitioned = f" PARTITION BY {key[0]}" if key and key[0] else ""
        statements = [f"CREATE TABLE {twin} (LIKE {table} INCLUDING ALL){partitioned}"]
        bounds: Sequence[tuple[str, str]] = connection.execute(
            "SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = %s::regclass ORDER BY 1",
            [table],
        ).fetchall()
        statements += [f"CREATE TABLE bench_{name} PARTITION OF {twin} {bound}" for name, bound in bounds]
        foreign = connection.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype = 'f' AND conparentid = 0",
            [table],
        ).fetchall()
        statements += [f"ALTER TABLE {twin} ADD {definition}" for (definition,) in foreign]
        for statement in statements:
            connection.execute(statement.encode())
