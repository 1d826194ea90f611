"""The items that an answer may speak of: read once for the gate and once for the person's preview, by one function."""

from collections.abc import Mapping, Sequence
from datetime import date

from chengxin.authorisations.rules import Scope
from chengxin.catalogue.rules.values import Edition
from chengxin.inquiries.rules.answers import UsableItem
from chengxin.records import lookups as records


def usable_items_without_register(
    *, cluster: Sequence[int], scope: Scope, edition: Edition, today: date, with_details: bool
) -> tuple[UsableItem, ...]:
    """Return the items in a scope that may be used on a day. Writes no look: only the gate and the preview call it.

    Args:
        cluster: All rows that are the person.
        scope: Item types, and the period of events.
        edition: Catalogue in force on that day; it knows every item type of the scope.
        today: Civil date in Asia/Shanghai.
        with_details: Whether details are opened; only for a document.
    """
    stored = records.usable_items_without_register(
        person_ids=cluster,
        item_codes=sorted(scope.item_codes),
        data_from=scope.data_from,
        data_to=scope.data_to,
        today=today,
    )
    return tuple(
        UsableItem(
            item_code=found.item_code,
            kind=edition.item_types[found.item_code].kind,
            severity=found.severity,
            occurred_on=found.occurred_on,
            ended_on=found.ended_on,
            document_on=found.document_on,
            used_until=found.used_until,
            supplier_code=found.supplier_code,
            details=_details(found) if with_details else {},
        )
        for found in stored
    )


def counts_of(items: Sequence[UsableItem]) -> dict[str, int]:
    """Return how many items of each type there are, as a line of the register says it.

    Args:
        items: The items.
    """
    counts: dict[str, int] = {}
    for found in items:
        counts[found.item_code] = counts.get(found.item_code, 0) + 1
    return counts


def _details(found: records.StoredItem) -> Mapping[str, str]:
    opened = records.open_details(sealed=found.sealed, record_key=found.record_key, kept_until=found.kept_until)
    return {} if opened is None else opened
