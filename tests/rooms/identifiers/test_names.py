import random
import time
import unicodedata

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.identifiers.names import DifferenceKind, explain_difference, fold_many, fold_name

CONVERTER = opencc.OpenCC("t2s")
awkward = st.sampled_from("·•・‧∙⋅. \u3000\u200b\ufe00\n\tÅå\u030aßŉ張鍾锺薴苧ＡａǰΐᾳK\U0002f800豈")
names = st.text(awkward | st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF) | st.characters(), max_size=12)


def folded_slowly(text: str) -> str:
    """Fold by asking OpenCC for every character, every time."""
    while True:
        folded = ""
        for character in unicodedata.normalize("NFKC", text):
            if character.isspace() or unicodedata.category(character) in ("Cf", "Zs", "Zl", "Zp"):
                continue
            if any(low <= character <= high for low, high in IGNORABLE):
                continue
            letter = "·" if character in "·•・‧∙⋅." else character
            if not "\ud800" <= letter <= "\udfff":
                while CONVERTER.convert(letter) != letter:
                    letter = CONVERTER.convert(letter)
            folded += {"锺": "钟", "馀": "余"}.get(letter, letter).upper()
        if unicodedata.normalize("NFKC", folded) == folded:
            return folded
        text = folded


IGNORABLE = [
    ("\u034f", "\u034f"),
    ("\u115f", "\u1160"),
    ("\u17b4", "\u17b5"),
    ("\u180b", "\u180f"),
    ("\u3164", "\u3164"),
    ("\ufe00", "\ufe0f"),
    ("\uffa0", "\uffa0"),
    ("\U000e0000", "\U000e0fff"),
]


@given(names)
def test_folding_equals_the_slow_way(text: str) -> None:
    assert fold_name(text) == folded_slowly(text)


def test_folding_equals_the_slow_way_for_every_character_of_the_first_plane_and_every_ideograph() -> None:
    characters = [chr(point) for point in (*range(0x10000), *range(0x20000, 0x323B0))]
    assert fold_many(characters) == [folded_slowly(character) for character in characters]


@given(st.lists(names))
def test_folding_many_is_folding_each(texts: list[str]) -> None:
    assert fold_many(texts) == [fold_name(text) for text in texts]


def test_folding_many_is_folding_each_across_chunks() -> None:
    texts = ["張三"] * 60_000 + ["李\n四", "", "Ｌｉ"]
    assert fold_many(texts) == ["张三"] * 60_000 + ["李四", "", "LI"]
    assert fold_many([]) == []


@given(names)
def test_a_folded_name_is_its_own_fold(text: str) -> None:
    assert fold_name(fold_name(text)) == fold_name(text)


@given(names, names)
def test_an_explanation_is_symmetric_and_says_what_folding_says(left: str, right: str) -> None:
    there, back = explain_difference(left, right), explain_difference(right, left)
    assert (there.kind, there.kinds) == (back.kind, back.kinds)
    assert there.agrees == (fold_name(left) == fold_name(right))
    assert (there.kind is DifferenceKind.SAME) == (left == right)


@given(names)
def test_a_name_and_its_fold_agree_and_the_reason_is_named(text: str) -> None:
    difference = explain_difference(text, fold_name(text))
    assert difference.agrees
    assert bool(difference.kinds) == (text != fold_name(text))


def test_the_context_of_a_character_does_not_change_its_fold() -> None:
    # A phrase dictionary would leave the first and change the second.
    assert fold_name("乾隆")[0] == fold_name("乾")


@pytest.mark.slow
def test_a_million_names_fold_in_one_and_a_half_seconds_of_one_core() -> None:
    chance = random.Random(1)
    ideographs = [chr(point) for point in range(0x4E00, 0x9FA6)]
    texts = ["".join(chance.choices(ideographs, k=3)) for _ in range(1_000_000)]
    # Text that fills whatever is remembered about characters must not slow down the names after it.
    fold_many([chr(point) for point in range(0x20000, 0x3F000)])
    started = time.process_time()
    fold_many(texts)
    assert time.process_time() - started < 1.5
