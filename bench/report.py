"""A signed report of a person with fifty items, against Typst alone on the same document."""

from collections.abc import Sequence

from bench import lines
from bench.figures import Figure
from bench.place import Place
from chengxin.periods.civil import civil_date

REPORTED = range(40, 41)
ITEMS = 50
REPORTS = 20
LARGEST_RATIO = 2.5


def measure(place: Place, *, known: Sequence[str], supplier: str) -> list[Figure]:
    """Give a person fifty items, issue reports one after the other, and time both.

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
    return [
        Figure(
            name=f"signed report of {ITEMS} items ÷ Typst alone on the same document", value=ratio,
            target=f"< {LARGEST_RATIO}", holds=ratio < LARGEST_RATIO,
            note=f"{timed['issued'] * 1000:.0f} ms against {timed['alone'] * 1000:.0f} ms, median of {REPORTS}, "
            f"{timed['bytes'] // 1024} KiB; with look, reading, credential, signature, event, rows and sealed file",
        )
    ]  # fmt: skip
