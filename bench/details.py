"""The small figures: from the seconds of :mod:`bench.small` and from a population feed, as ratios."""

from typing import Any

from bench.figures import Figure
from bench.place import Place
from bench.twins import Rows, copy_again

FEED_TABLES = ("persons_person", "persons_identifier", "persons_name")


def population(place: Place, *, seconds: float, count: int) -> Figure:
    """Compare a population feed of new people with ``\\copy`` of the rows that it left in the person's tables.

    Args:
        place: The site, with nobody in it but this feed's people.
        seconds: What the feed took.
        count: Its lines.
    """
    copied = sum(copy_again(place, Rows(table=table), times=1).seconds for table in FEED_TABLES)
    return Figure(
        name=f"population feed of {count} new people ÷ `\\copy` of their rows",
        value=copied / seconds,
        note=f"{seconds:.1f} s, {seconds / count * 1e6:.0f} µs a line, against {copied:.1f} s for three tables",
    )


def small_ones(place: Place, *, count: int, events: int) -> list[Figure]:
    """Measure indexing, sealing, hashing, looks, events and their verification.

    Args:
        place: The site.
        count: How many values are indexed, sealed and hashed.
        events: How many events are verified.
    """
    with place.connect() as connection:
        connection.execute("CREATE TABLE bench_plain (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text)")
    place.settle_down()
    seconds = place.work("small", count=count, events=events)
    (exported,) = place.psql("\\copy (SELECT * FROM ledger_event ORDER BY id) TO '/dev/null' CSV")
    with place.connect() as connection:
        connection.execute("DROP TABLE bench_plain")
    return [
        _each("blind index ÷ hmac.digest in a loop", seconds, "index", "index_bare", count),
        _each("sealing ÷ AES-GCM in a loop", seconds, "seal", "seal_bare", count),
        _each("Merkle append ÷ one SHA-256 a leaf", seconds, "merkle", "merkle_bare", count),
        _each("look registered and committed ÷ one plain insert", seconds, "look", "insert", seconds["commits"]),
        _each("event appended and committed ÷ one plain insert", seconds, "append", "insert", seconds["commits"]),
        Figure(
            name="ledger verify ÷ `\\copy` of the events out",
            value=exported / seconds["verify"],
            note=f"{seconds['verify'] / seconds['leaves'] * 1e6:.1f} s a million events"
            f" (appending {seconds['append_many'] / events * 1e6:.1f} s, integrating"
            f" {seconds['integrate'] / events * 1e6:.1f} s)",
        ),
    ]


def _each(name: str, seconds: dict[str, Any], ours: str, bare: str, count: int) -> Figure:
    return Figure(
        name=f"{name}, speed",
        value=seconds[bare] / seconds[ours],
        note=f"{seconds[ours] / count * 1e6:.2f} µs against {seconds[bare] / count * 1e6:.2f} µs",
    )
