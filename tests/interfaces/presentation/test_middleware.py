"""Around every page: the language switch, the protective headers, the page for a refusal."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation

from chengxin.authority.decisions import LegalBasis, Refused
from chengxin.portals.presentation.middleware import HeadersMiddleware, LanguageMiddleware, RefusalMiddleware


def say_language(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{translation.get_language()} {request.path}")


@pytest.fixture
def requests() -> RequestFactory:
    return RequestFactory()


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_the_switch_keeps_the_page_and_its_query(requests: RequestFactory, language: str) -> None:
    response = LanguageMiddleware(say_language)(requests.get("/catalogue/", {"q": "教师", "lang": language}))
    assert response.status_code == 302
    assert response.headers["Location"] == "/catalogue/?q=%E6%95%99%E5%B8%88"
    assert response.cookies["chengxin_language"].value == language
    assert response.cookies["chengxin_language"]["httponly"]


def test_the_switch_never_leads_to_another_site(requests: RequestFactory) -> None:
    request = requests.get("/", {"lang": "en"})
    request.path = "//example.org/"
    assert LanguageMiddleware(say_language)(request).headers["Location"] == "/example.org/"


def test_a_form_that_is_sent_is_not_redirected(requests: RequestFactory) -> None:
    assert LanguageMiddleware(say_language)(requests.post("/x/?lang=en")).status_code == 200


def test_an_unknown_language_is_ignored(requests: RequestFactory) -> None:
    response = LanguageMiddleware(say_language)(requests.get("/", {"lang": "xx"}))
    assert response.status_code == 200
    assert response.headers["Content-Language"] == "zh-Hans"


def test_the_cookie_outweighs_the_browser(requests: RequestFactory) -> None:
    request = requests.get("/", headers={"accept-language": "en"})
    assert LanguageMiddleware(say_language)(request).headers["Content-Language"] == "en"
    request.COOKIES["chengxin_language"] = "zh-hant"
    assert LanguageMiddleware(say_language)(request).headers["Content-Language"] == "zh-Hant"


def test_the_language_does_not_outlive_the_request(requests: RequestFactory) -> None:
    before = translation.get_language()
    request = requests.get("/")
    request.COOKIES["chengxin_language"] = "en"
    LanguageMiddleware(say_language)(request)
    assert translation.get_language() == before


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere(requests: RequestFactory) -> None:
    policy = HeadersMiddleware(say_language)(requests.get("/")).headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "default-src 'none'" in policy


def test_a_refusal_becomes_a_page_with_code_and_basis(requests: RequestFactory) -> None:
    basis = LegalBasis(code="X", title="中华人民共和国行政处罚法", article="第九条", verified=False)
    refused = Refused("SECOND_OFFICER_NEEDED", basis)
    response = RefusalMiddleware(say_language).process_exception(requests.get("/office/"), refused)
    assert response is not None
    assert response.status_code == 403
    page = response.content.decode()
    assert "SECOND_OFFICER_NEEDED" in page
    assert "第九条" in page
    assert "尚未核对原文" in page


def test_an_unknown_code_still_gets_a_sentence(requests: RequestFactory) -> None:
    response = RefusalMiddleware(say_language).process_exception(requests.get("/"), Refused("NEVER_HEARD_OF"))
    assert response is not None
    assert "这件事现在不能办理" in response.content.decode()


def test_a_fault_stays_a_fault(requests: RequestFactory) -> None:
    assert RefusalMiddleware(say_language).process_exception(requests.get("/"), RuntimeError("x")) is None


def test_the_api_has_its_own_form_of_a_refusal(requests: RequestFactory) -> None:
    assert RefusalMiddleware(say_language).process_exception(requests.get("/api/v1/x"), Refused("X")) is None
