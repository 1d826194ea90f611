"""In a real browser the pages of requesters and of the office around the gate pass axe at both widths, and fit a phone."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser
from pytest_django import Settings

from browsing import wrong_with
from chengxin.accounts.models import Account
from chengxin.authority.actors import Role
from chengxin.inquiries import lookups as inquiries
from chengxin.organisations import lookups as organisations
from factories import asking
from factories import inquiries as gate
from factories import intake as given
from factories.portals import signed_in

pytestmark = pytest.mark.browser

SUBMIT = "main form button[type=submit]"
VIEWS = (("zh-hans", 390), ("zh-hant", 1280), ("en", 390), ("en", 1280))


def addresses() -> dict[str, list[str]]:
    """Return what each visitor opens: lists, forms, and one of everything that was furnished."""
    inquiry = inquiries.list_inquiries(organisation_code=gate.BANK)
    (batch,) = inquiries.list_inquiry_batches(organisation_code=gate.BANK)
    (suspension,) = organisations.list_suspensions()
    (task,) = inquiries.list_tasks()
    (concern,) = inquiries.list_concerns()
    of_bank = [gate.BANK]
    return {
        "requester": [
            *(reverse(f"organisation:{name}") for name in ("asking", "ask", "identity", "requests", "request_new")),
            *(reverse(f"organisation:{name}") for name in ("authorisations", "inquiries", "inquiry_batches")),
            *(f"{reverse(f'organisation:{name}')}?purpose=LENDING" for name in ("ask", "request_new")),
            *(reverse("organisation:inquiry", args=[line.reference]) for line in inquiry[:3]),
            reverse("organisation:inquiry_batch_new"),
            reverse("organisation:inquiry_batch", args=[batch.reference]),
        ],
        "catalogue": [
            *(reverse(f"office:{name}") for name in ("requesters", "requester_new", "quotas", "quota_new", "tasks")),
            *(reverse(f"office:{name}", args=of_bank) for name in ("requester", "mandate_new", "licence_new")),
            reverse("office:mandate_end", args=[gate.BANK, "LENDING"]),
            reverse("office:task", args=[task.task_id]),
        ],
        "reviewer": [
            *(reverse(f"office:{name}") for name in ("home", "concerns", "reviews", "review_counts")),
            *(reverse(f"office:{name}") for name in ("suspensions", "suspension_new")),
            reverse("office:suspension", args=[suspension.suspension_id]),
            reverse("office:concern", args=[concern.reference]),
            *(reverse("office:review", args=[line.review_id]) for line in inquiries.list_reviews()[:1]),
        ],
        "clerk": [reverse("office:paper")],
    }


def visitors() -> dict[str, Client]:
    requester = Client()
    requester.force_login(Account.objects.get(username="requester"))
    return {
        "requester": requester,
        "catalogue": signed_in(Role.OFFICE_CATALOGUE),
        "reviewer": signed_in(Role.OFFICE_REVIEWER),
        "clerk": signed_in(Role.OFFICE_CLERK),
    }


def test_pages_around_the_gate_are_accessible_and_fit(
    browser: Browser, site_address: str, axe: str, settings: Settings
) -> None:
    settings.CHENGXIN_TODAY = given.NOW.date()
    given.edition()
    given.supplier()
    asking.furnish_gate(given.people(2))
    sessions = {name: client.cookies["sessionid"].value for name, client in visitors().items()}
    opened = addresses()
    wrong: list[str] = []
    for language, width in VIEWS:
        for name, paths in opened.items():
            context = browser.new_context(viewport={"width": width, "height": 844}, bypass_csp=True)
            for cookie, value in (("chengxin_language", language), ("sessionid", sessions[name])):
                context.add_cookies([{"name": cookie, "value": value, "url": site_address}])
            page = context.new_page()
            for path in paths:
                answer = page.goto(f"{site_address}{path}")
                assert answer is not None
                assert answer.status == 200, path
                wrong.extend(f"{path} {language} {width}: {found}" for found in wrong_with(page, axe))
            context.close()
    assert wrong == []


def test_a_person_at_the_counter_goes_from_the_number_to_the_recorded_paper(
    browser: Browser, site_address: str, axe: str, settings: Settings
) -> None:
    settings.CHENGXIN_TODAY = given.NOW.date()
    given.edition()
    given.supplier()
    gate.organisation()
    given.people(1)
    session = signed_in(Role.OFFICE_CLERK).cookies["sessionid"].value
    context = browser.new_context(viewport={"width": 390, "height": 844}, bypass_csp=True)
    for cookie, value in (("chengxin_language", "zh-hans"), ("sessionid", session)):
        context.add_cookies([{"name": cookie, "value": value, "url": site_address}])
    page = context.new_page()
    page.goto(f"{site_address}{reverse('office:paper')}")
    page.fill("[name=number]", given.number(0))
    page.fill("[name=case_number]", "CK-1")
    wrong: list[str] = []
    page.click(SUBMIT)
    wrong += wrong_with(page, axe)
    page.click(f"{SUBMIT} >> text=登记纸质授权")
    page.select_option("[name=target]", f"{gate.BANK} LENDING")
    wrong += wrong_with(page, axe)
    page.click(SUBMIT)
    page.check(f"[name=items][value='{given.ITEM}']")
    for name, value in {"looks": "1", "days": "10", "case_number": gate.CASE}.items():
        page.fill(f"[name={name}]", value)
    wrong += wrong_with(page, axe)
    page.click(SUBMIT)
    page.set_input_files("[name=scan]", {"name": "scan.pdf", "mimeType": "", "buffer": b"%PDF-1.7 signed"})
    wrong += wrong_with(page, axe)
    page.click(SUBMIT)
    assert "纸质授权已登记" in page.inner_text("main")
    wrong += wrong_with(page, axe)
    context.close()
    assert wrong == []
