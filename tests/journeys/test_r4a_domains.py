"""R4a: the sixteen domains of the plan each have item types that can be collected, with competent body and clocks."""

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.catalogue import lookups as catalogue
from factories import intake as given
from journeys.conftest import text_of

pytestmark = pytest.mark.usefixtures("province")


def test_each_domain_of_the_plan_has_items_shown_in_the_catalogue() -> None:
    edition = catalogue.edition_in_force(given.NOW.date())
    domains = [domain for domain in edition.domains.values() if domain.in_plan]
    assert len(domains) == 16
    for domain in domains:
        items = [item for item in edition.item_types.values() if item.domain == domain.code]
        assert items, domain.name_zh
        assert all(item.clocks and item.competent_bodies for item in items)
    page = text_of(Client().get(reverse("public:catalogue")).content.decode())
    assert all(domain.name_zh in page for domain in domains)
