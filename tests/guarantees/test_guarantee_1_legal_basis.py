"""Guarantee 1: nothing without a legal basis, and never a prohibited category, wherever in the text it hides."""

import random

import pytest

from chengxin.catalogue import lookups as catalogue
from chengxin.checking import rules as checks
from chengxin.intake.states import BatchState
from factories import intake as given
from guarantees.conftest import FileOf

FILL = "销售不合格产品已责令改正并复查通过"


def texts_with_prohibited_words() -> list[str]:
    """Return one text for each word of each category, the word at a place of chance."""
    chance = random.Random(1)
    words = [
        word for category in catalogue.edition_in_force(given.NOW.date()).prohibited.values() for word in category.words
    ]
    places = [chance.randrange(len(FILL)) for _ in words]
    return [FILL[:place] + word + FILL[place:] for word, place in zip(words, places, strict=True)]


def shown_after_sending(texts: list[str], people: list[int], file_of: FileOf) -> int:
    lines = [given.line(index % len(people), 信息编号=f"P-{index}", 违法事实=text) for index, text in enumerate(texts)]
    given.settle(given.csv_bytes(lines))
    return sum(len(file_of(person).items) for person in people)


def test_no_text_with_a_prohibited_word_becomes_an_item(people: list[int], file_of: FileOf) -> None:
    assert shown_after_sending(texts_with_prohibited_words(), people, file_of) == 0


@pytest.mark.usefixtures("statements_anew")
def test_without_the_screen_they_would(people: list[int], file_of: FileOf, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = texts_with_prohibited_words()
    monkeypatch.setattr(checks, "screen_of", lambda *_args, **_named: "[^\\s\\S]")
    assert shown_after_sending(texts, people, file_of) > 0


def test_without_a_mandate_nothing_is_taken(people: list[int]) -> None:
    with pytest.raises(Exception, match="NOT_MANDATED"):
        given.settle(given.csv_bytes([given.line(0)]), item_code="MARKET.SERIOUS-LIST")


@pytest.mark.parametrize("header", ["指纹", "血型", "宗教信仰", "病史", "基因"])
def test_a_column_of_a_prohibited_category_refuses_the_file(people: list[int], header: str) -> None:
    settled = given.settle(given.csv_bytes([given.line(0) | {header: "x"}]))
    assert (settled.state, settled.refusal_code) == (BatchState.REFUSED, "PROHIBITED_COLUMN")
