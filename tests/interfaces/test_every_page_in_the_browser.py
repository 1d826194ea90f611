"""Every page of persons, organisations and the office in a real browser: three languages, phone and desktop, axe clean.

The routes themselves are the list: one that is neither opened here nor named as an exception fails the test. Each page is
opened in one of the six views, by turns; ``CHENGXIN_VIEWS=all`` opens every page in all of them, for the acceptance run.
"""

import itertools
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from playwright.sync_api import Browser
from pytest_django import Settings

from browsing import wrong_with
from chengxin.accounts import lookups as accounts
from chengxin.accounts import operations as account_acts
from chengxin.admission import operations as admission
from chengxin.admission.states import Decision as Representing
from chengxin.admission.states import RepresentationDocument, RepresentationKind
from chengxin.authorisations import lookups as authorisations
from chengxin.authority.actors import Actor, Role
from chengxin.inquiries import lookups as inquiries
from chengxin.intake import lookups as intake
from chengxin.intake import operations as intake_acts
from chengxin.organisations import lookups as organisations
from chengxin.organisations import operations as organisation_acts
from chengxin.organisations.states import OrganisationKind
from chengxin.persons import lookups as persons
from chengxin.persons import operations as person_acts
from chengxin.persons.states import Decision
from chengxin.portals.presentation.access import Declared
from chengxin.portals.presentation.report_texts import wording_in
from chengxin.postgres.roles import Logins
from chengxin.records import lookups as records
from chengxin.register import lookups as register
from chengxin.reports import operations as reports
from chengxin.reports.states import Extent, Language
from factories import asking
from factories import inquiries as gate
from factories import intake as given
from factories.portals import citizen, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PORTALS = ("citizen", "organisation", "office")
VIEWS = tuple(itertools.product(("zh-hans", "zh-hant", "en"), (390, 1280)))
OK = 200
ALL_VIEWS = os.environ.get("CHENGXIN_VIEWS") == "all"
OPERATOR, BUREAU, OFFICE = "FZ_TELECOM", "FZ_BUREAU", "OFFICE"

# Files and fragments of pages, and pages that other tests open in a browser.
EXEMPT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "office:batches_export": "file",
        "office:quality_export": "file",
        "organisation:batches_csv": "file",
        "organisation:result": "file",
        "organisation:inquiry_receipt": "file",
        "organisation:inquiry_batch_result": "file",
        "organisation:batch_progress": "fragment",
        "organisation:inquiry_batch_progress": "fragment",
        "citizen:proofs": "file",
        "citizen:receipt_file": "file",
        "citizen:report_file": "file",
        "citizen:authorise": "tests/interfaces/citizen/test_authorise.py",
    }
)
# Who opens a page for which the first visitor with the right role will not do.
OPENED_BY: Final[Mapping[str, str]] = MappingProxyType(
    {"organisation:decision": "second", "organisation:reversal": "second", "organisation:change": "reviewer"}
)


@dataclass(frozen=True, slots=True)
class Route:
    """A page that can be opened: its name, its address with the names of what stands in it, and what it declares."""

    name: str
    address: str
    parameters: tuple[str, ...]
    declared: Declared


def routes() -> list[Route]:
    """Return every route of the three portals that answers a plain request."""

    def walk(patterns: list[URLPattern | URLResolver], before: str, space: str) -> Iterator[Route]:
        for pattern in patterns:
            address = f"{before}{pattern.pattern}"
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, address, pattern.namespace or space)
            elif space in PORTALS:
                declared = pattern.callback.declared  # type: ignore[attr-defined]
                if "GET" in declared.methods:
                    yield Route(f"{space}:{pattern.name}", address, tuple(pattern.pattern.converters), declared)

    return list(walk(get_resolver().url_patterns, "", ""))


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody signed in."""

    client: Client
    roles: frozenset[Role]

    @property
    def actor(self) -> Actor:
        """Return who acts."""
        found: Actor = get_user_model().objects.get(pk=self.client.session["_auth_user_id"]).actor
        return found


def organisation(code: str, kind: OrganisationKind) -> None:
    organisation_acts.register_organisation(
        code=code,
        body_code="FJ.MARKET",
        division_code="350000",
        name_zh=f"虚构单位{code}",
        name_en=f"Made-up {code}",
        kind=kind,
        actor=given.SYSTEM,
        now=given.NOW,
    )


def visitors_of(person_id: int) -> dict[str, Visitor]:
    """Return a visitor for every role; the bank's officer is the one who asked."""
    of_roles = (
        ("clerk", Role.OFFICE_CLERK, OFFICE),
        ("reviewer", Role.OFFICE_REVIEWER, OFFICE),
        ("catalogue", Role.OFFICE_CATALOGUE, OFFICE),
        ("population", Role.OFFICE_POPULATION, OFFICE),
        ("chief", Role.ORGANISATION_ADMINISTRATOR, gate.BANK),
        ("office-chief", Role.ORGANISATION_ADMINISTRATOR, OFFICE),
        ("sender", Role.SUPPLIER, given.SUPPLIER),
        ("second", Role.SUPPLIER_SECOND, given.SUPPLIER),
    )
    visitors = {
        name: Visitor(signed_in(role, organisation_code=code, name=f"the-{name}"), frozenset({role}))
        for name, role, code in of_roles
    }
    bank = Client()
    bank.force_login(get_user_model().objects.get(username="requester"))
    return visitors | {
        "bank": Visitor(bank, frozenset({Role.REQUESTER})),
        "person": Visitor(citizen(person_id), frozenset({Role.CITIZEN})),
    }


Furnished = tuple[dict[str, Visitor], dict[str, dict[str, object]]]
"""Who visits, and by beginning of an address what stands in it."""


@pytest.fixture
def furnished(fresh_database: Logins, settings: Settings, tmp_path: Path) -> Furnished:
    """Leave one of everything to be shown. Ask for it before ``browser``: a report cannot be signed in its event loop."""
    settings.CHENGXIN_TODAY = given.NOW.date()
    given.edition()
    given.supplier()
    ids = given.people(12)
    asking.furnish_gate(ids[:2])
    organisation(OFFICE, OrganisationKind.OFFICE)
    organisation(BUREAU, OrganisationKind.BUREAU)
    gate.organisation(OPERATOR, "REAL_NAME_CHECK", kind=OrganisationKind.REAL_NAME_OPERATOR, basis_code="PIPL-23")
    organisation_acts.enter_sector(
        organisation_code=OPERATOR,
        sector_code="TELECOM",
        from_on=gate.SINCE,
        to_on=None,
        actor=given.SYSTEM,
        now=given.NOW,
    )
    organisation_acts.record_inspection(
        organisation_code=BUREAU,
        inspected_on=given.NOW.date(),
        findings="查询留痕完整。",
        mend_by_on=None,
        actor=gate.REVIEWER,
        now=given.NOW,
    )
    given.changed_edition(tmp_path, ("quotas.toml", "per_day = 200\n", "per_day = 100\n"))
    visitors = visitors_of(ids[0])
    placed: dict[str, dict[str, object]] = {}
    for fill in (_supplied, _asked, _merged, _represented, _administered):
        placed |= fill(ids, visitors)
    return visitors, placed


def _supplied(ids: list[int], visitors: Mapping[str, Visitor]) -> dict[str, dict[str, object]]:
    for index in range(5):
        wrong = given.line(index, 信息编号=f"X{index}", 失信程度="坏")
        settled = given.settle(given.csv_bytes([given.line(index), wrong]))
    given.settle(given.csv_bytes([given.line(7, 姓名="别的人"), given.line(8, 姓名="别的人")]))
    waiting = given.settle(given.csv_bytes([given.line(index, 操作="撤回") for index in range(8)]))
    held, dismissed = intake.list_held_lines()
    intake_acts.dismiss_held_line(
        held_line_id=dismissed.id, reasons="查无此人", actor=visitors["clerk"].actor, now=given.NOW
    )
    file = records.access_file(
        person_id=ids[0], actor=visitors["person"].actor, purpose_code="SELF_READ", now=given.NOW
    )
    assert isinstance(file, records.PersonFile)
    report = reports.issue_report(
        person_id=ids[0],
        language=Language.ZH_HANS,
        extent=Extent.WHOLE,
        wording=wording_in(Language.ZH_HANS),
        actor=visitors["person"].actor,
        now=given.NOW,
    )
    assert isinstance(report, reports.IssuedReport)
    return {
        "me/reports/": {"reference": report.number},
        "me/file/": {"reference": file.items[0].reference},
        "office/held/<int:held_line_id>/done/": {"held_line_id": dismissed.id},
        "office/held/": {"held_line_id": held.id},
        "office/batches/": {"reference": settled.reference},
        "organisation/batches/<reference:reference>/decision/": {"reference": waiting.reference},
        "organisation/batches/": {"reference": settled.reference},
        "organisation/catalogue/": {"code": given.ITEM},
    }


def _asked(ids: list[int], visitors: Mapping[str, Visitor]) -> dict[str, dict[str, object]]:
    waiting = gate.ask(0, asked=gate.scope(looks=2))
    (granted,) = authorisations.list_requests_to(person_id=ids[0], now=given.NOW, is_waiting=False)
    (allowed,) = authorisations.list_authorisations_of(person_id=ids[0], holds_on=given.NOW.date())
    (batch,) = inquiries.list_inquiry_batches(organisation_code=gate.BANK)
    (suspension,) = organisations.list_suspensions()
    (task,) = inquiries.list_tasks()
    (concern,) = inquiries.list_concerns()
    look = next(look for look in register.list_looks(person_id=ids[0]) if look.organisation_code == gate.BANK)
    inquiry = inquiries.list_inquiries(organisation_code=gate.BANK)[0]
    return {
        "me/looks/": {"look_id": look.look_id},
        "me/requests/<str:reference>/answered/": {"reference": granted.reference},
        "me/requests/": {"reference": waiting},
        "me/authorisations/": {"reference": allowed.reference},
        "organisation/asking/inquiries/": {"reference": inquiry.reference},
        "organisation/asking/requests/": {"reference": waiting},
        "organisation/asking/batches/": {"reference": batch.reference},
        "office/requesters/<str:code>/sectors/": {"code": OPERATOR, "sector": "TELECOM"},
        "office/requesters/<str:code>/inspections/": {"code": BUREAU},
        "office/requesters/": {"code": gate.BANK, "purpose": "LENDING"},
        "office/suspensions/": {"suspension_id": suspension.suspension_id},
        "office/tasks/": {"task_id": task.task_id},
        "office/concerns/": {"reference": concern.reference},
        "office/reviews/": {"review_id": inquiries.list_reviews()[0].review_id},
    }


def _merged(ids: list[int], visitors: Mapping[str, Visitor]) -> dict[str, dict[str, object]]:
    """Leave a merge that waits, one in force, and one whose split waits."""
    clerk, reviewer = visitors["clerk"].actor, visitors["reviewer"].actor
    proposals = []
    for place in range(3):
        proposal = person_acts.propose_merge(
            merged_person_id=ids[6 + place],
            into_person_id=ids[9 + place],
            reasons="同一人",
            actor=clerk,
            now=given.NOW,
        )
        if place:
            person_acts.decide_merge(
                proposal_id=proposal, decision=Decision.APPROVED, reasons="已核实", actor=reviewer, now=given.NOW
            )
        proposals.append(proposal)
    merge_id = next(line.merge_id for line in persons.list_merges() if line.proposal_id == proposals[2])
    assert merge_id is not None
    person_acts.propose_split(merge_id=merge_id, reasons="并非同一人", actor=clerk, now=given.NOW)
    return {
        "office/merges/<int:proposal_id>/split/decide/": {"proposal_id": proposals[2]},
        "office/merges/<int:proposal_id>/split/": {"proposal_id": proposals[1]},
        "office/merges/": {"proposal_id": proposals[0]},
        "office/counter/": {"reference": persons.reference_of(ids[2])},
    }


def _represented(ids: list[int], visitors: Mapping[str, Visitor]) -> dict[str, dict[str, object]]:
    """Leave a representation that waits, and one that holds."""
    entered = [
        admission.enter_representation(
            kind=RepresentationKind.AGENT,
            represented_id=ids[3],
            representative_id=ids[place],
            document=RepresentationDocument.NOTARISED_POWER,
            document_number=f"公证-{place}",
            from_on=given.NOW.date(),
            to_on=given.NOW.date() + timedelta(days=30),
            actor=visitors["clerk"].actor,
            now=given.NOW,
        )
        for place in (4, 5)
    ]
    admission.decide_representation(
        reference=entered[1], decision=Representing.APPROVED, actor=visitors["reviewer"].actor, now=given.NOW
    )
    return {
        "office/representations/<str:reference>/end/": {"reference": entered[1]},
        "office/representations/": {"reference": entered[0]},
    }


def _administered(ids: list[int], visitors: Mapping[str, Visitor]) -> dict[str, dict[str, object]]:
    """Leave a client of the bank with two secrets, addresses for corrections, and a proposed appointment."""
    chief, office_chief = visitors["chief"].actor, visitors["office-chief"].actor
    account_acts.open_own_client(
        name="信贷系统",
        roles=frozenset({Role.REQUESTER}),
        organisation_code=gate.BANK,
        appointments=organisations.appointments_of(gate.BANK),
        actor=chief,
        now=given.NOW,
    )
    (client,) = accounts.list_clients(organisation_code=gate.BANK, now=given.NOW)
    account_acts.add_secret(client_pk=client.client_pk, overlap_days=7, actor=chief, now=given.NOW)
    for place, days in (("old", 9), ("corrections", 0)):
        organisation_acts.subscribe_corrections(
            address=f"https://bank.example/{place}", actor=chief, now=given.NOW - timedelta(days=days)
        )
    proposed = account_acts.open_officer(
        username="li.si",
        display_name="李四",
        roles=frozenset({Role.OFFICE_CLERK}),
        organisation_code=OFFICE,
        appointments=organisations.appointments_of(OFFICE),
        actor=office_chief,
        now=given.NOW,
    )
    asker = visitors["bank"].actor.key.partition(":")[2]
    return {
        "organisation/officers/changes/": {"change_id": proposed.change_id},
        "organisation/officers/": {"account_id": int(asker)},
        "organisation/clients/": {"client_pk": client.client_pk, "secret_id": client.secrets[0].secret_id},
    }


def opened(visitors: Mapping[str, Visitor], placed: Mapping[str, Mapping[str, object]]) -> dict[str, list[str]]:
    """Return the addresses of every page, by who opens them."""
    found: dict[str, list[str]] = {}
    for route in routes():
        if route.name in EXEMPT:
            continue
        known: Mapping[str, object] = {}
        if route.parameters:
            known = next(objects for begin, objects in placed.items() if route.address.startswith(begin))
        who = OPENED_BY.get(route.name) or next(
            name for name, visitor in visitors.items() if visitor.roles & route.declared.roles
        )
        place = reverse(route.name, kwargs={name: known[name] for name in route.parameters})
        found.setdefault(who, []).append(place)
    return found


def test_every_page_is_accessible_and_fits(furnished: Furnished, browser: Browser, site_address: str, axe: str) -> None:
    visitors, placed = furnished
    wrong: list[str] = []
    for who, places in opened(visitors, placed).items():
        for turn, (language, width) in enumerate(VIEWS):
            chosen = places if ALL_VIEWS else places[turn :: len(VIEWS)]
            context = browser.new_context(viewport={"width": width, "height": 844}, bypass_csp=True)
            session = visitors[who].client.cookies["sessionid"].value
            for cookie, value in (("chengxin_language", language), ("sessionid", session)):
                context.add_cookies([{"name": cookie, "value": value, "url": site_address}])
            page = context.new_page()
            for path in chosen:
                answer = page.goto(f"{site_address}{path}")
                assert answer is not None
                found = wrong_with(page, axe) if answer.status == OK else [str(answer.status)]
                wrong += [f"{path} {who} {language} {width}: {one}" for one in found]
            context.close()
    assert wrong == []
