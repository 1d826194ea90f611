"""Inside the site's process: a department's file of inquiries, and a citizen at whom was looked very often."""

import os
import time
from datetime import date, datetime
from typing import Any

from django.test import Client
from django.urls import reverse

from bench import lines
from chengxin.accounts import operations as accounts
from chengxin.accounts.models import Account
from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.catalogue.rules.values import AnswerForm
from chengxin.identifiers.identity import IdentityNumber
from chengxin.inquiries import lookups
from chengxin.inquiries import operations as inquiries
from chengxin.organisations import operations as organisations
from chengxin.organisations.states import OrganisationKind
from chengxin.periods.civil import civil_date
from chengxin.persons import lookups as persons
from chengxin.register import operations as register

SYSTEM = Actor(kind=ActorKind.SYSTEM, key="system:bench", roles=frozenset({Role.OPERATOR}))
DEPARTMENT = "BENCH_DEPARTMENT"
BANK = "BENCH_BANK_0"
PURPOSE = "ADMINISTRATIVE_MATTER"
AT_ONCE = 5_000
LOOKED_AT = 20_000


def ask_for_many(*, now: datetime, count: int) -> dict[str, Any]:
    """Let a department ask about so many different persons in one file, and time the answering of its lines."""
    organisations.register_organisation(
        code=DEPARTMENT, body_code="FJ.MARKET", division_code="359900", name_zh="虚构部门", name_en="Made-up Department",
        kind=OrganisationKind.DEPARTMENT, actor=SYSTEM, now=now,
    )  # fmt: skip
    organisations.grant_inquiry_mandate(
        organisation_code=DEPARTMENT, purpose_code=PURPOSE, basis_code="PIPL-34", from_on=date(2017, 1, 1),
        to_on=None, item_codes=(), actor=SYSTEM, now=now,
    )  # fmt: skip
    officer = _login("bench-department", now, kind=ActorKind.OFFICER, organisation_code=DEPARTMENT)
    first = lines.ASKED.stop
    rows = [f"{lines.number(at)},{lines.name(at)},BM-{at:08d}" for at in range(first, first + count)]
    reference, _is_new = inquiries.receive_inquiry_batch(
        contents="\n".join(["证件号码,姓名,事项编号", *rows, ""]).encode(), declared_name="bench.csv",
        purpose_code=PURPOSE, item_codes=frozenset(), form=AnswerForm.LIST, token="b" * 24, actor=officer.actor, now=now,
    )  # fmt: skip
    begun = time.perf_counter()
    inquiries.answer_batch(reference=reference, now=now)
    seconds = time.perf_counter() - begun
    summary = lookups.inquiry_batch(reference=reference, organisation_code=DEPARTMENT)
    assert summary.answered == count, summary
    return {"seconds": seconds}


def look_often(*, now: datetime, count: int) -> dict[str, Any]:
    """Register so many looks at one person, and sign the person in; return what opens the page of looks."""
    number = IdentityNumber.parse(lines.number(LOOKED_AT), today=civil_date(now))
    person_id = persons.find_person_by_identity(number)
    assert person_id is not None
    bank = Actor(kind=ActorKind.CLIENT, key="client:0", organisation_code=BANK, roles=frozenset({Role.REQUESTER}))
    look = register.LookToMake(
        person_id=person_id, purpose_code="LENDING", basis_code="CREDIT-REPORTING-18", case_number="DK-2026-0001",
        shown={"form": "YES_NO", "items": {}}, mask_rule="ANSWER", mask_version=1,
    )  # fmt: skip
    for _ in range(count // AT_ONCE):
        register.register_looks([look] * AT_ONCE, actor=bank, at=now)
    citizen = _login("bench-looked-at", now, kind=ActorKind.PERSON, person_id=person_id)
    client = Client()
    client.force_login(citizen, backend="allauth.account.auth_backends.AuthenticationBackend")
    return {"cookie": client.cookies["sessionid"].value, "path": reverse("citizen:looks")}


def _login(username: str, now: datetime, **given: Any) -> Account:  # noqa: ANN401 - passed on
    role = Role.CITIZEN if given["kind"] is ActorKind.PERSON else Role.REQUESTER
    account = accounts.open_account(
        username=username, password=f"bench only {os.urandom(8).hex()}", roles=frozenset({role}), actor=SYSTEM, now=now, **given
    )  # fmt: skip
    return Account.objects.get(pk=account)
