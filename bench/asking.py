"""Inside the site's process: banks that may ask, persons who allowed it, and the statements of their inquiries."""

import json
import re
import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client

from bench import lines
from bench.statements import statements_of
from chengxin.accounts import operations as accounts
from chengxin.authorisations import operations as authorisations
from chengxin.authorisations.rules import Scope
from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.catalogue import operations as catalogue
from chengxin.identifiers.identity import IdentityNumber
from chengxin.organisations import operations as organisations
from chengxin.organisations.states import OrganisationKind
from chengxin.periods.civil import civil_date
from chengxin.persons import lookups as persons

SYSTEM = Actor(kind=ActorKind.SYSTEM, key="system:bench", roles=frozenset({Role.OPERATOR}))
BANKS = 4
PURPOSE, CASE = "LENDING", "DK-2026-0001"
PATH = "/api/v1/inquiries"
FORM = "application/x-www-form-urlencoded"
SINCE = date(2017, 1, 1)
LOOKS = 1_000_000
REFERENCE = re.compile(r"'[A-Z2-7]{16}'")


def requesters(*, now: datetime, packs: str) -> dict[str, Any]:
    """Let every asked person allow one client of a bank to look again and again; return what each client sends.

    Args:
        now: The moment.
        packs: Where a catalogue is made whose loans may be looked at so often; the real one ends a run after 12 looks.
    """
    _issue_generous_edition(Path(packs), now)
    for number in range(BANKS):
        organisations.register_organisation(
            code=_bank(number), body_code="FJ.MARKET", division_code="359900", name_zh=f"虚构银行{number}",
            name_en=f"Made-up Bank {number}", kind=OrganisationKind.BANK, actor=SYSTEM, now=now,
        )  # fmt: skip
        organisations.grant_inquiry_mandate(
            organisation_code=_bank(number), purpose_code=PURPOSE, basis_code="CREDIT-REPORTING-18", from_on=SINCE,
            to_on=None, item_codes=(), actor=SYSTEM, now=now,
        )  # fmt: skip
    asks = [_client(index, now) for index in lines.ASKED]
    return {"asks": asks, "path": PATH}


def _issue_generous_edition(packs: Path, now: datetime) -> None:
    shutil.copytree(settings.PACKS, packs)
    purposes = packs / "national" / "purposes.toml"
    purposes.write_text(
        purposes.read_text(encoding="utf-8").replace("most_looks = 12", f"most_looks = {LOOKS}"), "utf-8"
    )
    catalogue.issue_edition(pack=packs / "demo", actor=SYSTEM, now=now)


def _bank(number: int) -> str:
    return f"BENCH_BANK_{number % BANKS}"


def _client(index: int, now: datetime) -> dict[str, str]:
    opened = accounts.open_api_client(
        organisation_code=_bank(index), name=f"bench-{index}", roles=frozenset({Role.REQUESTER}), actor=SYSTEM, now=now
    )
    form = {"grant_type": "client_credentials", "scope": "inquiry"}
    form |= {"client_id": opened.client_id, "client_secret": opened.client_secret}
    token = Client().post("/api/v1/token", urlencode(form), content_type=FORM).json()["access_token"]
    number = IdentityNumber.parse(lines.number(index), today=civil_date(now))
    scope = Scope(item_codes=frozenset({lines.ITEM}), data_from=None, data_to=None, looks=LOOKS, days=30)
    bank = Actor(
        kind=ActorKind.CLIENT, key="client:0", organisation_code=_bank(index), roles=frozenset({Role.REQUESTER})
    )
    request = authorisations.ask_authorisation(
        purpose_code=PURPOSE, scope=scope, case_number=CASE, number=number, name=lines.name(index), actor=bank, now=now
    )
    person_id = persons.find_person_by_identity(number)
    allowed = authorisations.grant_authorisation(
        request_reference=request, scope=scope, actor=_person(person_id), now=now
    )
    body = {
        "purpose": PURPOSE, "identity_number": lines.number(index), "name": lines.name(index), "items": [lines.ITEM],
        "form": "LIST", "case_number": CASE, "authorisation": allowed,
    }  # fmt: skip
    return {"token": token, "body": json.dumps(body)}


def _person(person_id: int | None) -> Actor:
    return Actor(
        kind=ActorKind.PERSON, key=f"account:{person_id}", person_id=person_id, roles=frozenset({Role.CITIZEN})
    )


def withdraw(*, now: datetime, asks: list[dict[str, str]]) -> dict[str, Any]:
    """Let every person take back what was allowed."""
    for index, ask in zip(lines.ASKED, asks, strict=True):
        number = IdentityNumber.parse(lines.number(index), today=civil_date(now))
        authorisations.withdraw_authorisation(
            reference=json.loads(ask["body"])["authorisation"],
            actor=_person(persons.find_person_by_identity(number)),
            now=now,
        )
    return {}


def capture(*, now: datetime, asks: list[dict[str, str]], status: int) -> dict[str, Any]:
    """Ask once in this process for each client; return the statements, with a new reference wherever one is stored."""
    del now
    client = Client(headers={"host": "127.0.0.1", "accept-language": "zh-Hans"})
    inquiries = []
    for ask in asks:
        told = {"authorization": f"Bearer {ask['token']}"}

        def post(ask: dict[str, str] = ask, told: dict[str, str] = told) -> Any:  # noqa: ANN401 - a response of the test client
            return client.post(PATH, ask["body"], content_type="application/json", headers=told)

        post()  # what a process loads once is not counted
        inquiries.append([_with_new_reference(text) for text in statements_of(post, status=status)])
    return {"inquiries": inquiries}


def _with_new_reference(statement: str) -> str:
    if "INSERT INTO inquiries_inquiry" not in statement:
        return statement
    return REFERENCE.sub("translate(upper(substr(md5(random()::text), 1, 16)), '0189', 'GHIJ')", statement, count=1)
