"""E3a, intake side: schools supply items of adult students; nothing about anyone under 18 on the day."""

from datetime import date

from chengxin.catalogue import lookups as catalogue
from chengxin.catalogue.rules import columns_of
from chengxin.identifiers.identity import synthetic_number
from chengxin.organisations import operations as organisations
from chengxin.persons import operations as persons
from factories import intake as given
from journeys.conftest import Journey


def test_only_adult_students_with_a_registration_get_an_item(journey: Journey, province: list[int]) -> None:
    day = given.NOW.date()
    item = next(
        found
        for found in catalogue.edition_in_force(day).item_types.values()
        if found.code.startswith("STUDENT.") and found.kind.value == "ADVERSE"
    )
    organisations.grant_mandate(
        organisation_code=given.SUPPLIER,
        item_code=item.code,
        from_on=day,
        to_on=None,
        actor=given.SYSTEM,
        now=given.NOW,
    )
    common = {
        "identity_number": given.number(0),
        "name": given.name(0),
        "record_number": "S-1",
        "occurred_on": "2026-10-05",
        "severity": item.severities[0],
        "document_kind": item.document_kinds[0].code,
        "document_number": "校处〔2026〕1号",
        "issuing_body": "测试大学",
        "document_on": "2026-11-01",
        "notice_served_on": "2026-11-02",
    }
    own = {column.code: column.example for column in columns_of(item) if not column.is_common}
    right = common | own
    # Seventeen years and 364 days old on the day of the event.
    young = synthetic_number(born_on=date(2008, 10, 6), sequence=7)
    child = right | {"identity_number": young, "name": "林小明", "record_number": "S-2"}
    persons.grant_coverages(
        grants=[
            persons.CoverageGrant(
                person_id=person_id, role_code=role, since_on=date(1998, 3, 1), until_on=None, source_key=b"school"
            )
            for person_id in province[:2]
            for role in item.coverage_roles
        ],
        posting_id=0,
        actor=given.SYSTEM,
        now=given.NOW,
    )
    sent = journey.send([right, child], item=item.code)
    assert "未满十八周岁" in sent.result.splitlines()[2]
    assert item.name_zh in journey.file_of(province[0])
    assert item.name_zh not in journey.file_of(province[1])
