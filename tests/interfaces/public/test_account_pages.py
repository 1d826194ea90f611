"""Signing in looks and speaks like the rest: our pages, not the library's, in three languages."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "用户名"), ("zh-hant", "用戶名"), ("en", "User name")])
def test_the_sign_in_page_is_ours(client: Client, language: str, word: str) -> None:
    client.cookies["chengxin_language"] = language
    page = client.get("/account/login/").content.decode()
    assert word in page
    assert "cx-header" in page
    assert page.count("<h1") == 1


def test_a_wrong_password_is_explained_without_saying_which_part_was_wrong(client: Client) -> None:
    page = client.post("/account/login/", {"login": "nobody", "password": "not this one"}).content.decode()
    assert "govuk-error-summary" in page
    assert 'value="nobody"' in page
    assert "not this one" not in page


def test_nobody_registers_on_line(client: Client) -> None:
    page = client.get("/account/signup/").content.decode()
    assert "网上不能注册" in page


def test_account_settings_ask_for_signing_in(client: Client) -> None:
    for path in ("/account/2fa/", "/account/sessions/", "/account/password/change/"):
        response = client.get(path)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/account/login/")


def test_no_page_leads_to_a_message_that_never_arrives(client: Client) -> None:
    page = client.get("/account/password/reset/").content.decode()
    assert "服务窗口" in page
    assert "<form" not in page[page.index("<main") :]
    assert client.post("/account/password/reset/", {"email": "somebody@example.org"}).status_code == 405
    for path in ("/account/email/", "/account/confirm-email/", "/account/password/reset/done/"):
        assert client.get(path).status_code == 404
