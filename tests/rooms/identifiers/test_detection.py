from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.identifiers import identity
from chengxin.identifiers.detection import SpanKind, find_identity_numbers, find_phone_numbers

born = st.dates(date(1900, 1, 1), date(2026, 1, 1))
sequences = st.integers(0, 995)
words = st.text("当事人张三于号的，。（） \n", max_size=20)
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@given(born, sequences, words, words)
def test_a_number_is_found_where_it_stands(born_on: date, sequence: int, before: str, after: str) -> None:
    number = identity.synthetic_number(born_on=born_on, sequence=sequence)
    for written in (number, number.lower(), number.translate(FULL_WIDTH)):
        (span,) = find_identity_numbers(before + written + after)
        assert (before + written + after)[span.start : span.end] == written
        assert span.kind is SpanKind.IDENTITY


@given(born, sequences, st.sampled_from(" -.·　"))
def test_a_number_broken_up_is_found(born_on: date, sequence: int, separator: str) -> None:
    number = identity.synthetic_number(born_on=born_on, sequence=sequence)
    for written in (separator.join(number), separator.join((number[:6], number[6:14], number[14:]))):
        (span,) = find_identity_numbers(f"证件{written}。")
        assert (span.start, span.end) == (2, 2 + len(written))


@given(st.dates(date(1900, 1, 1), date(1999, 12, 31)), sequences)
def test_a_legacy_number_is_found(born_on: date, sequence: int) -> None:
    (span,) = find_identity_numbers(f"证件359900{born_on:%y%m%d}{sequence:03d}号")
    assert (span.start, span.end) == (2, 17)


def test_two_numbers_are_found_in_order_also_after_a_short_one() -> None:
    one = identity.synthetic_number(born_on=date(1990, 1, 1), sequence=1)
    other = identity.synthetic_number(born_on=date(1991, 1, 1), sequence=2)
    spans = find_identity_numbers(f"第3 {one}、{other}")
    assert [(span.start, span.end) for span in spans] == [(3, 21), (22, 40)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "闽市监罚〔2026〕350102号",
        "110105194912310021",  # wrong check character
        "350102199002300015",  # 30 February
        "0011010519491231002X",  # inside a longer number
        "A11010519491231002X",
        "91350100M000100Y43",
        "ZZZ359900850601",
        "6222020200112345678",
    ],
)
def test_what_is_no_identity_number_is_let_pass(text: str) -> None:
    assert find_identity_numbers(text) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("13800138000", "13800138000"),
        ("电话138 0013 8000。", "138 0013 8000"),
        ("手机：１３８００１３８０００", "１３８００１３８０００"),
        ("+86 138-0013-8000", "+86 138-0013-8000"),
        ("0086 13800138000", "0086 13800138000"),
        ("8613800138000", "8613800138000"),
    ],
)
def test_a_mobile_number_is_found(text: str, found: str) -> None:
    (span,) = find_phone_numbers(text)
    assert (text[span.start : span.end], span.kind) == (found, SpanKind.MOBILE)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0591-87654321", "0591-87654321"),
        ("拨打(010) 6505 1234", "(010) 6505 1234"),
        ("（0591）8765432", "（0591）8765432"),
    ],
)
def test_a_landline_number_is_found(text: str, found: str) -> None:
    (span,) = find_phone_numbers(text)
    assert (text[span.start : span.end], span.kind) == (found, SpanKind.LANDLINE)


@pytest.mark.parametrize(
    "text", ["", "12800138000", "138001380001", "X13800138000", "059187654321", "2026-04-01", "35990019900101001X"]
)
def test_what_is_no_telephone_number_is_let_pass(text: str) -> None:
    assert find_phone_numbers(text) == ()


@given(st.text("0123456789X- ", max_size=400))
def test_places_lie_in_the_text_in_order(text: str) -> None:
    for spans in (find_identity_numbers(text), find_phone_numbers(text)):
        assert list(spans) == sorted(spans)
        assert all(0 <= span.start < span.end <= len(text) for span in spans)
