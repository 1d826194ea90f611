"""In a real browser: the check page by file and by a picture of the code, and the person's pages about what leaves."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django import Settings

from browsing import wrong_with
from chengxin.keys import published
from chengxin.ledger import operations as ledger
from chengxin.reports.layout.rendering import code_of
from factories import inquiries as asking
from factories import intake as given
from factories.portals import citizen

pytestmark = pytest.mark.browser

VIEWS = [(language, width) for language in ("zh-hans", "zh-hant", "en") for width in (390, 1280)]
TITLES = {
    "zh-hans": ("报告有效", "被改动过", "不是本平台的信用报告"),
    "zh-hant": ("報告有效", "被改動過", "不是本平臺的信用報告"),
    "en": ("Valid", "Altered", "Not a credit report of this platform"),
}


@pytest.fixture
def person(site_address: str, settings: Settings) -> Client:
    """Give somebody about whom there is something, signed in on the served site."""
    settings.CHENGXIN_TODAY = given.NOW.date()
    cache.clear()
    given.edition()
    given.supplier()
    (first, _) = given.people(2)
    asking.organisation()
    asking.items_about(2)
    ledger.integrate(now=given.NOW)
    return citizen(first)


def issued(client: Client) -> tuple[str, bytes]:
    """Return number and file of a new report, made in a thread: signing wants an event loop, the browser's runs here."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(_issued, client).result()


def _issued(client: Client) -> tuple[str, bytes]:
    answer = client.post(reverse("citizen:report_issue"), {"language": "ZH_HANS", "extent": "WHOLE"})
    number = answer["Location"].split("?")[0].rstrip("/").rpartition("/")[2]
    contents = client.get(reverse("citizen:report_file", args=[number])).content
    connections.close_all()
    return number, contents


@contextmanager
def opened(browser: Browser, address: str, language: str, width: int, session: str = "") -> Iterator[Page]:
    # Axe is brought in from outside, which the policy of the page rightly forbids.
    context = browser.new_context(viewport={"width": width, "height": 844}, bypass_csp=True)
    for cookie, value in (("chengxin_language", language), ("sessionid", session)):
        context.add_cookies([{"name": cookie, "value": value, "url": address}])
    yield context.new_page()
    context.close()


def test_the_check_page_tells_of_a_file_whether_it_is_valid_altered_or_from_elsewhere(
    browser: Browser, site_address: str, axe: str, person: Client
) -> None:
    _, pdf = issued(person)
    altered = pdf[: len(pdf) // 2] + bytes([pdf[len(pdf) // 2] ^ 1]) + pdf[len(pdf) // 2 + 1 :]
    wrong: list[str] = []
    for language, width in VIEWS[::3] + VIEWS[4:5]:
        with opened(browser, site_address, language, width) as page:
            for contents, title in zip((pdf, altered, b"%PDF-1.7\n%%EOF\n"), TITLES[language], strict=True):
                page.goto(site_address + reverse("public:verify"))
                page.set_input_files("[name=file]", {"name": "x.pdf", "mimeType": "", "buffer": contents})
                page.click("form[method=post] button[type=submit]")
                assert page.inner_text(".cx-confirmation__title") == title, (language, width)
            wrong.extend(f"{language} {width}: {found}" for found in wrong_with(page, axe))
    assert wrong == []


def photograph(browser: Browser, address: str) -> bytes:
    """Return a picture of a printed code as a hand would take it: askew, from the side, on a table, not quite sharp."""
    page = browser.new_page(viewport={"width": 900, "height": 1200})
    page.set_content(
        "<body style='background:#8a7d6b;margin:0'><div style='margin:240px 160px;width:420px;padding:60px;"
        "background:#f3efe6;filter:blur(0.6px);transform:perspective(1400px) rotateX(14deg) rotateZ(9deg)'>"
        f"<style>svg {{ zoom: 7 }}</style>{code_of(address)}<p>报告编号</p></div></body>"
    )
    taken = page.screenshot(type="jpeg", quality=70)
    page.close()
    return taken


def test_a_picture_of_the_code_leads_to_the_report_and_one_of_another_code_nowhere(
    browser: Browser, site_address: str, person: Client
) -> None:
    number, _ = issued(person)
    path = reverse("public:verify_number", args=[number])
    page = browser.new_page(locale="zh-CN")
    sent: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    page.on("console", lambda message: said.append(message.text))
    page.goto(site_address + reverse("public:verify"))
    assert page.get_attribute("#scan", "capture") == "environment"

    def shown(name: str, picture: bytes) -> None:
        page.set_input_files("#scan", {"name": name, "mimeType": "image/jpeg", "buffer": picture})

    for contents, words in (
        (photograph(browser, f"https://elsewhere.invalid{path}"), "不是本平台报告上的二维码"),
        (photograph(browser, f"{published.key_document().issuer}/account/login/"), "不是本平台报告上的二维码"),
        (photograph(browser, "javascript:alert(1)"), "不是本平台报告上的二维码"),
        (b"no picture", "没有找到二维码"),
    ):
        shown("x.jpg", contents)
        page.wait_for_selector(f"[data-cx-scan-status]:has-text('{words}')")
        assert page.url == site_address + reverse("public:verify")
    before = len(sent)
    shown("taken.jpg", photograph(browser, f"{published.key_document().issuer}{path}"))
    page.wait_for_url(site_address + path)
    assert page.inner_text(".cx-confirmation__title") == "报告有效"
    assert sent[before] == f"GET {site_address}{path}"
    assert not any(line.startswith("POST") for line in sent)
    assert said == []
    page.close()


def test_a_report_of_the_layout_engine_is_valid_on_the_page_without_a_network(
    browser: Browser, person: Client, tmp_path: Path
) -> None:
    number, pdf = issued(person)
    kept = tmp_path / "kept.html"
    kept.write_bytes(Client().get(reverse("public:offline_file")).content)
    context = browser.new_context()
    context.set_offline(True)
    page = context.new_page()
    page.clock.set_fixed_time(given.NOW)
    page.goto(kept.as_uri())
    page.set_input_files("#file", {"name": "report.pdf", "mimeType": "", "buffer": pdf})
    page.wait_for_selector("#outcome:focus")
    assert page.inner_text("#outcome-sentence").startswith(f"有效：报告 {number}，")
    context.close()


@pytest.mark.slow
def test_the_persons_pages_of_reports_and_of_the_archive_are_accessible_and_fit(
    browser: Browser, site_address: str, axe: str, person: Client
) -> None:
    number, _ = issued(person)
    session = person.cookies["sessionid"].value
    paths = [
        reverse("citizen:reports"),
        reverse("citizen:report", args=[number]),
        reverse("citizen:report_withdraw", args=[number]),
        reverse("citizen:takeaway"),
    ]
    wrong: list[str] = []
    for language, width in VIEWS:
        with opened(browser, site_address, language, width, session) as page:
            for path in paths:
                answer = page.goto(site_address + path)
                assert answer is not None
                assert answer.status == 200, path
                wrong.extend(f"{path} {language} {width}: {found}" for found in wrong_with(page, axe))
    assert wrong == []
