"""The public pages are there for anyone, in three languages, with everything that every page has."""

import re
from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

PAGES = ["home", "about", "never", "catalogue", "rules", "check", "keys", "ledger", "help", "accessibility"]
WITHOUT_PACK_TEXTS = ["about", "never", "check", "keys", "ledger", "help", "accessibility"]
LANGUAGES = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}
# Statutory terms stand beside their English once.
TERMS = {"个人公共信用信息", "异议", "信用修复", "授权"}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_page_day")]


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    code: str = request.param
    return code


def page_of(client: Client, name: str, language: str = "zh-hans") -> str:
    client.cookies["chengxin_language"] = language
    response = client.get(reverse(f"public:{name}"))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_what_every_page_has(client: Client, name: str, language: str) -> None:
    page = page_of(client, name, language)
    assert f'<html lang="{LANGUAGES[language]}"' in page
    assert page.count("<h1") == 1
    assert 'href="#main"' in page
    assert 'class="cx-help"' in page
    assert "UTC+8" in page
    for code in LANGUAGES:
        link = f"{reverse(f'public:{name}')}?lang={code}"
        assert (link in page) == (code != language)
    identifiers = Counter(re.findall(r'\sid="([^"]+)"', page))
    assert [name for name, count in identifiers.items() if count > 1] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_demonstration_says_so_on_every_page(client: Client, name: str, settings: Settings) -> None:
    settings.DEMONSTRATION = True
    assert "演示数据，均为虚构" in page_of(client, name)
    settings.DEMONSTRATION = False
    assert "演示数据，均为虚构" not in page_of(client, name)


@pytest.mark.parametrize("name", WITHOUT_PACK_TEXTS)
def test_an_english_page_is_english(client: Client, name: str) -> None:
    page = page_of(client, name, "en")
    main = page[page.index("<main") : page.index("</main>")]
    assert set(re.findall("[\u3400-\u9fff]+", main)) <= TERMS


def test_a_traditional_page_is_traditional(client: Client) -> None:
    page = page_of(client, "about", "zh-hant")
    assert "這是什麼" in page
    assert "这" not in page[page.index("<main") : page.index("</main>")]


def test_the_ten_promises_are_all_made(client: Client) -> None:
    page = page_of(client, "never")
    assert page.count("<h2>") == 10


def test_before_the_first_edition_the_pages_say_that_nothing_may_be_collected(client: Client) -> None:
    assert "什么也不能收集" in page_of(client, "catalogue")
    assert "什么也不能收集" in page_of(client, "home")
    assert "目录还没有发布" in page_of(client, "rules")


def test_an_address_that_is_nowhere_is_explained(client: Client) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "找不到这一页" in response.content.decode()


def test_pages_only_read(client: Client) -> None:
    assert client.post(reverse("public:home")).status_code == 405


def test_no_page_is_framed_or_scripted_from_elsewhere(client: Client) -> None:
    response = client.get(reverse("public:home"))
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
