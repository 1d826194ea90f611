"""P2a: nothing without a legal basis, and nothing of what may never be collected, in free text either."""

import pytest
from django.urls import reverse

from factories import intake as given
from journeys.conftest import Journey, text_of


@pytest.mark.parametrize(
    "facts",
    ["当事人信奉基督教，屡次违法。", "当事人患有艾滋病。", "依照治安管理处罚法处以行政拘留五日。", "其血型为O型。"],
)
def test_prohibited_and_sealed_words_in_free_text_refuse_the_line(
    journey: Journey, province: list[int], facts: str
) -> None:
    sent = journey.send([given.line(0, 违法事实=facts), given.line(1)])
    assert "市场监管行政处罚" not in journey.file_of(province[0])
    assert "市场监管行政处罚" in journey.file_of(province[1])
    assert facts not in sent.page  # the refused words are not repeated to anybody


def test_a_document_from_before_the_basis_was_in_force_is_refused(journey: Journey, province: list[int]) -> None:
    journey.send([given.line(0, 发生日期="2021-05-01", 文书日期="2021-06-01", 失信程度="严重")])
    assert "市场监管行政处罚" not in journey.file_of(province[0])


def test_an_item_without_a_mandate_cannot_be_chosen(journey: Journey) -> None:
    page = text_of(journey.sign_in("sender").get(reverse("organisation:upload")).content.decode())
    assert "市场监管行政处罚" in page
    assert "失信被执行人" not in page


def test_nobody_adverse_without_a_role_that_the_item_names(journey: Journey) -> None:
    from chengxin.persons import operations as persons

    persons.annul_coverages(actor=given.SYSTEM, now=given.NOW, posting_id=0)
    sent = journey.send([given.line(0)])
    assert sent.result.count("闽市监罚") == 1
    assert "1" in sent.page
    assert "涵盖" in sent.page or "身份" in sent.page or "角色" in sent.page
