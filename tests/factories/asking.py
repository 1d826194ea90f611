"""Requesters' officers at their pages: signed in, filling forms, reviewing and confirming. Synthetic persons only."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from django.test import Client
from django.urls import reverse

from chengxin.accounts import operations as accounts
from chengxin.accounts.models import Account
from chengxin.authority.actors import ActorKind, Role
from chengxin.catalogue.rules.values import AnswerForm
from chengxin.inquiries import operations as inquiries
from chengxin.organisations import operations as organisations
from chengxin.organisations.states import OrganisationKind
from chengxin.register import lookups as register
from factories import inquiries as gate
from factories import intake as given
from factories.portals import PASSWORD, signed_in

SCHOOL = "FZ_SCHOOL"
NIGHT = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


def officer(organisation_code: str = gate.BANK, name: str = "") -> Client:
    """Return a browser of an officer who asks."""
    return signed_in(Role.REQUESTER, organisation_code=organisation_code, name=name)


def department() -> None:
    gate.organisation(
        gate.DEPARTMENT,
        "ADMINISTRATIVE_MATTER",
        "IDENTITY_CHECK",
        kind=OrganisationKind.DEPARTMENT,
        basis_code="PIPL-34",
    )


def entered(index: int = 0, **changed: object) -> dict[str, object]:
    """Return what an officer enters about the person of an index."""
    return {
        "purpose": "LENDING",
        "number": given.number(index),
        "name": given.name(index),
        "case_number": gate.CASE,
        "authorisation": "",
        "form": "LIST",
        "items": [given.ITEM],
    } | changed


def confirm(client: Client, url: str, sent: Mapping[str, object]) -> tuple[str, str, int]:
    """Send a form, then its review; return the review, the page behind it, and its status."""
    review = client.post(reverse(url), sent)
    page = review.content.decode()
    entry = re.search(r'name="entry" value="([^"]+)"', page)
    assert entry is not None, page
    done = client.post(reverse(url), {"entry": entry[1]}, follow=True)
    return page, done.content.decode(), done.status_code


def furnish_gate(people: list[int]) -> None:
    """Let a bank ask, alone and by file, and leave the office one of everything to do about it."""
    gate.organisation()
    gate.organisation("XM_SCHOOL", "ADMISSION", kind=OrganisationKind.SCHOOL, basis_code="NO-SUCH-BASIS")
    accounts.open_account(
        username="requester",
        password=PASSWORD,
        kind=ActorKind.OFFICER,
        roles=frozenset({Role.REQUESTER}),
        organisation_code=gate.BANK,
        actor=given.SYSTEM,
        now=given.NOW,
    )
    officer = Account.objects.get(username="requester").actor
    allowed = gate.allow(people[0], granted=gate.scope(looks=3))
    gate.inquire(asker=officer, authorisation=allowed, now=NIGHT)
    gate.inquire(asker=officer, now=NIGHT)
    gate.inquire(asker=gate.requester("XM_SCHOOL"), purpose="ADMISSION")
    inquiries.sample_looks(actor=given.SYSTEM, now=given.NOW)
    look = register.list_looks(person_id=people[0])[0]
    inquiries.raise_concern(look_id=look.look_id, words="我不认识。", actor=gate.the_person(people[0]), now=given.NOW)
    inquiries.set_quota(subject=f"batches:{gate.BANK}", per_day=5, actor=gate.REVIEWER, now=given.NOW)
    organisations.suspend(subject="account:999", reasons="核查", actor=gate.REVIEWER, now=given.NOW)
    reference, _is_new = inquiries.receive_inquiry_batch(
        contents=f"证件号码,姓名,授权编号\n{given.number(0)},{given.name(0)},{allowed}\n".encode(),
        declared_name="查询.csv",
        purpose_code="LENDING",
        item_codes=frozenset(),
        form=AnswerForm.LIST,
        token="t" * 24,
        actor=officer,
        now=given.NOW,
    )
    inquiries.answer_batch(reference=reference, now=given.NOW)
