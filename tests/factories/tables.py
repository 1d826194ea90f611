"""Rows in every append-only table, by the operations that write them. Synthetic persons only."""

from datetime import date, timedelta

from chengxin.accounts import operations as accounts
from chengxin.accounts.states import Decision as RoleDecision
from chengxin.admission import operations as admission
from chengxin.admission.states import Decision as RepresentationDecision
from chengxin.admission.states import RepresentationDocument, RepresentationKind
from chengxin.authorisations import operations as authorisations
from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.inquiries import operations as inquiries
from chengxin.ledger import operations as ledger
from chengxin.organisations import operations as organisations
from chengxin.organisations.rules import appointments_of
from chengxin.organisations.states import OrganisationKind
from chengxin.persons import operations as persons
from chengxin.persons.states import Decision, DocumentKind, VerificationMethod
from chengxin.portals.presentation.report_texts import wording_in
from chengxin.reports import operations as reports
from chengxin.reports.states import Extent, Language
from factories import inquiries as asking
from factories import intake as given

NOW = given.NOW
TODAY = NOW.date()
CLERK, REVIEWER = given.CLERK, asking.REVIEWER
PAPER = b"%PDF-1.4\nsigned\n%%EOF\n"
BUREAU = "FZ_BUREAU"


def fill() -> None:
    """Let the whole life of a small office happen, and take all of it into the ledger."""
    given.edition()
    given.supplier()
    people = given.people(4)
    _registry(people)
    _postings()
    _looks(people)
    _officers()
    _representation(people)
    ledger.integrate(now=NOW)
    asking.inquire(1, authorisation=asking.allow(people[1], 1))
    ledger.integrate(now=NOW + timedelta(seconds=1))


def _registry(people: list[int]) -> None:
    """Verify somebody, merge two, split them again, and correct a name by a second feed."""
    persons.record_verification(
        person_id=people[0],
        verified_on=TODAY,
        method=VerificationMethod.DOCUMENT_IN_PERSON,
        document_kind=DocumentKind.RESIDENT_CARD,
        organisation_code="OFFICE",
        actor=CLERK,
        now=NOW,
    )
    proposal = persons.propose_merge(
        merged_person_id=people[2], into_person_id=people[3], reasons="同一人", actor=CLERK, now=NOW
    )
    merged = persons.decide_merge(
        proposal_id=proposal, decision=Decision.APPROVED, reasons="已核实", actor=REVIEWER, now=NOW
    )
    proposal = persons.propose_split(merge_id=merged.merge_id, reasons="并非同一人", actor=CLERK, now=NOW)
    persons.decide_split(proposal_id=proposal, decision=Decision.APPROVED, reasons="已核实", actor=REVIEWER, now=NOW)
    # More than a hundred lines at once, so that a run of rows is told too.
    lines = [
        persons.FeedLine("CORRECTION", given.number(3), given.name(3), None, None, "王小明", None),
        *(
            persons.FeedLine("NEW", given.number(index), given.name(index), date(2017, 1, 1))
            for index in range(100, 210)
        ),
    ]
    applied = persons.apply_population_feed(
        lines=lines, feed_number=2, declared_count=len(lines), synthetic=True, actor=given.SYSTEM, now=NOW
    )
    assert applied.accepted == len(lines), applied


def _postings() -> None:
    asking.items_about(3)
    reference = given.receive(given.csv_bytes([given.line(1)]))
    given.intake.settle_batch(reference=reference, actor=given.SENDER, now=NOW)
    given.intake.reverse_batch(reference=reference, reasons="错", actor=given.SECOND, now=NOW)


def _looks(people: list[int]) -> None:
    """Ask under an authorisation, refused too; take it back; let paper be signed; issue a report and take it back."""
    asking.organisation()
    allowed = asking.allow(people[0])
    asked = inquiries.Asked(
        purpose_code="LENDING",
        number=asking.number_of(0),
        name=given.name(0),
        item_codes=asking.ITEMS,
        form=asking.AnswerForm.LIST,
        case_number=asking.CASE,
        authorisation=allowed,
    )
    answer = inquiries.make_inquiry_once(key="K-1", asked=asked, actor=asking.CLIENT, now=NOW)
    assert isinstance(answer, inquiries.Answer), answer
    person = asking.the_person(people[0])
    authorisations.withdraw_authorisation(reference=allowed, actor=person, now=NOW)
    asking.inquire(authorisation=allowed)
    authorisations.record_paper_authorisation(
        person_id=people[0],
        organisation_code=asking.BANK,
        purpose_code="LENDING",
        scope=asking.scope(),
        case_number=asking.CASE,
        scan=PAPER,
        actor=CLERK,
        now=NOW,
    )
    issued = reports.issue_report(
        person_id=people[0],
        language=Language.ZH_HANS,
        extent=Extent.WHOLE,
        actor=person,
        now=NOW,
        wording=wording_in(Language.ZH_HANS),
    )
    reports.withdraw_report(number=issued.number, actor=person, now=NOW)
    organisations.register_organisation(
        code=BUREAU,
        body_code="FJ.MARKET",
        division_code="359900",
        name_zh="虚构征信",
        name_en="Made-up Bureau",
        kind=OrganisationKind.BUREAU,
        actor=given.SYSTEM,
        now=NOW,
    )
    organisations.record_inspection(
        organisation_code=BUREAU, inspected_on=TODAY, findings="无", mend_by_on=None, actor=REVIEWER, now=NOW
    )


def _officers() -> None:
    """Propose an officer of the office by one administrator, and let a second decide."""

    def administrator(name: str) -> Actor:
        roles = frozenset({Role.ORGANISATION_ADMINISTRATOR})
        account = accounts.open_account(
            username=name,
            password="ein langes Wort 17",
            kind=ActorKind.OFFICER,
            roles=roles,
            organisation_code="OFFICE",
            actor=given.SYSTEM,
            now=NOW,
        )
        return given.officer(f"account:{account}", *roles, organisation_code="OFFICE")

    office = appointments_of(OrganisationKind.OFFICE)
    proposed = accounts.open_officer(
        username="joiner",
        display_name="经办人",
        roles=frozenset({Role.OFFICE_CLERK}),
        organisation_code="OFFICE",
        appointments=office,
        actor=administrator("chief"),
        now=NOW,
    )
    accounts.decide_change(
        change_id=proposed.change_id or 0,
        decision=RoleDecision.APPROVED,
        appointments=office,
        actor=administrator("deputy"),
        now=NOW,
    )


def _representation(people: list[int]) -> None:
    reference = admission.enter_representation(
        kind=RepresentationKind.AGENT,
        represented_id=people[0],
        representative_id=people[1],
        document=RepresentationDocument.SIGNED_POWER,
        document_number="委-2026-7",
        from_on=TODAY,
        to_on=TODAY + timedelta(days=30),
        actor=CLERK,
        now=NOW,
    )
    admission.decide_representation(
        reference=reference, decision=RepresentationDecision.APPROVED, actor=REVIEWER, now=NOW
    )
    admission.end_representation(reference=reference, actor=CLERK, now=NOW)
