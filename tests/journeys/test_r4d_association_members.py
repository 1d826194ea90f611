"""R4d: associations supply items of their members by the same route, with a catalogue of their own, a narrower one."""

from chengxin.catalogue import lookups as catalogue
from chengxin.catalogue.rules import ItemKind, columns_of
from chengxin.organisations import operations as organisations
from factories import intake as given
from journeys.conftest import Journey


def test_an_association_s_own_items_are_few_and_reach_the_member(journey: Journey, province: list[int]) -> None:
    day = given.NOW.date()
    edition = catalogue.edition_in_force(day)
    own = [item for item in edition.item_types.values() if any("ASSOCIATION" in code for code in item.suppliers)]
    assert 0 < len(own) < len(edition.item_types) / 4
    item = next(found for found in own if found.kind is not ItemKind.ADVERSE and not found.severities)
    organisations.grant_mandate(
        organisation_code=given.SUPPLIER,
        item_code=item.code,
        from_on=day,
        to_on=None,
        actor=given.SYSTEM,
        now=given.NOW,
    )
    line = {
        "identity_number": given.number(0),
        "name": given.name(0),
        "record_number": "M-1",
        "occurred_on": "2026-06-01",
    } | {column.code: column.example for column in columns_of(item) if not column.is_common}
    journey.send([line], item=item.code)
    assert item.name_zh in journey.file_of(province[0])
