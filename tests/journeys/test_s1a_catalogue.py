"""S1a, read side, R4a, R4b: the catalogue can be browsed and searched; each item says its basis, clocks and fields."""

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.catalogue import lookups as catalogue
from factories import intake as given
from journeys.conftest import Journey, text_of

pytestmark = pytest.mark.usefixtures("province")


def test_anybody_finds_an_item_by_word_and_reads_its_basis_and_clocks(journey: Journey) -> None:
    found = text_of(Client().get(reverse("public:catalogue"), {"q": "市场监管行政处罚"}).content.decode())
    assert "市场监管行政处罚" in found
    item = text_of(Client().get(reverse("public:item_type", args=[given.ITEM])).content.decode())
    assert "行政处罚法" in item
    assert "第四十八条" in item
    assert "违法事实" in item


def test_every_item_has_a_page_with_its_basis_and_whether_it_was_verified(journey: Journey) -> None:
    edition = catalogue.edition_in_force(given.NOW.date())
    assert len(edition.item_types) >= 80
    client = Client()
    for code, item in list(edition.item_types.items())[::12]:
        page = text_of(client.get(reverse("public:item_type", args=[code])).content.decode())
        assert item.name_zh in page
        assert edition.bases[item.basis].title in page
