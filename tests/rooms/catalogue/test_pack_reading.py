"""A pack is read strictly: what is wrong is named with its place, and no edition comes of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from chengxin.catalogue.errors import PackRefused
from chengxin.catalogue.rules import (
    Edition,
    Pack,
    Verified,
    body_digest,
    canonical_body,
    compose,
    edition_body,
    edition_from_body,
    load_pack,
    load_packs,
)

Spoil = Callable[..., tuple[Pack, ...]]


def _clock(**values: object) -> dict[str, object]:
    return {"start": "ENDED", "count": 3, "unit": "YEAR", "basis": "PLATFORM", "verified": "UNVERIFIED", **values}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"basis": None}, "BASIS_MISSING"),
        ({"basis": "NO-SUCH-ACT"}, "REFERENCE_UNKNOWN"),
        ({"competent_bodies": []}, "COMPETENT_BODY_MISSING"),
        ({"competent_bodies": ["CN.NOBODY"]}, "REFERENCE_UNKNOWN"),
        ({"suppliers": []}, "SUPPLIER_MISSING"),
        ({"clocks": None}, "CLOCKS_MISSING"),
        ({"clocks": "FOR-EVER"}, "REFERENCE_UNKNOWN"),
        ({"sensitivity": None}, "SENSITIVITY_MISSING"),
        ({"sensitivity": "HARMLESS"}, "SENSITIVITY_MISSING"),
        ({"severities": []}, "SEVERITIES_BROKEN"),
        ({"severities": ["TERRIBLE"]}, "REFERENCE_UNKNOWN"),
        ({"coverage_roles": []}, "COVERAGE_MISSING"),
        ({"coverage_roles": ["ANYBODY"]}, "REFERENCE_UNKNOWN"),
        ({"grants_role": "STUDENT"}, "REFERENCE_UNKNOWN"),
        ({"domain": "GOSSIP"}, "REFERENCE_UNKNOWN"),
        ({"kind": "RUMOUR"}, "VALUE_UNKNOWN"),
        ({"document_kinds": ["LICENCE"]}, "REFERENCE_UNKNOWN"),
        ({"plain_zh": " "}, "VALUE_MISSING"),
        ({"code": "market penalty"}, "ITEM_CODE_BROKEN"),
        ({"source": None}, "VALUE_MISSING"),
        ({"verified": "PROBABLY"}, "VALUE_UNKNOWN"),
    ],
)
def test_incomplete_item_type_is_refused(spoil: Spoil, values: dict[str, Any], code: str) -> None:
    packs = spoil("item", "MARKET.PENALTY", **values)
    with pytest.raises(PackRefused) as refused:
        compose(packs)
    (finding,) = refused.value.findings
    assert (finding.code, finding.section, finding.pack) == (code, "item", "national")
    assert finding.field == next(iter(values))


@pytest.mark.parametrize(
    ("section", "row", "values", "code"),
    [
        ("basis", "PENALTY-48", {"title": None}, "ACT_MISSING"),
        ("basis", "PENALTY-48", {"article": None}, "ARTICLE_MISSING"),
        ("basis", "PENALTY-48", {"in_force_to": "2001-01-01"}, "PERIOD_BROKEN"),
        ("severity", "MINOR", {"kept": None}, "CLOCKS_MISSING"),
        ("severity", "MINOR", {"months_max": 0}, "VALUE_MISSING"),
        ("severity", "GENERAL", {"months_min": 13}, "PERIOD_BROKEN"),
        ("clocks", "PLEDGE", {"shown": _clock(count=0)}, "VALUE_MISSING"),
        ("clocks", "PLEDGE", {"used": _clock(unit="WORKING_DAY")}, "VALUE_UNKNOWN"),
        ("clocks", "PLEDGE", {"used": _clock(basis="NONE")}, "REFERENCE_UNKNOWN"),
        ("prohibited", "GENES", {"value_patterns": ["(?<!x)y"]}, "PATTERN_NOT_PORTABLE"),
        ("prohibited", "GENES", {"value_patterns": ["(y"]}, "PATTERN_BROKEN"),
        ("prohibited", "GENES", {"words": [], "field_patterns": [], "value_patterns": []}, "DETECTION_MISSING"),
        ("calendar", 2026, {"working_weekends": ["2026-01-05"]}, "DATE_NOT_A_WEEKEND"),
        ("calendar", 2026, {"holidays": ["2027-01-01"]}, "DATE_OUTSIDE_YEAR"),
        ("term", "OBJECTION.MARK", {"basis": "NONE"}, "REFERENCE_UNKNOWN"),
        ("purpose", "SELF_READ", {"basis": "NONE"}, "REFERENCE_UNKNOWN"),
        ("division", "350000", {"code": "35000"}, "DIVISION_CODE_BROKEN"),
        ("quota", "CLIENT", {"per_day": -1}, "VALUE_MISSING"),
        ("quota", "CLIENT", {"code": "ACCOUNT"}, "CODE_TWICE"),
        ("quota", "CLIENT", {"code": "ANYBODY"}, "VALUE_UNKNOWN"),
        ("quota", "CLIENT", {"basis": "NONE"}, "REFERENCE_UNKNOWN"),
        ("quota", "CLIENT", {"source": None}, "VALUE_MISSING"),
        ("sampling_rule", "NIGHT", {"to_hour": None}, "VALUE_MISSING"),
        ("sampling_rule", "NIGHT", {"to_hour": 24}, "VALUE_UNKNOWN"),
        ("sampling_rule", "NIGHT", {"count": 3}, "VALUE_UNKNOWN"),
        ("sampling_rule", "SHARE", {"per_mille": 1001}, "VALUE_UNKNOWN"),
        ("sampling_rule", "SHARE", {"verified": None}, "VALUE_UNKNOWN"),
        ("sampling_rule", "BULK", {"code": "GOSSIP"}, "VALUE_UNKNOWN"),
    ],
)  # fmt: skip
def test_broken_row_is_refused(spoil: Spoil, section: str, row: str, values: dict[str, Any], code: str) -> None:
    with pytest.raises(PackRefused) as refused:
        compose(spoil(section, row, **values))
    assert code in {finding.code for finding in refused.value.findings}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"code": "identity_number"}, "FIELD_IS_COMMON"),
        ({"code": "Facts"}, "FIELD_CODE_BROKEN"),
        ({"name_zh": "当事人血型"}, "FIELD_PROHIBITED"),
        ({"code": "fingerprint_left"}, "FIELD_PROHIBITED"),
        ({"example": "长" * 201}, "EXAMPLE_BROKEN"),
        ({"format": "DATE"}, "EXAMPLE_BROKEN"),
        ({"format": "CODE"}, "CODE_LIST_BROKEN"),
        ({"codes": [["A", "甲", "First"]]}, "CODE_LIST_BROKEN"),
        ({"max_length": None}, "LENGTH_MISSING"),
    ],
)
def test_field_that_cannot_be_collected_is_refused(spoil: Spoil, change: dict[str, Any], code: str) -> None:
    (facts,) = [
        row["fields"][0]  # type: ignore[index]
        for row in spoil("item", "MARKET.PENALTY")[0].rows["item"]
        if row["code"] == "MARKET.PENALTY"
    ]
    field = {name: value for name, value in {**facts, **change}.items() if value is not None}
    with pytest.raises(PackRefused) as refused:
        compose(spoil("item", "MARKET.PENALTY", fields=[field]))
    assert refused.value.code == code


def test_all_findings_are_reported_at_once(spoil: Spoil) -> None:
    packs = spoil("item", "MARKET.PENALTY", clocks=None)
    (row,) = [row for row in packs[0].rows["item"] if row["code"] == "TAX.ARREARS"]
    row["sensitivity"] = ""  # type: ignore[index]
    with pytest.raises(PackRefused) as refused:
        compose(packs)
    assert {(finding.row, finding.code) for finding in refused.value.findings} == {
        ("MARKET.PENALTY", "CLOCKS_MISSING"),
        ("TAX.ARREARS", "SENSITIVITY_MISSING"),
    }
    assert refused.value.details["finding_count"] == "2"


def test_a_province_adds_but_never_renames(spoil: Spoil) -> None:
    national, fujian = spoil("item", "MARKET.PENALTY")
    (row,) = [row for row in national.rows["item"] if row["code"] == "MARKET.PENALTY"]
    renaming = replace(fujian, rows={**fujian.rows, "item": (*fujian.rows["item"], {**row, "name_zh": "别名"})})
    with pytest.raises(PackRefused) as refused:
        compose((national, renaming))
    assert (refused.value.code, refused.value.findings[0].pack) == ("CODE_TWICE", "fujian")


def test_packs_that_are_no_chain_are_a_wrong_call(spoil: Spoil) -> None:
    national, fujian = spoil("item", "MARKET.PENALTY")
    for wrong in ((), (fujian,), (fujian, national)):
        with pytest.raises(ValueError, match="chain"):
            compose(wrong)


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("fujian/counterparts.toml", "[defaults.counterpart]", "[defaults.counterpart", "FILE_BROKEN"),
        ("fujian/counterparts.toml", "[[counterpart]]", "[[counterparts]]", "SCHEMA_VIOLATED"),
        ("national/items/tax-finance.toml", 'clocks = "BY_SEVERITY"\n', "", "SCHEMA_VIOLATED"),
        ("national/items/tax-finance.toml", 'sensitivity = "SENSITIVE"\n', "", "SCHEMA_VIOLATED"),
        ("national/items/tax-finance.toml", 'competent_bodies = ["CN.TAX"]\n', "", "SCHEMA_VIOLATED"),
        ("national/bases.toml", 'article = "第九条"\n', "", "SCHEMA_VIOLATED"),
        ("fujian/pack.toml", 'extends = "national"', 'extends = "fujian"', "PACK_CIRCLE"),
        ("fujian/pack.toml", 'code = "fujian"', 'code = "jiangxi"', "PACK_CODE_DIFFERS"),
        ("fujian/pack.toml", "in_force_from = 2026-04-01", 'in_force_from = "soon"', "SCHEMA_VIOLATED"),
        ("schema/rows.schema.json", "{", "", "SCHEMA_MISSING"),
    ],
)
def test_folder_that_is_not_a_pack_is_refused(packs_copy: Path, file: str, old: str, new: str, code: str) -> None:
    path = packs_copy / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PackRefused) as refused:
        load_packs(packs_copy / "fujian")
    assert refused.value.code == code


def test_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackRefused) as refused:
        load_pack(tmp_path / "atlantis")
    assert refused.value.code == "FILE_BROKEN"


def test_stored_body_gives_the_same_edition_back(packs_copy: Path) -> None:
    packs = load_packs(packs_copy / "demo")
    body = edition_body(packs)
    edition = compose(packs)
    assert edition_from_body(body) == edition
    assert body_digest(body) == edition.digest
    assert canonical_body(body).startswith(b'{"format":1,')


def test_digest_follows_every_value(spoil: Spoil, fujian: Edition) -> None:
    changed = compose(spoil("term", "OBJECTION.MARK", count=2))
    assert changed.digest != fujian.digest
    assert changed.code != fujian.code
    assert compose(spoil("term", "OBJECTION.MARK", count=1)).digest == fujian.digest


def test_provincial_bodies_act_for_the_central_ones(fujian: Edition) -> None:
    item = fujian.item_types["TAX.ARREARS"]
    assert item.suppliers == ("FJ.TAX", "FJ.TAX-XIAMEN")
    assert item.competent_bodies == ("FJ.TAX", "FJ.TAX-XIAMEN", "CN.TAX")


def test_item_counts_as_verified_only_with_its_basis(spoil: Spoil, fujian: Edition) -> None:
    assert fujian.item_types["FOOD.PENALTY"].verified
    assert not fujian.item_types["MARKET.PENALTY"].verified
    doubted = compose(spoil("basis", "FOOD-113", verified=Verified.SEEN_PART.value))
    assert not doubted.item_types["FOOD.PENALTY"].verified


@pytest.mark.parametrize(
    ("code", "on", "answering"),
    [
        ("FJ.INDUSTRY-COMMERCE-OLD", date(2018, 11, 4), "FJ.INDUSTRY-COMMERCE-OLD"),
        ("FJ.INDUSTRY-COMMERCE-OLD", date(2018, 11, 5), "FJ.MARKET"),
        ("FJ.MARKET", date(2018, 11, 4), None),
        ("FJ.BANKING-OLD", date(2018, 6, 1), "FJ.BANKING-OLD"),
        ("FJ.BANKING-OLD", date(2020, 2, 29), "FJ.BANKING-INSURANCE-OLD"),
        ("FJ.BANKING-OLD", date(2026, 1, 1), "FJ.FINANCE"),
        ("FJ.NOBODY", date(2026, 1, 1), None),
    ],
)
def test_successor_answers_from_the_next_day(fujian: Edition, code: str, on: date, answering: str | None) -> None:
    body = fujian.body_on(code, on)
    assert (body.code if body is not None else None) == answering


def test_basis_holds_on_its_first_and_last_day(fujian: Edition) -> None:
    basis = replace(fujian.bases["WAGES-48"], in_force_to=date(2030, 1, 1))
    assert not basis.holds_on(date(2020, 4, 30))
    assert basis.holds_on(date(2020, 5, 1))
    assert basis.holds_on(date(2030, 1, 1))
    assert not basis.holds_on(date(2030, 1, 2))
    legal = basis.as_legal_basis()
    assert (legal.code, legal.article, legal.verified) == ("WAGES-48", "第四十八条", True)
