"""The difference between two editions names every row and value that changed, and nothing else."""

from collections.abc import Callable
from dataclasses import replace

from chengxin.catalogue.rules import ChangeKind, Edition, Pack, compose, difference

Spoil = Callable[..., tuple[Pack, ...]]


def test_an_edition_does_not_differ_from_itself(fujian: Edition) -> None:
    assert difference(fujian, fujian).changes == ()


def test_changed_value_is_named(spoil: Spoil, fujian: Edition) -> None:
    (change,) = difference(fujian, compose(spoil("term", "OBJECTION.MARK", count=2))).changes
    assert (change.section, change.row, change.kind) == ("terms", "OBJECTION.MARK", ChangeKind.CHANGED)
    ((field),) = change.fields
    assert (field.field, field.before, field.after) == ("count", "1", "2")


def test_changed_severity_reaches_the_clocks_of_its_items(spoil: Spoil, fujian: Edition) -> None:
    changed = compose(spoil("severity", "MINOR", shown={**_clock(), "count": 2}))
    rows = {(change.section, change.row) for change in difference(fujian, changed).changes}
    assert ("severities", "MINOR") in rows
    assert ("item_types", "MARKET.PENALTY") in rows
    assert ("item_types", "TAX.SERIOUS-LIST") not in rows


def test_added_and_removed_rows_mirror_each_other(fujian: Edition) -> None:
    items = {code: item for code, item in fujian.item_types.items() if code != "GUIDE.LICENCE"}
    divisions = tuple(row for row in fujian.divisions if row.code != "350128")
    smaller = replace(fujian, item_types=items, divisions=divisions)
    there = difference(fujian, smaller).changes
    back = difference(smaller, fujian).changes
    assert [(change.row, change.kind) for change in there] == [
        ("GUIDE.LICENCE", ChangeKind.REMOVED),
        ("350128 平潭县", ChangeKind.REMOVED),
    ]
    assert [(change.section, change.row) for change in there] == [(change.section, change.row) for change in back]
    assert {change.kind for change in back} == {ChangeKind.ADDED}


def _clock() -> dict[str, object]:
    return {"start": "DOCUMENT", "unit": "MONTH", "basis": "REPAIR-PLAN-2", "verified": "SEEN_PART"}
