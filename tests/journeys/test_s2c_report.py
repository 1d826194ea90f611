"""S2c, the report: issued on a page, checked by anybody and by other people's tools, superseded, withdrawn; twenty at once."""

import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from chengxin.catalogue import operations as catalogue
from chengxin.demonstration import operations as demonstration
from chengxin.intake import operations as intake
from chengxin.keys import published
from chengxin.ledger import lookups as ledger
from chengxin.ledger import operations as ledgers
from chengxin.register import lookups as register
from chengxin.reports.events import ReportIssued
from chengxin.sealing.reports import verify_report
from factories import intake as given
from journeys.conftest import BACKEND, Journey, furnish, text_of

CHOSEN = {"language": "ZH_HANS", "extent": "WHOLE"}


@pytest.fixture(autouse=True)
def unlimited() -> None:
    """Forget how often the check page was asked by the tests before."""
    cache.clear()


def issued(person: Client) -> tuple[str, bytes]:
    """Issue a report on the person's page, and fetch its file."""
    response = person.post(reverse("citizen:report_issue"), CHOSEN, follow=True)
    page = response.content.decode()
    number = re.search(r"/me/reports/([0-9-]{24})/file\.pdf", page)
    assert number is not None, text_of(page)
    return number[1], person.get(reverse("citizen:report_file", args=[number[1]])).content


def uploaded(pdf: bytes) -> str:
    return text_of(Client().post(reverse("public:verify"), {"file": SimpleUploadedFile("r.pdf", pdf)}).content.decode())


def scanned(number: str) -> str:
    return text_of(Client().get(reverse("public:verify_number", args=[number])).content.decode())


def test_a_report_serves_until_the_supplier_corrects_what_stands_in_it(journey: Journey, province: list[int]) -> None:
    journey.send([given.line(0), given.line(1)])
    person, neighbour = journey.citizen(province[0]), journey.citizen(province[1])
    number, pdf = issued(person)
    others, _ = issued(neighbour)
    assert "有效 这份报告由本平台出具" in uploaded(pdf)
    assert "有效" in scanned(number)
    journey.send([given.line(0, 操作="更正", 违法事实="经复核，情节轻微。")], name="更正.csv")
    told = [uploaded(pdf), scanned(number)]
    for page in told:
        assert "已被取代" in page
        assert "情节轻微" not in page
        assert given.name(0) not in page
        assert "MS-000000" not in page
    own = text_of(person.get(reverse("citizen:report", args=[number])).content.decode())
    assert "哪些信息变了" in own
    assert "有效" in scanned(others)
    again, anew = issued(person)
    assert verify_report(anew, published.key_document()).data["items"][0]["version"] == 2
    person.post(reverse("citizen:report_withdraw", args=[again]))
    assert "已撤回" in uploaded(anew)
    assert "已撤回" in scanned(again)


def test_a_withdrawn_item_supersedes_and_every_changed_byte_is_found(journey: Journey, province: list[int]) -> None:
    journey.send([given.line(0)])
    number, pdf = issued(journey.citizen(province[0]))
    for place in range(7, len(pdf), len(pdf) // 25):
        assert "有效 这份报告" not in uploaded(pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :])
    journey.send([given.line(0, 操作="撤回")], name="撤回.csv")
    assert "已被取代" in scanned(number)


def test_every_report_is_a_look_that_the_person_sees(journey: Journey, province: list[int]) -> None:
    person = journey.citizen(province[0])
    issued(person)
    page = text_of(person.get(reverse("citizen:looks")).content.decode())
    assert "信用报告" in page
    assert "本人获取信用报告" in page


def test_a_report_of_a_person_of_the_demonstration(
    db: None, settings: Settings, plain_static_files: None, tmp_path: Path
) -> None:
    settings.CHENGXIN_TODAY = given.NOW.date()
    catalogue.issue_edition(pack=settings.PACKS / "demo", actor=given.SYSTEM, now=given.NOW)
    demonstration.build_province(people=120, seed=5, now=given.NOW, tell=lambda *_: None)
    person = Client()
    person.force_login(get_user_model().objects.get(username="demo-citizen"), BACKEND)
    number, pdf = issued(person)
    facts = verify_report(pdf, published.key_document())
    assert facts.number == number
    assert len(facts.data["items"]) >= 3
    assert {item["kind"] for item in facts.data["items"]} > {"ADVERSE"}
    assert "有效" in uploaded(pdf)
    ledgers.integrate(now=given.NOW)
    assert sum(1 for _ in ledger.read_events(kind=ReportIssued.kind)) == 1
    _others_agree(pdf, tmp_path)


def _others_agree(pdf: bytes, folder: Path) -> None:
    """Let tools of other people check the file, those that this machine has."""
    file = folder / "report.pdf"
    file.write_bytes(pdf)
    if (pdfsig := shutil.which("pdfsig")) is not None:
        told = subprocess.run([pdfsig, "-nocert", file], capture_output=True, text=True, check=False).stdout
        assert "Signature is Valid" in told
        assert "Total document signed" in told
    if (qpdf := shutil.which("qpdf")) is not None:
        assert subprocess.run([qpdf, "--check", file], capture_output=True, check=False).returncode == 0
    if (pdfdetach := shutil.which("pdfdetach")) is not None:
        told = subprocess.run([pdfdetach, "-list", file], capture_output=True, text=True, check=True).stdout
        assert "report.json" in told
        assert "report.sd-jwt" in told


def test_twenty_reports_at_once(fresh_database: object, settings: Settings, plain_static_files: None) -> None:
    settings.CHENGXIN_TODAY = given.NOW.date()
    people = furnish()
    reference = given.receive(given.csv_bytes([given.line(index) for index in range(5)]))
    intake.settle_batch(reference=reference, actor=given.SENDER, now=given.NOW)
    # Four reports of each of five persons: those of one person wait for each other, the others do not.
    clients = [Journey().citizen(people[place % 5]) for place in range(20)]

    def one(client: Client) -> tuple[str, bytes]:
        try:
            return issued(client)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=20) as pool:
        made = list(pool.map(one, clients))
    assert len({number for number, _ in made}) == 20
    assert {verify_report(pdf, published.key_document()).number for _, pdf in made} == {number for number, _ in made}
    verdict = register.verify()
    assert verdict.finding_count == 0
