"""Who acts: tokens are issued to clients by their secret alone, and only valid ones of suppliers open anything."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from oauth2_provider.models import AccessToken

from chengxin.accounts.models import ApiClient
from chengxin.authority.actors import Role
from factories import intake as given
from factories.api import FORM, Caller, OpenCaller, fetch_token

pytestmark = pytest.mark.django_db


def code_of(answer: Any) -> tuple[int, str]:  # noqa: ANN401 -- the test client adds to its type
    return answer.status_code, answer.json()["code"]


def test_a_client_gets_a_token_by_its_secret(supplier: Caller) -> None:
    assert supplier.credentials is not None
    issued = fetch_token(Client(), supplier.credentials).json()
    assert (issued["token_type"], issued["expires_in"], issued["scope"]) == ("Bearer", 600, "intake")
    assert "refresh_token" not in issued
    assert supplier.get("/batches").status_code == 200


def test_a_wrong_secret_gets_nothing(supplier: Caller) -> None:
    assert supplier.credentials is not None
    wrong = type(supplier.credentials)(client_id=supplier.credentials.client_id, client_secret="x" * 40)
    assert fetch_token(Client(), wrong).status_code == 401


@pytest.mark.parametrize("grant", ["password", "authorization_code", "refresh_token", "", "client_credentials\x00"])
def test_no_other_grant_is_known(supplier: Caller, grant: str) -> None:
    assert supplier.credentials is not None
    answer = fetch_token(Client(), supplier.credentials, grant_type=grant)
    assert answer.status_code == 400
    assert answer.json()["error"] in {"unsupported_grant_type", "invalid_request"}


@pytest.mark.parametrize("sent", ["Basic %%%", "Basic AA==", "Digest x", "Basic eDp5"])
@pytest.mark.usefixtures("province")
def test_broken_credentials_are_an_answer_and_not_a_fault(sent: str) -> None:
    answer = Client().post(
        "/api/v1/token", "grant_type=client_credentials", content_type=FORM, headers={"Authorization": sent}
    )
    assert answer.status_code in {400, 401}


def test_another_scope_is_not_given(supplier: Caller) -> None:
    assert supplier.credentials is not None
    assert fetch_token(Client(), supplier.credentials, scope="everything").status_code == 400


@pytest.mark.parametrize("token", ["wrong", "a b", "é", "x" * 600])
@pytest.mark.usefixtures("province")
def test_a_wrong_token_opens_nothing(token: str) -> None:
    answer = Caller(Client(), token).get("/batches")
    assert code_of(answer) == (401, "TOKEN_INVALID")
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


@pytest.mark.usefixtures("province")
def test_without_a_token_nothing_but_the_catalogue_is_open(anyone: Caller) -> None:
    answer = anyone.get("/batches")
    assert code_of(answer) == (401, "NOT_AUTHENTICATED")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert anyone.get("/catalogue").status_code == 200


def test_an_expired_token_opens_nothing(supplier: Caller) -> None:
    for token in AccessToken.objects.all():
        AccessToken.objects.filter(pk=token.pk).update(expires=token.expires - timedelta(days=1))
    assert code_of(supplier.get("/batches")) == (401, "TOKEN_INVALID")


def test_a_token_of_a_closed_client_opens_nothing(supplier: Caller) -> None:
    ApiClient.objects.update(closed_at=given.NOW)
    assert code_of(supplier.get("/batches")) == (401, "TOKEN_INVALID")


def test_a_token_without_the_scope_opens_nothing(supplier: Caller) -> None:
    AccessToken.objects.update(scope="")
    assert code_of(supplier.get("/batches")) == (403, "SCOPE_MISSING")


def test_a_client_that_is_no_supplier_opens_nothing(open_caller: OpenCaller) -> None:
    assert code_of(open_caller(Role.OFFICE_REVIEWER).get("/batches")) == (403, "NOT_A_SUPPLIER")
    assert open_caller(Role.SUPPLIER_SECOND).get("/batches").status_code == 200
