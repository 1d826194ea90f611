"""A supplier, its officers, a clerk and people, as every journey finds them; journeys go through pages, API or commands."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from chengxin.accounts import operations as accounts
from chengxin.accounts.models import Account
from chengxin.authority.actors import ActorKind, Role
from chengxin.commands.entry import main
from factories import intake as given

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PASSWORD = "a long enough one"
OFFICERS = {
    "sender": ({Role.SUPPLIER}, given.SUPPLIER),
    "second": ({Role.SUPPLIER_SECOND}, given.SUPPLIER),
    "clerk": ({Role.OFFICE_CLERK}, "OFFICE"),
    "reviewer": ({Role.OFFICE_REVIEWER}, "OFFICE"),
    "population": ({Role.OFFICE_POPULATION}, "OFFICE"),
    "catalogue": ({Role.OFFICE_CATALOGUE}, "OFFICE"),
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A batch that went through the upload page and was settled, as its page and its result file tell."""

    reference: str
    page: str
    result: str


class Journey:
    """What people do on their pages."""

    def sign_in(self, username: str) -> Client:
        """Return a browser in which somebody is signed in."""
        client = Client()
        client.force_login(Account.objects.get(username=username), BACKEND)
        return client

    def citizen(self, person_id: int) -> Client:
        """Return a browser of a person, whose login is opened where there is none."""
        username = f"person-{person_id}"
        if not Account.objects.filter(username=username).exists():
            accounts.open_account(
                username=username,
                password=PASSWORD,
                kind=ActorKind.PERSON,
                roles=frozenset({Role.CITIZEN}),
                person_id=person_id,
                actor=given.SYSTEM,
                now=given.NOW,
            )
        return self.sign_in(username)

    def file_of(self, person_id: int) -> str:
        """Return the person's file page as text."""
        response = self.citizen(person_id).get(reverse("citizen:file"))
        assert response.status_code == 200
        return text_of(response.content.decode())

    def send(
        self, lines: Sequence[Mapping[str, str]], *, item: str = given.ITEM, name: str = "批次.csv", by: str = "sender"
    ) -> Sent:
        """Send lines by the upload page, let the worker's task settle them, and read the batch's page and result."""
        return self.send_file(given.csv_bytes(lines), item=item, name=name, by=by)

    def send_file(self, contents: bytes, *, item: str = given.ITEM, name: str = "批次.csv", by: str = "sender") -> Sent:
        """Send a file by the upload page; see :meth:`send`."""
        from chengxin.intake import operations as intake

        client = self.sign_in(by)
        page = client.get(reverse("organisation:upload")).content.decode()
        token = re.search(r'name="token" value="([^"]+)"', page)
        assert token is not None
        response = client.post(
            reverse("organisation:upload"),
            {
                "token": token[1],
                "item": item,
                "declared_lines": "",
                "declared_sha256": "",
                "file": SimpleUploadedFile(name, contents),
            },
        )
        assert response.status_code == 302, text_of(response.content.decode())
        reference = response["Location"].split("?")[0].rstrip("/").rpartition("/")[2]
        intake.settle_batch(reference=reference, actor=given.SENDER, now=given.NOW)
        shown = text_of(client.get(reverse("organisation:batch", args=[reference])).content.decode())
        result = client.get(reverse("organisation:result", args=[reference]))
        body = b"".join(result.streaming_content) if result.streaming else result.content  # type: ignore[attr-defined]
        return Sent(reference=reference, page=shown, result=body.decode("utf-8-sig", errors="replace"))


def text_of(page: str) -> str:
    """Return the words of a page's main part."""
    body = page[page.find("<main") :] if "<main" in page else page
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", body, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).strip()


@pytest.fixture
def province(db: None, settings: Settings, plain_static_files: None) -> list[int]:
    """Give an edition, a supplier with officers, the office's officers, and thirty covered people by their keys."""
    settings.CHENGXIN_TODAY = given.NOW.date()
    return furnish()


def furnish() -> list[int]:
    """Make what :func:`province` gives, in whatever database Django points at."""
    given.edition()
    given.supplier()
    for username, (roles, organisation) in OFFICERS.items():
        accounts.open_account(
            username=username,
            password=PASSWORD,
            kind=ActorKind.OFFICER,
            roles=frozenset(roles),
            organisation_code=organisation,
            actor=given.SYSTEM,
            now=given.NOW,
        )
    return given.people(30)


@pytest.fixture
def journey(province: list[int]) -> Journey:
    """Give the ways through the pages."""
    return Journey()


@pytest.fixture
def command(
    province: list[int], data_directory: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, dict[str, object]]]:
    """Give the command line: words in, exit status and the JSON answer out, on the fixed day."""
    (data_directory / "mode").write_text("DEMONSTRATION", encoding="utf-8")

    def run(*words: str | Path) -> tuple[int, dict[str, object]]:
        capsys.readouterr()
        status = main(["--json", "--today", given.NOW.date().isoformat(), *map(str, words)])
        return status, json.loads(capsys.readouterr().out)

    return run


DAY = date(2026, 11, 23)
