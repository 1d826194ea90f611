"""The person's pages about reports, the clerk's at the counter, the check page, and the commands."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from chengxin.keys import published
from chengxin.persons import lookups as persons
from chengxin.portals.public import verifying
from chengxin.register import lookups as register
from chengxin.reports import operations as reports
from chengxin.reports import rules
from chengxin.sealing.key_documents import KeyUse, RevocationReason
from factories import intake as given
from journeys.conftest import Journey, furnish, text_of

CHOSEN = {"language": "ZH_HANS", "extent": "WHOLE"}


@pytest.fixture
def province(db: None, settings: Settings, plain_static_files: None) -> list[int]:
    settings.CHENGXIN_TODAY = given.NOW.date()
    cache.clear()
    return furnish()


@pytest.fixture
def person(province: list[int]) -> Client:
    return Journey().citizen(province[0])


def issued(client: Client, **changed: str) -> str:
    response = client.post(reverse("citizen:report_issue"), CHOSEN | changed)
    assert response.status_code == 302, text_of(response.content.decode())
    return response["Location"].split("?")[0].rstrip("/").rpartition("/")[2]


def fetched(client: Client, number: str) -> bytes:
    response = client.get(reverse("citizen:report_file", args=[number]))
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert number in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]
    return response.content


def checked(contents: bytes, *, name: str = "x.pdf", status: bytes | None = None) -> tuple[int, str]:
    files = {"file": SimpleUploadedFile(name, contents)}
    if status is not None:
        files["status"] = SimpleUploadedFile("status.jws", status)
    response = Client().post(reverse("public:verify"), files)
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"].startswith("noindex")
    return response.status_code, text_of(response.content.decode())


def by_number(number: str) -> tuple[int, str]:
    response = Client().get(reverse("public:verify_number", args=[number]))
    return response.status_code, text_of(response.content.decode())


def test_the_empty_list_says_what_will_stand_there(person: Client) -> None:
    page = text_of(person.get(reverse("citizen:reports")).content.decode())
    assert "还没有出具过报告" in page
    assert "有效 15 天" in page


def test_a_report_is_issued_fetched_checked_and_withdrawn(person: Client) -> None:
    number = issued(person)
    page = text_of(person.get(reverse("citizen:report", args=[number]), {"done": "1"}).content.decode())
    assert "报告已经出具" in page
    assert "2026年12月8日" in page
    pdf = fetched(person, number)
    status, told = checked(pdf)
    assert (status, "有效 这份报告由本平台出具" in told) == (200, True)
    assert number in told
    status, told = by_number(number)
    assert (status, "这里只按编号核对" in told) == (200, True)
    assert given.name(0) not in told
    withdrawing = reverse("citizen:report_withdraw", args=[number])
    assert "不能恢复" in text_of(person.get(withdrawing).content.decode())
    assert "已经撤回" in text_of(person.post(withdrawing, follow=True).content.decode())
    assert "已撤回" in checked(pdf)[1]
    assert "已撤回" in by_number(number)[1]
    assert person.get(reverse("citizen:report_file", args=[number])).status_code == 410


def test_while_the_key_is_being_replaced_the_page_says_so(person: Client, keys_of_its_own: None) -> None:
    name = published.names_in_use()[KeyUse.REPORT]
    published.revoke(name, since=given.NOW, reason=RevocationReason.COMPROMISED, now=given.NOW)
    response = person.post(reverse("citizen:report_issue"), CHOSEN)
    assert response.status_code == 403
    assert "签名密钥已经吊销，正在更换。什么也没有办，请过一会儿再试。" in text_of(response.content.decode())
    assert "KEY_NOT_IN_USE" in response.content.decode()
    published.rotate(KeyUse.REPORT, now=given.NOW)
    assert issued(person)


def test_a_report_is_nobody_elses(person: Client, province: list[int]) -> None:
    number = issued(person)
    neighbour = Journey().citizen(province[1])
    for name in ("report", "report_file", "report_withdraw"):
        assert neighbour.get(reverse(f"citizen:{name}", args=[number])).status_code == 404
    assert neighbour.post(reverse("citizen:report_withdraw", args=[number])).status_code == 404
    assert "有效" in by_number(number)[1]


def test_a_choice_that_is_not_offered_is_refused_in_the_page(person: Client) -> None:
    response = person.post(reverse("citizen:report_issue"), {"language": "FR", "extent": ""})
    assert response.status_code == 422


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_the_pages_are_there_in_each_language(person: Client, language: str) -> None:
    number = issued(person, language=language.upper().replace("-", "_"))
    person.cookies["chengxin_language"] = language
    for url in (reverse("citizen:reports"), reverse("citizen:report", args=[number]), reverse("citizen:report_withdraw", args=[number]),
                reverse("public:verify"), reverse("public:verify_number", args=[number])):  # fmt: skip
        page = person.get(url)
        assert page.status_code == 200
        if language == "en":
            found = re.findall("[一-鿿]+", re.sub(r"简体中文|繁體中文", "", text_of(page.content.decode())))
            assert found == [], (url, found)


# The check page -------------------------------------------------------------------------------------------------------


def test_what_is_no_report_is_said_to_be_none(person: Client) -> None:
    pdf = fetched(person, issued(person))
    changed = bytearray(pdf)
    changed[len(pdf) // 2] ^= 1
    cases: list[tuple[bytes, int, str]] = [
        (bytes(changed), 200, "被改动过"),
        (pdf + b"\n", 200, "被改动过"),
        (b"%PDF-1.7\n%%EOF\n", 200, "不是本平台的信用报告"),
        (b"hello", 200, "不是本平台的信用报告"),
        (b"\xff\xfe" * 50, 200, "不是本平台的信用报告"),
        (b"PK\x03\x04" + b"x" * 50, 200, "不是本平台的信用报告"),
        (b"", 422, "这个文件是空的"),
    ]
    for contents, status, words in cases:
        told = checked(contents)
        assert (told[0], words in told[1]) == (status, True), (contents[:20], told)
    assert Client().post(reverse("public:verify")).status_code == 422


def test_a_file_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch, province: list[int]) -> None:
    monkeypatch.setattr(verifying, "LARGEST_FILE", 10)
    assert checked(b"%PDF-" + b"x" * 10)[0] == 413


def test_a_number_is_taken_as_it_is_typed_and_a_wrong_one_is_told(person: Client) -> None:
    number = issued(person)
    typed = Client().get(reverse("public:verify"), {"number": number.replace("-", " ")})
    assert typed["Location"] == reverse("public:verify_number", args=[number])
    wrong = Client().get(reverse("public:verify"), {"number": "1234"})
    assert (wrong.status_code, "编号不对" in text_of(wrong.content.decode())) == (404, True)
    assert by_number("0000-0000-0000-0000-0071")[0] == 404
    assert "查无此报告" in by_number("0000-0000-0000-0000-0071")[1]
    assert "编号不对" in by_number("0000-0000-0000-0000-0072")[1]


def test_numbers_are_not_tried_without_end(monkeypatch: pytest.MonkeyPatch, province: list[int]) -> None:
    monkeypatch.setattr(verifying, "PER_MINUTE", 3)
    monkeypatch.setattr("chengxin.portals.presentation.frequency.time.monotonic", lambda: 1_000.0)
    answers = [by_number("0000-0000-0000-0000-0071")[0] for _ in range(5)]
    assert answers == [404, 404, 404, 429, 429]
    assert checked(b"hello")[0] == 429


def test_the_check_page_writes_nothing_about_anybody(person: Client, province: list[int]) -> None:
    number = issued(person)
    pdf = fetched(person, number)
    before = register.count_looks(person_id=province[0])
    by_number(number)
    checked(pdf)
    assert register.count_looks(person_id=province[0]) == before


# The counter ----------------------------------------------------------------------------------------------------------


def entry_of(page: str) -> str:
    found = re.search(r'name="entry" value="([^"]+)"', page)
    assert found is not None
    return found[1]


SEEN = {"method": "DOCUMENT_IN_PERSON", "document_kind": "RESIDENT_CARD", **CHOSEN}


def test_a_clerk_issues_at_the_counter_and_the_person_sees_it(province: list[int]) -> None:
    clerk = Journey().sign_in("clerk")
    url = reverse("office:reports")
    assert clerk.post(url, {"number": "123", "case_number": "CK-7"}).status_code == 422
    page = clerk.post(url, {"number": given.number(0), "case_number": "CK-7"}).content.decode()
    assert given.number(0) not in page
    entry = entry_of(page)
    assert clerk.post(reverse("office:report_issue"), {"entry": entry}).status_code == 422
    answer = clerk.post(reverse("office:report_issue"), {"entry": entry, **SEEN})
    assert answer["Content-Type"] == "application/pdf"
    assert "有效" in checked(answer.content)[1]
    look = register.list_looks(person_id=province[0], limit=1)[0]
    assert (look.purpose_code, look.case_number, look.organisation_code) == ("COUNTER_READ", "CK-7", "OFFICE")
    own = text_of(Journey().citizen(province[0]).get(reverse("citizen:reports")).content.decode())
    assert "有效" in own
    methods = [verification.method_code.value for verification in persons.list_verifications(province[0])]
    assert "DOCUMENT_IN_PERSON" in methods


def test_nobody_is_put_in_the_place_of_the_person_at_the_counter(province: list[int]) -> None:
    clerk, reviewer = Journey().sign_in("clerk"), Journey().sign_in("reviewer")
    page = clerk.post(reverse("office:reports"), {"number": given.number(0), "case_number": "CK-7"}).content.decode()
    assert (
        clerk.post(reverse("office:report_issue"), {"entry": entry_of(page)[:-4] + "AAAA", **SEEN}).status_code == 403
    )
    assert reviewer.post(reverse("office:report_issue"), {"entry": entry_of(page), **SEEN}).status_code == 403


def test_nobody_is_found_at_the_counter_by_a_number_of_nobody(province: list[int]) -> None:
    page = Journey().sign_in("clerk").post(reverse("office:reports"), {"number": given.number(400), "case_number": "1"})
    assert "没有找到" in text_of(page.content.decode())


# Status lists ---------------------------------------------------------------------------------------------------------


def test_the_status_list_is_public_and_may_be_laid_beside_the_file(
    person: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.CHENGXIN_DATA = tmp_path
    pdf = fetched(person, issued(person))
    month = rules.list_of(given.NOW)
    address = reverse("public:status_list", args=[month])
    assert address == rules.address_of("", month)
    assert Client().get(address).status_code == 404
    reports.publish_status_lists(now=given.NOW)
    listed = Client().get(address)
    assert (listed.status_code, listed["Content-Type"]) == (200, "application/statuslist+jwt")
    assert listed["Cache-Control"] == "public, max-age=300"
    assert Client().get(reverse("public:status_list", args=["1999-13"])).status_code == 404
    assert "这份报告由本平台出具" in checked(pdf, status=listed.content)[1]
    assert "状态清单不能用" in checked(pdf, status=b"\xff text")[1]


# The commands ---------------------------------------------------------------------------------------------------------


def test_the_commands_issue_and_verify(
    province: list[int], tmp_path: Path, data_directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import json

    from chengxin.commands.entry import main

    (data_directory / "mode").write_text("DEMONSTRATION", encoding="utf-8")

    def run(*words: str | Path) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        status = main(["--json", "--today", given.NOW.date().isoformat(), *map(str, words)])
        return status, json.loads(capsys.readouterr().out)

    file = tmp_path / "report.pdf"
    reference = persons.reference_of(province[0])
    status, told = run("report", "issue", "--person", reference, "-o", file)
    assert status == 0, told
    assert file.stat().st_mode & 0o777 == 0o600
    status, verified = run("report", "verify", file)
    assert (status, verified["verdict"], verified["number"]) == (0, "GOOD", told["number"])
    (tmp_path / "list").write_text("text", encoding="ascii")
    assert run("report", "verify", file, "--status", tmp_path / "list")[1]["refused"] == "REPORT_LIST_NOT_GOOD"
    file.write_bytes(file.read_bytes()[:-1])
    status, verified = run("report", "verify", file)
    assert (status, verified["refused"]) == (1, "REPORT_ALTERED")
    assert run("report", "verify", tmp_path / "none.pdf")[1]["refused"] == "FILE_UNUSABLE"
    assert run("report", "issue", "--person", "NOBODY", "-o", file)[1]["refused"] == "PERSON_UNKNOWN"
    status, refused = run("report", "issue", "--person", reference, "-o", file, "--by", "reviewer")
    assert (status, refused["refused"]) == (1, "NOT_A_CLERK")
