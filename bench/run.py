"""Measure against peers and limits, print the table with the hardware, and store it under ``bench/results``.

Run as ``make bench``, or ``python bench/run.py --scale small`` for a quick look whose figures mean little.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import details, inquiry, ledger, lines, loading, looks, machine, page, report
from bench.figures import Figure, store, table
from bench.place import ROOM, Place, fresh_place

SUPPLIERS = ["BENCH_1", "BENCH_2", "BENCH_3", "BENCH_4"]
PARTS = ("intake", "flat", "page", "inquiry", "looks", "report", "small", "ledger")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much is measured."""

    people: int
    feed: int
    batch: int
    larger: int
    fill_to: int
    fill_by: int
    sizes: tuple[int, ...]
    small: int
    events: int
    leaves: int
    load_seconds: float


SCALES = {
    "small": Scale(
        people=50_000, feed=20_000, batch=100_000, larger=200_000, fill_to=300_000, fill_by=100_000,
        sizes=(50_000, 100_000, 200_000), small=100_000, events=20_000, leaves=300_000,
        load_seconds=5.0,
    ),
    "full": Scale(
        people=1_000_000, feed=100_000, batch=1_000_000, larger=5_000_000, fill_to=10_000_000, fill_by=1_000_000,
        sizes=(100_000, 1_000_000, 5_000_000), small=1_000_000, events=200_000,
        leaves=10_000_000, load_seconds=12.0,
    ),
}  # fmt: skip


def main() -> int:
    """Run the parts that were asked for; return 0 when every target is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", choices=tuple(SCALES), default="full")
    parser.add_argument("--only", choices=PARTS, action="append", help="a part; all of them when not given")
    parser.add_argument("--no-store", action="store_true", help="print only")
    called = parser.parse_args()
    scale, parts = SCALES[called.scale], set(called.only or PARTS)
    ROOM.mkdir(parents=True, exist_ok=True)
    hardware = machine.describe(ROOM)
    print(", ".join(f"{key} {value}" for key, value in hardware.items()), flush=True)
    figures = _measure(scale, parts)
    if called.no_store:
        print(table(figures))
    else:
        from datetime import UTC, datetime

        name = f"{datetime.now(UTC):%Y-%m-%d}-{called.scale}"
        print(store(name=name, machine=hardware, scale=asdict(scale), figures=figures))
    return 1 if any(figure.holds is False for figure in figures) else 0


def _measure(scale: Scale, parts: set[str]) -> list[Figure]:
    """Measure part by part, and say each part's figures at once: a later part may fail, or be stopped."""
    figures: list[Figure] = []
    with fresh_place() as place:
        for found in _measured(place, scale, parts):
            print(table(found), flush=True)
            figures += found
    return figures


def _measured(place: Place, scale: Scale, parts: set[str]) -> Iterator[list[Figure]]:
    if parts - {"ledger"}:
        yield from _measured_with_people(place, scale, parts)
    if "ledger" in parts:
        yield ledger.measure(place, leaves=scale.leaves, seconds=scale.load_seconds)


def _measured_with_people(place: Place, scale: Scale, parts: set[str]) -> Iterator[list[Figure]]:
    known = lines.people(scale.people)
    place.work("suppliers", codes=SUPPLIERS)
    fed = place.work("feed", number=1, first=0, count=scale.feed)
    if "small" in parts:
        yield [details.population(place, seconds=fed["seconds"], count=scale.feed)]
    place.work("feed", number=2, first=scale.feed, count=scale.people - scale.feed)
    place.work("cover")
    print(f"  {scale.people} people registered", flush=True)
    if "small" in parts:
        yield details.small_ones(place, count=scale.small, events=scale.events)
    batches = loading.Loading(place, known=known, suppliers=SUPPLIERS)
    if "intake" in parts:
        yield loading.against_limits(place, batches, count=scale.batch, larger=scale.larger)
    if "flat" in parts:
        yield loading.flat_cost(batches, fill_to=scale.fill_to, fill_by=scale.fill_by, sizes=list(scale.sizes))
    if "page" in parts:
        yield page.measure(place, known=known, supplier=SUPPLIERS[0])
    if "inquiry" in parts:
        yield inquiry.measure(place, known=known, supplier=SUPPLIERS[0])
    if "report" in parts:
        yield report.measure(place, known=known, supplier=SUPPLIERS[0])
    if "looks" in parts:
        yield looks.measure(place)


if __name__ == "__main__":
    sys.exit(main())
