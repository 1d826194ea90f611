"""The page of the keys says which are good, and hands out what a verifier needs."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.keys import published
from chengxin.keys.keyring import Keyring
from chengxin.sealing.key_documents import KeyUse, RevocationReason, open_keys
from chengxin.sealing.signed_texts import key_name
from chengxin.sealing.trust import Trust

BEGAN = datetime(2028, 1, 1, tzinfo=UTC)
NOW = datetime(2028, 2, 1, 4, 30, tzinfo=UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_page_day")]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the folder of the keys of a new installation, which is the one of this process meanwhile."""
    monkeypatch.setenv("CHENGXIN_DATA", str(tmp_path))
    ring = Keyring.open(tmp_path / "keys", create=True)
    published.publish_first(ring, issuer="https://credit.example.invalid", name="测试", valid_from=BEGAN, now=BEGAN)
    return tmp_path / "keys"


def page_of(client: Client, language: str = "zh-hans") -> str:
    client.cookies["chengxin_language"] = language
    response = client.get(reverse("public:keys"))
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def test_every_key_is_shown_with_its_period_and_state(client: Client, folder: Path) -> None:
    names = published.names_in_use()
    published.rotate(KeyUse.REPORT, now=NOW)
    published.revoke(names[KeyUse.RECEIPT], since=NOW, reason=RevocationReason.COMPROMISED, now=NOW)
    page = page_of(client)
    for entry in published.key_document().keys:
        assert entry.name in page
    assert page.count("正在用") == 3
    assert "2028年1月1日 08:00" in page
    assert page.count("已换成新的") == 1
    assert "自 2028年2月1日 12:30 起作废：可能落到了别人手里。只有能另外证明在那之前就已经有的文件，才算数。" in page
    assert "第 3 号密钥清单" in page
    assert key_name(published.root_key()) in page
    assert "Void from 1 February 2028 12:30: it may be in other hands. Only files" in page_of(client, "en")


def test_the_files_are_what_a_verifier_needs(client: Client, folder: Path) -> None:
    published.rotate(KeyUse.ARCHIVE, now=NOW)
    trust_file = client.get(reverse("public:trust_file"))
    newest = client.get(reverse("public:keys_newest"))
    first = client.get(reverse("public:keys_numbered", args=[1]))
    trust = Trust.parse(trust_file.content.decode())
    assert trust.keys == open_keys(newest.content.decode(), trust.root) == published.key_document()
    assert open_keys(first.content.decode(), trust.root).digest == published.key_document().previous
    assert newest.headers["Content-Type"] == "application/jose"
    assert json.loads(trust_file.content)["issuer"] == "https://credit.example.invalid"
    for name, response in (("trust.json", trust_file), ("keys.jws", newest), ("keys-1.jws", first)):
        assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert response.headers["Cache-Control"] == "no-cache"
    page = page_of(client)
    for name, given in (("trust_file", ()), ("keys_newest", ()), ("keys_numbered", (1,))):
        assert f'href="{reverse(f"public:{name}", args=given)}"' in page


@pytest.mark.parametrize("number", ["0", "3", "9999999999999999999999"])
def test_a_list_that_is_not_there_is_not_found(client: Client, folder: Path, number: str) -> None:
    assert client.get(f"/keys/{number}.jws").status_code == 404


def test_before_the_first_list_the_page_says_what_will_stand_there(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHENGXIN_DATA", str(tmp_path))
    Keyring.open(tmp_path / "keys", create=True)
    assert "密钥清单还没有公布" in page_of(client)
    for name in ("trust_file", "keys_newest"):
        assert client.get(reverse(f"public:{name}")).status_code == 404
