"""Words and columns that may never enter; and honest sentences that look like them."""

import pytest

from chengxin.authority.decisions import Refused
from chengxin.catalogue.rules.columns import columns_of
from chengxin.checking import rules
from chengxin.checking.rules import ColumnsRefused, Rule
from factories import checking as factory
from factories.checking import checked, context, line

INNOCENT = [
    "未取得医疗机构执业许可证擅自执业",
    "公益活动热血型男评选",
    "消防安全隐患有三处，逾期未改",
    "经营转基因食品未按规定标识",
    "组织诚信教育一次，计四学时",
    "虚假宣传保健食品可以治疗癌症",
    "销售血压计未附合格证",
    "酒后驾驶机动车，依道路交通安全法处以行政拘留",
    "擅自处置危险废物，移送公安机关处以行政拘留",
    "安装指纹锁收费后不履行合同",
    "冒用他人人脸识别门禁公司名义招标",
    "未按规定保存出租房屋登记",
    "在寺庙周边违规经营香烛",
    "文书编号1234567890，金额20260105元",
    "参加无偿献血三次",
    "社区治理先进个人",
]
PLACES = ["facts", "document_number", "issuing_body"]


@pytest.mark.parametrize("sealed", [False, True])
def test_every_word_of_the_packs_is_found_in_every_text(sealed: bool) -> None:  # noqa: FBT001
    words = [
        (category.code, word)
        for category in factory.edition().prohibited.values()
        if category.sealed is sealed
        for word in (*category.words, *category.document_kinds)
    ]
    assert words
    rule = Rule.SEALED_CATEGORY if sealed else Rule.PROHIBITED_CATEGORY
    for place in PLACES:
        rows = checked([line(**{place: f"前文，{word}，后文"}) for _, word in words])
        missed = [word for (_, word), row in zip(words, rows, strict=True) if (rule.value, place) not in row.faults]
        assert missed == [], place
    for category, word in words:
        named = rules.detected_word(value=f"前文，{word}，后文", rule=rule, edition=factory.edition())
        assert named["category"] in {category, *factory.edition().prohibited}


TOLD_BY_PATTERN = [
    ("document_number", "榕公（治）行罚决字〔2026〕1号", "SEALED_CATEGORY"),
    ("document_number", "榕公(治)行罚决字[2026]1号", "SEALED_CATEGORY"),
    ("facts", "因殴打他人，依治安法规处以行政拘留五日", "SEALED_CATEGORY"),
    ("facts", "血型O", "PROHIBITED_CATEGORY"),
    ("facts", "当事人患有慢性病", "PROHIBITED_CATEGORY"),
    ("facts", "data:image/png;base64,xx", "PROHIBITED_CATEGORY"),
]


def test_patterns_find_what_no_single_word_tells() -> None:
    rows = checked([line(**{place: text}) for place, text, _ in TOLD_BY_PATTERN])
    assert [row.faults for row in rows] == [{(rule, place)} for place, _, rule in TOLD_BY_PATTERN]


def test_honest_sentences_pass() -> None:
    rows = checked([line(facts=text) for text in INNOCENT])
    assert {text: row.faults for text, row in zip(INNOCENT, rows, strict=True) if row.faults} == {}


def headers(*changed: tuple[str, str]) -> list[str]:
    names = {column.code: column.header_zh for column in columns_of(context().item)} | dict(changed)
    return list(names.values())


def assigned(texts: list[str]) -> rules.HeaderPlan:
    return rules.assign_headers(headers=texts, context=context())


def test_a_header_is_a_code_or_a_name_in_either_language_in_any_order() -> None:
    columns = columns_of(context().item)
    by_code = assigned([column.code for column in columns])
    assert by_code.positions == assigned([column.header_zh for column in columns]).positions
    assert by_code.positions == assigned([f" {column.header_en.upper()} * " for column in columns]).positions
    backwards = assigned([column.header_zh for column in reversed(columns)])
    assert [backwards.positions[column.code] for column in reversed(columns)] == list(range(len(columns)))


@pytest.mark.parametrize(
    ("texts", "code", "detail"),
    [
        ([*headers(), "备注"], "HEADER_UNKNOWN", ": 备注"),
        ([*headers(), "name"], "HEADER_TWICE", "name"),
        ([text for text in headers() if text != "姓名"], "HEADER_MISSING", "姓名"),
        ([*headers(), "指纹"], "PROHIBITED_COLUMN", "BIOMETRICS"),
        ([*headers(), "宗教信仰"], "PROHIBITED_COLUMN", "RELIGION"),
        ([*headers(), "血型"], "PROHIBITED_COLUMN", "BLOOD_TYPE"),
        ([*headers(), "blood_type"], "PROHIBITED_COLUMN", "BLOOD_TYPE"),
        ([*headers(), "fingerprint"], "PROHIBITED_COLUMN", "BIOMETRICS"),
        ([*headers(), "月收入"], "PROHIBITED_COLUMN", "FINANCES"),
        ([*headers(), "手机定位"], "PROHIBITED_COLUMN", "SURVEILLANCE"),
        ([*headers(), "治安处罚记录"], "PROHIBITED_COLUMN", "PUBLIC_SECURITY"),
    ],
)
def test_columns_that_are_not_the_items_refuse_the_file(texts: list[str], code: str, detail: str) -> None:
    with pytest.raises(ColumnsRefused) as caught:
        assigned(texts)
    assert caught.value.code == code
    assert detail in " ".join(caught.value.details.values())


def test_a_first_person_in_place_of_the_headers_is_not_repeated() -> None:
    with pytest.raises(Refused) as caught:
        assigned(["359900199001010074", "陈小明", "MS-1"])
    assert caught.value.details == {"headers": "1; 2; 3"}
    with pytest.raises(Refused) as caught:
        assigned([*headers(), "359900 1990 0101 0074", "３５９９００１９９００１０１００７４"])
    assert "1990" not in caught.value.details["headers"]
    assert "１９９０" not in caught.value.details["headers"]


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("identity_number", "359900199001010074", "3***************"),
        ("identity_number", "3.599E+17", "***************"),
        ("name", "陈小明", "陈**"),
        ("facts", "证件359900199001010074号", "证件35****号"),
        ("facts", "证件 3599 0019 9001 0100 74", "证件 35****"),
        ("facts", "３５９９００１９９００１０１００７４", "３５****"),
        ("severity", "很坏", "很坏"),
        (None, "什么", ""),
    ],
)
def test_a_finding_shows_no_number(column: str | None, value: str, shown: str) -> None:
    assert rules.masked_value(column, value) == shown
