"""Anyone can browse and search the catalogue, read an item type's data dictionary, and take its schema and template."""

import io
import json
from datetime import datetime

import jsonschema
import openpyxl
import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.catalogue import lookups
from chengxin.catalogue import operations as catalogue
from chengxin.catalogue.rules import Edition, ItemKind, ItemType, columns_of, required_columns_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_page_day")]


@pytest.fixture
def edition(now: datetime) -> Edition:
    """Issue the demonstration's catalogue."""
    officer = Actor(kind=ActorKind.SYSTEM, key="system:test", roles=frozenset({Role.OFFICE_CATALOGUE, Role.OPERATOR}))
    issued = catalogue.issue_edition(pack=site.PACKS / "demo", actor=officer, now=now)
    return lookups.edition(issued.code)


@pytest.fixture
def adverse(edition: Edition) -> ItemType:
    return next(item for item in edition.item_types.values() if item.kind is ItemKind.ADVERSE)


def test_every_item_type_is_listed_under_its_domain(client: Client, edition: Edition) -> None:
    page = client.get(reverse("public:catalogue")).content.decode()
    for item in edition.item_types.values():
        assert reverse("public:item_type", args=[item.code]) in page


def test_words_are_found_in_either_script(client: Client, adverse: ItemType) -> None:
    for language in ("zh-hans", "zh-hant", "en"):
        client.cookies["chengxin_language"] = language
        page = client.get(reverse("public:catalogue"), {"q": adverse.name_zh}).content.decode()
        assert reverse("public:item_type", args=[adverse.code]) in page


def test_a_kind_narrows_the_list(client: Client, edition: Edition, adverse: ItemType) -> None:
    page = client.get(reverse("public:catalogue"), {"kind": "COMMENDATION"}).content.decode()
    assert reverse("public:item_type", args=[adverse.code]) not in page
    assert any(
        reverse("public:item_type", args=[item.code]) in page
        for item in edition.item_types.values()
        if item.kind is ItemKind.COMMENDATION
    )


@pytest.mark.usefixtures("edition")
def test_a_search_without_a_result_says_how_to_go_on(client: Client) -> None:
    page = client.get(reverse("public:catalogue"), {"q": "没有这样的东西"}).content.decode()
    assert "没有符合这些条件的结果" in page
    assert f'href="{reverse("public:catalogue")}"' in page


@pytest.mark.usefixtures("edition")
def test_a_filter_that_does_not_exist_is_an_error_at_its_field(client: Client) -> None:
    response = client.get(reverse("public:catalogue"), {"kind": "<b>"})
    assert response.status_code == 200
    assert 'href="#id_kind"' in response.content.decode()
    assert "<b>" not in response.content.decode()


def test_an_item_type_shows_basis_clocks_and_every_column(client: Client, edition: Edition, adverse: ItemType) -> None:
    page = client.get(reverse("public:item_type", args=[adverse.code])).content.decode()
    assert edition.bases[adverse.basis].title in page
    for severity in adverse.severities:
        assert edition.severities[severity].name_zh in page
    for column in columns_of(adverse):
        assert column.code in page


@pytest.mark.usefixtures("edition")
def test_an_item_type_that_is_not_in_the_catalogue_is_not_found(client: Client) -> None:
    for name in ("item_type", "item_schema", "item_template"):
        assert client.get(reverse(f"public:{name}", args=["NOT.THERE"])).status_code == 404


def test_the_schema_accepts_what_the_dictionary_shows(client: Client, adverse: ItemType) -> None:
    response = client.get(reverse("public:item_schema", args=[adverse.code]))
    schema = json.loads(response.content)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["required"] == [column.code for column in required_columns_of(adverse)]
    assert f"{adverse.code}.schema.json" in response.headers["Content-Disposition"]


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_the_template_has_headers_that_intake_reads(client: Client, adverse: ItemType, language: str) -> None:
    client.cookies["chengxin_language"] = language
    response = client.get(reverse("public:item_template", args=[adverse.code]))
    book = openpyxl.load_workbook(io.BytesIO(response.content), read_only=True)
    headers = next(book.worksheets[0].iter_rows(max_row=1, values_only=True))
    readable = {name for column in columns_of(adverse) for name in (column.code, column.header_zh, column.header_en)}
    assert set(headers) <= readable
    assert len(headers) == len(columns_of(adverse))


def test_the_rules_in_force_show_bases_and_what_is_never_collected(client: Client, edition: Edition) -> None:
    page = client.get(reverse("public:rules")).content.decode()
    for category in edition.prohibited.values():
        assert category.name_zh in page
    assert edition.code in page
    assert edition.digest in page
