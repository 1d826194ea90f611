"""The items that an answer may speak of: read by the same rules for the gate, for a batch, and for the preview."""

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
    return tuple(_usable(found, edition=edition, with_details=with_details) for found in stored)


def usable_items_of_many_without_register(
    *, asked: Sequence[tuple[Sequence[int], Scope]], edition: Edition, today: date, with_details: bool
) -> list[tuple[UsableItem, ...]]:
    """Return what :func:`usable_items_without_register` returns, for many questions of one day in one statement.

    Args:
        asked: All rows that are the person, and the scope, of each question; one person may be asked about often.
        edition: Catalogue in force on that day; it knows every item type of the scopes.
        today: Civil date in Asia/Shanghai.
        with_details: Whether details are opened; only for a document.
    """
    stored = records.usable_items_of_many_without_register(
        person_ids=sorted({row for cluster, _scope in asked for row in cluster}),
        item_codes=sorted({code for _cluster, scope in asked for code in scope.item_codes}),
        today=today,
    )
    return [
        tuple(
            _usable(found, edition=edition, with_details=with_details)
            for found in _in_scope([found for row in cluster for found in stored.get(row, ())], scope)
        )
        for cluster, scope in asked
    ]


def _in_scope(stored: Sequence[records.StoredItem], scope: Scope) -> list[records.StoredItem]:
    """Return the items of a scope in the order in which the single reading has them: the newest first."""
    items = [
        found
        for found in stored
        if found.item_code in scope.item_codes
        and (scope.data_from is None or found.occurred_on >= scope.data_from)
        and (scope.data_to is None or found.occurred_on < scope.data_to)
    ]
    items.sort(key=lambda found: found.record_key)
    items.sort(key=lambda found: found.occurred_on, reverse=True)
    return items


def _usable(found: records.StoredItem, *, edition: Edition, with_details: bool) -> UsableItem:
    return UsableItem(
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
