"""Everything goes home in one archive, which checks itself; the download is a look; only the person gets it."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from chengxin.keys import published
from chengxin.ledger import operations as ledger
from chengxin.register import lookups as register
from chengxin.sealing.archives import ArchiveFacts, verify_archive
from chengxin.sealing.faults import NotVerified
from chengxin.sealing.trust import Trust
from factories import inquiries as asking
from factories import intake as given
from factories.portals import citizen

pytestmark = pytest.mark.django_db
NOW = given.NOW


@pytest.fixture(autouse=True)
def _day(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings.CHENGXIN_TODAY = NOW.date()
    # What other tests published belongs to other databases.
    monkeypatch.setattr("chengxin.ledger.lookups.ledger_folder", lambda: tmp_path / "ledger")
    monkeypatch.setattr("chengxin.ledger.operations.ledger_folder", lambda: tmp_path / "ledger", raising=False)


@pytest.fixture
def person() -> int:
    given.edition()
    given.supplier()
    (first, _) = given.people(2)
    asking.organisation()
    asking.items_about(2)
    asking.inquire(authorisation=asking.allow(first))
    ledger.integrate(now=NOW)
    return first


def fetched(client: Client) -> bytes:
    answer = client.post(reverse("citizen:takeaway"))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/zip")
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def checked(archive: bytes) -> ArchiveFacts:
    return verify_archive(io.BytesIO(archive), Trust.parse(published.trust_text()))


def test_the_archive_holds_everything_and_proves_it(person: int) -> None:
    client = citizen(person)
    assert "完整证件号码" in client.get(reverse("citizen:takeaway")).content.decode()
    archive = fetched(client)
    facts = checked(archive)
    (line, *_) = register.list_looks(person_id=person)
    assert (line.purpose_code, line.shown["what"]) == ("SELF_REPORT", "ARCHIVE")
    assert facts.receipt_count == 1
    assert facts.event_count > 2
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert {"README.en.txt", "README.zh-Hans.txt", "README.zh-Hant.txt"} <= set(opened.namelist())
        file = json.loads(opened.read("file.json"))
        looks = json.loads(opened.read("looks.json"))
    assert file["identity"][0]["number"] == given.number(0)
    assert [item["item"] for item in file["items"]] == [given.ITEM] * 2
    assert [version["change"] for version in file["items"][0]["versions"]] == ["ADD"]
    assert [look["organisation"] for look in file["given_to"]] == [None, asking.BANK]
    assert looks["registers"][0]["look_count"] == 2


def test_nothing_is_left_out_for_being_too_much(person: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chengxin.reports.operations.taking._AT_ONCE", 2)
    for _ in range(4):
        asking.inquire(authorisation=asking.allow(person))
    ledger.integrate(now=NOW)
    archive = fetched(citizen(person))
    assert checked(archive).receipt_count == 5
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        file = json.loads(opened.read("file.json"))
        receipts = json.loads(opened.read("authorisations.json"))["receipts"]
    assert [line["receipt"] for line in file["authorisations"]] == receipts
    assert len({line["reference"] for line in file["authorisations"]}) == 5
    assert [look["number"] for look in file["given_to"]] == [6, 5, 4, 3, 2, 1]


def test_any_changed_bit_of_it_is_found(person: int) -> None:
    archive = fetched(citizen(person))
    for place in range(0, len(archive), max(1, len(archive) // 60)):
        changed = bytearray(archive)
        changed[place] ^= 1
        with pytest.raises(NotVerified):
            checked(bytes(changed))


def test_nobody_else_gets_it(person: int) -> None:
    assert Client().post(reverse("citizen:takeaway")).status_code == 302
    other = json.loads(zipfile.ZipFile(io.BytesIO(fetched(citizen(person + 1)))).read("file.json"))
    assert given.number(0) not in json.dumps(other)


def test_without_a_published_ledger_it_says_so_and_registers_nothing(
    person: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("chengxin.ledger.lookups.ledger_folder", lambda: tmp_path / "elsewhere")
    before = register.count_looks(person_id=person)
    answer = citizen(person).post(reverse("citizen:takeaway"))
    assert (answer.status_code, "第一个检查点" in answer.content.decode()) == (403, True)
    assert register.count_looks(person_id=person) == before
