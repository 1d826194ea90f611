"""In a real browser the public pages pass axe at both widths, fit a phone, and do nothing that their policy forbids."""

from datetime import datetime

import pytest
from django.conf import settings as site
from playwright.sync_api import Browser

from browsing import wrong_with
from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.catalogue import operations as catalogue

PATHS = [
    "/",
    "/about/",
    "/never/",
    "/catalogue/",
    "/rules/",
    "/check/",
    "/verify/",
    "/verify/offline/",
    "/keys/",
    "/ledger/",
    "/verify/",
    "/help/",
    "/accessibility/",
    "/account/login/",
    "/nowhere/",
]

pytestmark = pytest.mark.browser


@pytest.fixture
def catalogue_address(site_address: str, now: datetime) -> str:
    """Serve the site with the demonstration's catalogue."""
    officer = Actor(kind=ActorKind.SYSTEM, key="system:test", roles=frozenset({Role.OFFICE_CATALOGUE, Role.OPERATOR}))
    catalogue.issue_edition(pack=site.PACKS / "demo", actor=officer, now=now)
    return site_address


# Colours do not depend on the language: one is enough in the dark.
@pytest.mark.parametrize(
    ("language", "scheme"), [("zh-hans", "light"), ("zh-hant", "light"), ("en", "light"), ("zh-hans", "dark")]
)
@pytest.mark.usefixtures("_page_day")
def test_pages_are_accessible_and_fit(
    browser: Browser, catalogue_address: str, axe: str, language: str, scheme: str
) -> None:
    wrong: list[str] = []
    for width in (390, 1280):
        # Axe is brought in from outside, which the policy of the page rightly forbids.
        context = browser.new_context(
            viewport={"width": width, "height": 844},
            color_scheme="dark" if scheme == "dark" else "light",
            bypass_csp=True,
        )
        context.add_cookies([{"name": "chengxin_language", "value": language, "url": catalogue_address}])
        for path in PATHS:
            page = context.new_page()
            page.goto(catalogue_address + path)
            wrong.extend(f"{path} at {width}: {found}" for found in wrong_with(page, axe))
            page.close()
        context.close()
    assert wrong == []


@pytest.mark.usefixtures("_page_day")
def test_pages_use_nothing_that_their_policy_forbids(browser: Browser, catalogue_address: str) -> None:
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in PATHS[:-1]:
        page.goto(catalogue_address + path)
    page.close()
    assert said == []


@pytest.mark.usefixtures("_page_day")
def test_the_language_switch_keeps_the_page_without_scripts(browser: Browser, catalogue_address: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{catalogue_address}/catalogue/?kind=ADVERSE")
    page.click(".cx-languages a[hreflang=en]")
    assert page.url == f"{catalogue_address}/catalogue/?kind=ADVERSE"
    assert page.inner_text("h1") == "Catalogue"
    context.close()


@pytest.mark.usefixtures("_page_day")
def test_the_keys_are_read_on_a_small_telephone_and_stay_a_table(browser: Browser, catalogue_address: str) -> None:
    page = browser.new_page(locale="zh-CN", viewport={"width": 360, "height": 780})
    page.goto(f"{catalogue_address}/keys/")
    frame = page.locator(".cx-table-frame")
    assert frame.evaluate("frame => frame.scrollWidth <= frame.clientWidth")
    assert frame.get_by_role("table").count() == 1
    assert frame.get_by_role("columnheader").all_inner_texts() == ["签什么", "从什么时候起", "最晚到", "现在怎样"]
    assert frame.get_by_role("rowheader").count() == 4
    page.close()
