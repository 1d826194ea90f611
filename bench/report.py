"""A signed report of a person with fifty items, against Typst alone on the same document; and twenty at once."""

from collections.abc import Sequence

from bench import lines
from bench.figures import Figure
from bench.place import Place
from chengxin.periods.civil import civil_date

ITEMS = 50
REPORTS = 20
LARGEST_RATIO = 2.5
AT_ONCE = 20
REPORTED = range(40, 40 + AT_ONCE)
ROUNDS = 6
LARGEST_GROWTH = 1.05
"""How much larger the process may be after the last round than after the second; the first ones fill caches."""


def measure(place: Place, *, known: Sequence[str], supplier: str) -> list[Figure]:
    """Give some people fifty items each, issue reports one after the other and many at once, and time both.

    Args:
        place: The site.
        known: The people, as :func:`bench.lines.people` returns them.
        supplier: Who sends the items.
    """
    file = place.files / "reported.csv"
    lines.write_file_about(REPORTED, each=ITEMS, target=file, known=known, today=civil_date(place.now))
    place.work("settle", file=str(file), supplier=supplier)
    place.settle_down()
    timed = place.work("issue_reports", count=REPORTS, index=REPORTED.start)
    assert timed["items"] >= ITEMS, timed
    ratio = timed["issued"] / timed["alone"]
    print(f"  a report of {timed['items']} items in {timed['issued'] * 1000:.0f} ms", flush=True)
    many = place.work("issue_at_once", rounds=ROUNDS, indices=list(REPORTED))
    growth = many["resident"][-1] / many["resident"][1]
    print(f"  {AT_ONCE} at once: {many['failures'] or 'none failed'}, {many['resident']} MB", flush=True)
    return [
        Figure(
            name=f"signed report of {ITEMS} items ÷ Typst alone on the same document", value=ratio,
            target=f"< {LARGEST_RATIO}", holds=ratio < LARGEST_RATIO,
            note=f"{timed['issued'] * 1000:.0f} ms against {timed['alone'] * 1000:.0f} ms, median of {REPORTS}, "
            f"{timed['bytes'] // 1024} KiB; with look, reading, credential, signature, event, rows and sealed file",
        ),
        Figure(
            name=f"{AT_ONCE} such reports at once, failed", value=len(many["failures"]), unit="",
            target="0", holds=not many["failures"],
            note=f"of {AT_ONCE * ROUNDS} in one process; the slowest took {many['slowest']:.1f} s",
        ),
        Figure(
            name="memory after the last round ÷ after the second", value=growth, target=f"< {LARGEST_GROWTH}",
            holds=growth < LARGEST_GROWTH, note=f"{', '.join(f'{held:.0f}' for held in many['resident'])} MB",
        ),
    ]  # fmt: skip
