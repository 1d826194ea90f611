"""A report whose key was revoked later: good where witnesses saw it in the ledger before, and nowhere else."""

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from chengxin.keys import published
from chengxin.keys.keyring import Keyring
from chengxin.ledger import operations as ledger
from chengxin.ledger.lookups import COSIGNED_FOLDER
from chengxin.portals.presentation.report_texts import wording_in
from chengxin.postgres.roles import Logins
from chengxin.reports import lookups, operations, rules
from chengxin.reports.lookups import CheckedFile
from chengxin.reports.operations.issuing import IssuedReport
from chengxin.reports.states import Extent, FileVerdict, Language
from chengxin.sealing.cosignatures import Witness, cosign
from chengxin.sealing.key_documents import KeyUse, RevocationReason
from chengxin.watching.asking import WitnessPlace
from factories import inquiries as asking
from factories import intake as given

NOW = given.NOW
SEEN = NOW + timedelta(minutes=2)
REVOKED = NOW + timedelta(hours=3)
LATER = NOW + timedelta(days=1)
NAME = "jia.example/witness"
WITNESS = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@dataclass(frozen=True, slots=True)
class Site:
    """An installation with one report, which a witness saw."""

    report: IssuedReport
    key: str
    settings: Settings

    def checked(self, pdf: bytes | None = None, now: datetime = LATER) -> CheckedFile:
        return lookups.check_file(io.BytesIO(self.report.pdf if pdf is None else pdf), now=now)

    def revoke(self, since: datetime) -> None:
        published.revoke(self.key, since=since, reason=RevocationReason.COMPROMISED, now=LATER)


@pytest.fixture
def site(fresh_database: Logins, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("CHENGXIN_DATA", str(tmp_path))
    settings.CHENGXIN_DATA = tmp_path
    witness = Witness.of(NAME, WITNESS)
    settings.CHENGXIN_WITNESSES = (WitnessPlace(address="http://127.0.0.1:9/", witness=witness),)
    ring = Keyring.open(tmp_path / "keys", create=True)
    began = NOW - timedelta(days=30)
    published.publish_first(ring, issuer="https://credit.example.invalid", name="测试", valid_from=began, now=began)
    given.edition()
    (person,) = given.people(1)
    report = operations.issue_report(
        person_id=person, language=Language.EN, extent=Extent.ITEMS, wording=wording_in(Language.EN),
        actor=asking.the_person(person), now=NOW,
    )  # fmt: skip
    assert isinstance(report, IssuedReport)
    checkpoint = ledger.integrate(now=NOW)
    line = cosign(checkpoint.text, name=NAME, signer=WITNESS, now=SEEN)
    ledger.add_cosignatures(checkpoint=checkpoint, lines=[line], now=SEEN)
    return Site(report=report, key=published.names_in_use()[KeyUse.REPORT], settings=settings)


@pytest.mark.usefixtures("plain_static_files")
def test_a_report_is_good_after_a_revocation_where_a_witness_saw_it_before(site: Site) -> None:
    assert site.checked() == CheckedFile(verdict=FileVerdict.GOOD, report=site.checked().report)
    site.revoke(REVOKED)
    found = site.checked()
    assert (found.verdict, found.is_proven_older) == (FileVerdict.GOOD, True)
    assert found.report is not None
    assert found.report.number == site.report.number
    site.settings.CHENGXIN_TODAY = LATER.date()
    page = Client().post(reverse("public:verify"), {"file": SimpleUploadedFile("x.pdf", site.report.pdf)})
    assert "有效，出具在密钥作废之前" in page.content.decode()
    assert site.checked(now=rules.valid_until(NOW)).verdict is FileVerdict.OVER
    altered = site.report.pdf[:900] + bytes([site.report.pdf[900] ^ 1]) + site.report.pdf[901:]
    assert site.checked(altered).verdict is FileVerdict.ALTERED
    # The platform's own word does not count: who took the key may have taken more.
    site.settings.CHENGXIN_WITNESSES = ()
    assert site.checked().verdict is FileVerdict.KEY_NOT_GOOD


@pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=1)])
def test_it_is_not_good_where_the_witness_saw_it_only_afterwards(site: Site, late: timedelta) -> None:
    site.revoke(SEEN - late)
    assert site.checked() == CheckedFile(verdict=FileVerdict.KEY_NOT_GOOD)


def test_without_a_kept_checkpoint_nothing_is_proven(site: Site) -> None:
    site.revoke(REVOKED)
    folder = site.settings.CHENGXIN_DATA / "ledger" / COSIGNED_FOLDER
    (kept,) = [path for path in folder.rglob("*") if path.is_file()]
    kept.write_text("damaged", encoding="utf-8")
    assert site.checked().verdict is FileVerdict.KEY_NOT_GOOD
    kept.unlink()
    assert site.checked().verdict is FileVerdict.KEY_NOT_GOOD
