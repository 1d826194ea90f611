"""What runs inside a process of the benchmark's site: one verb, one JSON argument, one JSON answer on the last line.

Only the product's own operations are called, as the application's role.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "chengxin.settings"

import django

django.setup()

from django.db import connection
from django.test import Client
from django.urls import reverse

from bench import asking, lines, looking, reporting, small
from bench.statements import statements_of
from chengxin.accounts import operations as accounts
from chengxin.accounts.models import Account
from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.catalogue import lookups as catalogue
from chengxin.intake import operations as intake
from chengxin.organisations import operations as organisations
from chengxin.periods.civil import civil_date
from chengxin.persons import lookups as person_lookups
from chengxin.persons import operations as persons
from chengxin.persons.rules import FeedLine

SYSTEM = Actor(kind=ActorKind.SYSTEM, key="system:bench", roles=frozenset({Role.OPERATOR, Role.OFFICE_POPULATION}))
SINCE = date(2017, 1, 1)
GRANTS_AT_ONCE = 50_000
BODY = "FJ.MARKET"


def suppliers(*, now: datetime, codes: list[str]) -> dict[str, Any]:
    """Register organisations with a mandate for the item."""
    for code in codes:
        organisations.register_organisation(
            code=code, body_code=BODY, division_code="359900", name_zh="福州市市场监督管理局",
            name_en="Fuzhou Market Regulation", actor=SYSTEM, now=now,
        )  # fmt: skip
        organisations.grant_mandate(
            organisation_code=code, item_code=lines.ITEM, from_on=SINCE, to_on=None, actor=SYSTEM, now=now
        )
    return {}


def feed(*, now: datetime, number: int, first: int, count: int) -> dict[str, Any]:
    """Apply a population feed of new people; time it."""
    rows = [FeedLine("NEW", lines.number(index), lines.name(index), SINCE) for index in range(first, first + count)]
    begun = time.perf_counter()
    applied = persons.apply_population_feed(
        lines=iter(rows), feed_number=number, declared_count=count, synthetic=True, actor=SYSTEM, now=now
    )
    assert applied.accepted == count, applied
    return {"seconds": time.perf_counter() - begun}


def cover(*, now: datetime) -> dict[str, Any]:
    """Give every person the role that the item type asks for."""
    role = catalogue.edition_in_force(civil_date(now)).item_types[lines.ITEM].coverage_roles[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM persons_person ORDER BY id")
        ids = [row[0] for row in cursor.fetchall()]
    for start in range(0, len(ids), GRANTS_AT_ONCE):
        grants = [
            persons.CoverageGrant(
                person_id=person_id, role_code=role, since_on=SINCE, until_on=None, source_key=b"bench"
            )
            for person_id in ids[start : start + GRANTS_AT_ONCE]
        ]
        persons.grant_coverages(grants=grants, posting_id=0, actor=SYSTEM, now=now)
    return {}


def settle(*, now: datetime, file: str, supplier: str, warm: str = "") -> dict[str, Any]:
    """Receive a file and settle it; only the settling is timed, from reading the file to the commit.

    Args:
        now: The moment.
        file: The file.
        supplier: Who sends it.
        warm: A small file that is settled before, so that what a worker loads once is not counted; may be empty.
    """
    sender = Actor(
        kind=ActorKind.OFFICER, key="account:bench", organisation_code=supplier, roles=frozenset({Role.SUPPLIER})
    )
    if warm:
        _settle_one(Path(warm), sender, now)
    return _settle_one(Path(file), sender, now)


def _settle_one(path: Path, sender: Actor, now: datetime) -> dict[str, Any]:
    with path.open("rb") as source:
        reference = intake.receive_batch(
            source=source, declared_name="bench.csv", item_code=lines.ITEM,
            organisation_code=sender.organisation_code or "", channel="COMMAND", actor=sender, now=now,
        ).reference  # fmt: skip
    begun, before = time.perf_counter(), time.process_time()
    settled = intake.settle_batch(reference=reference, actor=sender, now=now)
    seconds, spent = time.perf_counter() - begun, time.process_time() - before
    assert settled.accepted == settled.lines > 0, settled
    with connection.cursor() as cursor:
        cursor.execute("SELECT posting_id FROM intake_batch WHERE reference = %s", [reference])
        (posting_id,) = cursor.fetchone()
    return {
        "seconds": seconds, "cpu_seconds": round(spent, 2), "lines": settled.lines, "posting_id": posting_id,
    }  # fmt: skip


def citizens(*, now: datetime) -> dict[str, Any]:
    """Open a login for each citizen and sign it in; return the session cookies."""
    from chengxin.identifiers.identity import IdentityNumber

    cookies = []
    for index in lines.CITIZENS:
        number = IdentityNumber.parse(lines.number(index), today=civil_date(now))
        account = accounts.open_account(
            username=f"bench-{index}", password=f"bench only {index} {os.urandom(8).hex()}", kind=ActorKind.PERSON,
            roles=frozenset({Role.CITIZEN}), person_id=person_lookups.find_person_by_identity(number),
            actor=SYSTEM, now=now,
        )  # fmt: skip
        client = Client()
        client.force_login(
            Account.objects.get(pk=account), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        cookies.append(client.cookies["sessionid"].value)
    return {"cookies": cookies, "path": reverse("citizen:file")}


def capture(*, now: datetime, cookies: list[str]) -> dict[str, Any]:
    """Open each citizen's page in this process and return the statements it sent, with their values written in."""
    del now
    pages = []
    for cookie in cookies:
        client = Client(headers={"host": "127.0.0.1", "accept-language": "zh-Hans"})
        client.cookies["sessionid"] = cookie
        client.get(reverse("citizen:file"))  # the first visit of a session writes what later ones only read
        pages.append(statements_of(lambda client=client: client.get(reverse("citizen:file")), status=200))
    return {"pages": pages}


VERBS: dict[str, Callable[..., dict[str, Any]]] = {
    "suppliers": suppliers,
    "feed": feed,
    "cover": cover,
    "settle": settle,
    "citizens": citizens,
    "capture": capture,
    "requesters": asking.requesters,
    "capture_inquiries": asking.capture,
    "withdraw": asking.withdraw,
    "ask_for_many": looking.ask_for_many,
    "look_often": looking.look_often,
    "issue_reports": reporting.issue_reports,
    "small": small.measure,
}

if __name__ == "__main__":
    given = json.loads(sys.argv[2])
    given["now"] = datetime.fromisoformat(given["now"])
    print(json.dumps(VERBS[sys.argv[1]](**given), default=str))
