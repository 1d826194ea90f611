"""The packs as they are shipped: complete against the plan, sourced row by row, and harmless."""

import json
import re
import tomllib
from calendar import isleap
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import chinese_calendar
import jsonschema
import pytest

from chengxin.catalogue.rules import (
    ClockStart,
    ClockUnit,
    Edition,
    Format,
    ItemKind,
    ProhibitedCategory,
    Verified,
    compose,
    load_pack,
    load_packs,
)
from chengxin.checking.rules import screen_of
from chengxin.identifiers.detection import find_identity_numbers, find_phone_numbers
from chengxin.periods.calendars import CalendarNotPublished

PACKS = Path(__file__).resolve().parents[2] / "packs"
FILES = sorted(path for path in PACKS.rglob("*.toml") if path.name != "pack.toml")

DOMAINS = {
    "食品药品", "安全生产", "消防安全", "交通安全", "环境保护", "生物安全", "产品质量", "税收缴纳",
    "医疗卫生", "劳动保障", "工程建设", "金融服务", "知识产权", "司法诉讼", "电子商务", "志愿服务",
}  # fmt: skip
OCCUPATIONS = {
    "公务员", "企业法定代表人及相关责任人", "律师", "教师", "医师", "执业药师", "评估师", "税务师",
    "注册消防工程师", "会计审计人员", "房地产中介从业人员", "认证人员", "金融从业人员", "导游",
}  # fmt: skip
# Bodies of the plan, in its own words, with what answers for them today.
PLAN_BODIES = {
    "PROPAGANDA": "PROPAGANDA", "CIVILISATION": "CIVILISATION", "CYBERSPACE": "CYBERSPACE", "NDRC": "NDRC",
    "EDUCATION": "EDUCATION", "HUMAN-RESOURCES": "HUMAN-RESOURCES", "CULTURE-OLD": "CULTURE-TOURISM",
    "PRESS-OLD": "RADIO-TELEVISION", "YOUTH-LEAGUE": "YOUTH-LEAGUE", "PBOC-OLD": "PBOC", "JUSTICE": "JUSTICE",
    "COMMERCE": "COMMERCE", "INDUSTRY-COMMERCE-OLD": "MARKET", "CIVIL-AFFAIRS": "CIVIL-AFFAIRS", "POLICE": "POLICE",
    "HEALTH-OLD": "HEALTH", "TRANSPORT": "TRANSPORT", "INDUSTRY-OLD": "INDUSTRY", "POST": "POST",
    "TELECOM": "TELECOM", "BANKING-OLD": "FINANCE", "SECURITIES": "SECURITIES", "INSURANCE-OLD": "FINANCE",
    "FOOD-DRUG-OLD": "MARKET", "WORK-SAFETY-OLD": "EMERGENCY", "ENVIRONMENT-OLD": "ECOLOGY",
    "QUALITY-OLD": "MARKET", "STATE-TAX-OLD": "TAX", "LOCAL-TAX-OLD": "TAX", "HOUSING": "HOUSING", "IP-OLD": "IP",
    "COURT": "COURT", "PROCURATORATE": "PROCURATORATE", "CIVIL-SERVICE-OLD": "CIVIL-SERVICE",
    "TREASURY": "TREASURY", "TOURISM-OLD": "CULTURE-TOURISM", "INFORMATION-CENTRE": "INFORMATION-CENTRE",
    "LEGAL-OFFICE-OLD": "JUSTICE",
}  # fmt: skip


@cache
def _edition(name: str) -> Edition:
    return compose(load_packs(PACKS / name))


@pytest.fixture(params=["national", "fujian", "demo"])
def edition(request: pytest.FixtureRequest) -> Edition:
    return _edition(request.param)


@pytest.fixture
def fujian() -> Edition:
    return _edition("fujian")


def test_schemas_are_schemas() -> None:
    for path in (PACKS / "schema").glob("*.json"):
        jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))


def _rows() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for name in ("national", "fujian", "demo"):
        for section, rows in load_pack(PACKS / name).rows.items():
            for row in rows:
                yield name, section, row


def test_every_row_says_where_it_was_read_and_how_far() -> None:
    for pack, section, row in _rows():
        assert str(row["source"]).strip(), (pack, section, row)
        assert row["verified"] in set(Verified), (pack, section, row)


def test_nothing_is_called_read_whose_source_says_that_it_was_not() -> None:
    for pack, section, row in _rows():
        if re.search(r"not read|not verified|general knowledge|model only|number lost", str(row["source"])):
            assert row["verified"] != "SEEN", (pack, section, row)


def test_item_is_never_more_certain_than_its_basis(edition: Edition) -> None:
    for item in edition.item_types.values():
        assert not item.verified or edition.bases[item.basis].verified is Verified.SEEN


def test_item_types_cover_the_plan(fujian: Edition) -> None:
    assert len(fujian.item_types) >= 85
    in_plan = {domain.name_zh: code for code, domain in fujian.domains.items() if domain.in_plan}
    assert in_plan.keys() == DOMAINS
    assert {occupation.name_zh for occupation in fujian.occupations.values()} == OCCUPATIONS
    for code in in_plan.values():
        kinds = {item.kind for item in fujian.item_types.values() if item.domain == code}
        assert ItemKind.ADVERSE in kinds, code
        assert kinds & {ItemKind.IDENTIFICATION, ItemKind.COMMENDATION}, code
    for code in fujian.occupations:
        kinds = {item.kind for item in fujian.item_types.values() if code in item.occupations}
        assert kinds >= {ItemKind.IDENTIFICATION, ItemKind.ADVERSE}, code
    assert {item.kind for item in fujian.item_types.values()} == set(ItemKind)
    assert {item.domain for item in fujian.item_types.values()} == fujian.domains.keys()


def test_students_are_covered_as_the_plan_says(fujian: Edition) -> None:
    student = {code: item for code, item in fujian.item_types.items() if item.domain == "STUDENT"}
    assert student.keys() >= {
        "STUDENT.REGISTRATION",
        "STUDENT.VOLUNTEER",
        "STUDENT.EXAM-CHEATING",
        "STUDENT.ACADEMIC-FRAUD",
        "STUDENT.LOAN-DEFAULT",
        "STUDENT.FORGED-PAPERS",
    }
    for item in student.values():
        assert "CLASS.SCHOOLS" in item.suppliers, item.code
        if item.kind is ItemKind.ADVERSE:
            assert item.coverage_roles == ("STUDENT",)
            assert item.notice_required


def test_associations_have_a_narrower_catalogue_of_their_own(fujian: Edition) -> None:
    supplied = {code for code, item in fujian.item_types.items() if "CLASS.ASSOCIATIONS" in item.suppliers}
    assert {"ASSOCIATION.MEMBER", "ASSOCIATION.HONOUR", "ASSOCIATION.DISCIPLINE", "ASSOCIATION.PLEDGE"} <= supplied
    assert len(supplied) < len(fujian.item_types) / 5


def test_every_coverage_role_is_granted_by_an_identification(fujian: Edition) -> None:
    granted = {item.grants_role for item in fujian.item_types.values() if item.grants_role is not None}
    assert granted == fujian.coverage_roles.keys()


def test_fields_are_few_and_useful(fujian: Edition) -> None:
    for item in fujian.item_types.values():
        assert 1 <= len(item.fields) <= 6, item.code
        assert len(item.plain_zh) <= 60, item.code
        assert item.plain_zh.endswith("。"), item.code
        assert item.plain_en.endswith("."), item.code
        assert "您" in item.plain_zh or "国家" in item.plain_zh or "法律" in item.plain_zh, item.code
        for field in item.fields:
            assert field.format is Format.TEXT or not field.free_text
            assert field.max_length is None or field.max_length <= 200


def test_clocks_are_finite_and_depend_on_no_calendar(fujian: Edition) -> None:
    for item in fujian.item_types.values():
        expected = set(item.severities) if item.kind is ItemKind.ADVERSE else {"*"}
        assert set(item.clocks) == expected, item.code
        for clocks in item.clocks.values():
            for rule in (clocks.shown, clocks.used, clocks.kept):
                assert rule.count >= 1
                assert rule.unit in set(ClockUnit)
                assert rule.source in fujian.bases


@pytest.mark.parametrize(("severity", "months"), [("MINOR", 3), ("GENERAL", 12), ("SERIOUS", 36)])
def test_adverse_clocks_are_those_of_the_order(fujian: Edition, severity: str, months: int) -> None:
    for item in fujian.item_types.values():
        if severity in item.severities:
            clocks = item.clocks_for(severity)
            shown, used, kept = clocks.shown, clocks.used, clocks.kept
            assert (shown.start, shown.count, shown.unit) == (ClockStart.DOCUMENT, months, ClockUnit.MONTH)
            assert (used.start, used.count, used.unit) == (ClockStart.DOCUMENT, months, ClockUnit.MONTH)
            assert (kept.start, kept.count, kept.unit) == (ClockStart.ENDED, 5, ClockUnit.YEAR)


def test_texts_and_examples_hold_nobodys_numbers() -> None:
    for path in (*FILES, *PACKS.glob("*/pack.toml")):
        text = re.sub(r"^.*(?:cn/GB2260|annual notice).*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for row in text.splitlines():
            if path.name in {"divisions.toml", "calendars.toml"}:
                continue
            assert not find_identity_numbers(row), (path, row)
            mobiles = [span for span in find_phone_numbers(row) if span.kind.value == "MOBILE"]
            assert not mobiles, (path, row)


# What must never enter ------------------------------------------------------------------------------------------------

INNOCENT = [
    "某医疗机构未按规定悬挂执业许可证",
    "销售超过保质期的食品，货值一百二十元",
    "普通食品广告宣称可以治疗癌症",
    "经查，现场安全隐患有三处未整改",
    "在诚信教育活动中表现突出",
    "销售的转基因大豆油未作标识",
    "热血型青年志愿服务队",
    "未按规定书写病历资料，篡改病历",
    "出具虚假的体检报告",
    "接受洗钱调查时拒不配合",
    "经营指纹锁，质量不合格",
    "非法经营精神病医院的药品",
    "对危险废物拒不处置，移送公安机关处以行政拘留",
    "饮酒后驾驶营运机动车，处十五日拘留",
    "明确诊疗科目后重新登记",
    "前后患有关部门多次提醒",
    "性侵未成年人犯罪的从业禁止",
    "擅自改變建築主體結構",
]
GUILTY = {
    "RELIGION": ["当事人信奉佛教", "係基督徒", "系穆斯林"],
    "POLITICS": ["政治面貌：群众", "政治傾向", "系中共党员"],
    "GENES": ["基因检测结果异常", "DNA鑑定意見"],
    "BIOMETRICS": ["采集了指纹信息", "人臉圖像見附件", "虹膜数据", "data:image/png;base64,AAAA", "iVBORw0KGgoAAAANSU"],
    "BLOOD_TYPE": ["血型A", "本人血型为O型", "Rh阴性血"],
    "HEALTH": ["本人患有糖尿病", "经诊断为抑郁", "HIV陽性", "既往病史", "住院號 123", "罹患重病"],
    "SURVEILLANCE": ["附行踪轨迹", "手機信令顯示"],
    "PUBLIC_SECURITY": [
        "依据治安管理处罚法处行政拘留五日",
        "違反治安管理",
        "公安机关处行政拘留，属治安案件",
        "闽测公（治）行罚决字〔2026〕1号",
        "测公[治]决字",
        "治安管理处罚决定书",
    ],
    "MINOR_OFFENCE": ["未成年人犯罪记录", "犯罪記錄封存"],
}


def _hits(category: ProhibitedCategory, text: str) -> bool:
    pattern = screen_of(_edition("fujian"), sealed=category.sealed, only=category.code)
    return re.search(pattern, text) is not None


@pytest.mark.parametrize("text", INNOCENT)
def test_innocent_words_pass(fujian: Edition, text: str) -> None:
    assert [code for code, category in fujian.prohibited.items() if _hits(category, text)] == []


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in GUILTY.items() for text in texts])
def test_prohibited_words_are_found(fujian: Edition, code: str, text: str) -> None:
    assert _hits(fujian.prohibited[code], text)


@pytest.mark.parametrize(
    ("code", "header"),
    [
        ("RELIGION", "宗教信仰"), ("RELIGION", "religion"), ("POLITICS", "政治面貌"), ("GENES", "基因编号"),
        ("BIOMETRICS", "指紋"), ("BIOMETRICS", "fingerprint_1"), ("BIOMETRICS", "照片"), ("BLOOD_TYPE", "血型"),
        ("BLOOD_TYPE", "blood_type"), ("HEALTH", "病史"), ("HEALTH", "medical_history"), ("HEALTH", "健康狀況"),
        ("FINANCES", "年收入"), ("FINANCES", "income"), ("SURVEILLANCE", "通讯录"), ("SURVEILLANCE", "手机定位"),
        ("PUBLIC_SECURITY", "治安处罚情况"), ("MINOR_OFFENCE", "前科"),
    ],
)  # fmt: skip
def test_prohibited_headers_are_found(fujian: Edition, code: str, header: str) -> None:
    assert any(re.search(pattern, header, re.IGNORECASE) for pattern in fujian.prohibited[code].field_patterns)


def test_no_text_of_the_catalogue_would_be_refused_by_it(fujian: Edition) -> None:
    for item in fujian.item_types.values():
        texts = [field.example for field in item.fields] + [label.zh for label in item.document_kinds]
        texts += [label.zh for field in item.fields for label in field.codes]
        for category in fujian.prohibited.values():
            for text in texts:
                assert not _hits(category, text), (item.code, category.code, text)
            for field in item.fields:
                for pattern in category.field_patterns:
                    for name in (field.code, field.name_zh, field.name_en):
                        assert not re.search(pattern, name, re.IGNORECASE), (item.code, field.code, category.code)


def test_sealed_categories_are_marked_with_their_day(fujian: Edition) -> None:
    sealed = {code: category.in_force_from for code, category in fujian.prohibited.items() if category.sealed}
    assert sealed == {"PUBLIC_SECURITY": date(2026, 1, 1), "MINOR_OFFENCE": None}
    assert {"RELIGION", "POLITICS", "GENES", "BIOMETRICS", "BLOOD_TYPE", "HEALTH"} <= fujian.prohibited.keys()


# Calendars, divisions, bodies -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", range(2017, 2027))
def test_calendar_agrees_with_the_maintained_library(fujian: Edition, year: int) -> None:
    published = fujian.calendars[year]
    day = date(year, 1, 1)
    for offset in range(366 if isleap(year) else 365):
        on = day + timedelta(days=offset)
        assert published.is_working_day(on) is chinese_calendar.is_workday(on), on


def test_year_that_is_not_published_is_absent(fujian: Edition) -> None:
    assert fujian.calendars.keys() == set(range(2017, 2027))
    calendar = fujian.work_calendar()
    assert (calendar.first_on, calendar.last_on) == (date(2017, 1, 1), date(2026, 12, 31))
    assert not calendar.is_working_day(date(2026, 10, 1))
    assert calendar.is_working_day(date(2026, 10, 10))
    with pytest.raises(CalendarNotPublished):
        calendar.is_working_day(date(2027, 1, 4))


def test_divisions_are_those_of_the_standard_and_all_that_ever_were(fujian: Edition) -> None:
    current = [row for row in fujian.divisions if row.code.startswith("35") and row.last_year is None]
    assert len([row for row in current if row.level == "PREFECTURE"]) == 9
    counties = [row for row in current if row.level == "COUNTY"]
    assert len(counties) == 84
    assert len({row.code for row in current}) == len(current)
    for row in counties:
        assert row.parent == f"{row.code[:4]}00"
    for code in ("350204", "352221", "350402", "359002", "352100", "810000", "820000", "830000", "110000"):
        assert code in fujian.division_codes()
    assert "359900" not in fujian.division_codes()


def test_only_the_demonstration_knows_the_synthetic_division() -> None:
    demo = _edition("demo")
    assert [row.code for row in demo.divisions if row.synthetic] == ["359900"]
    assert demo.synthetic
    assert not _edition("fujian").synthetic
    assert demo.item_types == _edition("fujian").item_types


@pytest.mark.parametrize(("named", "today"), PLAN_BODIES.items())
def test_bodies_of_the_plan_are_answered_for_today(fujian: Edition, named: str, today: str) -> None:
    then = fujian.body_on(f"FJ.{named}", date(2017, 9, 27))
    now = fujian.body_on(f"FJ.{named}", date(2026, 11, 23))
    assert then is not None
    assert then.code == f"FJ.{named}"
    assert now is not None
    assert now.code == f"FJ.{today}"


def test_prefectures_and_the_zone_are_there(fujian: Edition) -> None:
    assert len([body for body in fujian.bodies.values() if body.level == "PREFECTURE"]) == 10
    assert fujian.bodies["FJ.PINGTAN"].name_zh == "平潭综合实验区管理委员会"


def test_suppliers_of_fujian_are_its_own_bodies_or_classes(fujian: Edition) -> None:
    for item in fujian.item_types.values():
        assert all(code.startswith(("FJ.", "CLASS.")) for code in item.suppliers), item.code
        for code in item.suppliers:
            assert fujian.body_on(code, date(2026, 11, 23)) == fujian.bodies[code]


def test_files_name_what_they_hold() -> None:
    for path in FILES:
        assert path.read_text(encoding="utf-8").startswith("# "), path
        tomllib.loads(path.read_text(encoding="utf-8"))
