"""Requesters with a mandate, what persons allow them, and inquiries. Synthetic persons only."""

from datetime import date, datetime

from chengxin.authorisations import operations as authorisations
from chengxin.authorisations.rules import Scope
from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import Refusal
from chengxin.catalogue.rules.values import AnswerForm
from chengxin.identifiers.identity import IdentityNumber
from chengxin.inquiries import operations as inquiries
from chengxin.intake import operations as intake
from chengxin.organisations import operations as organisations
from chengxin.organisations.states import OrganisationKind
from factories import intake as given

BANK = "FZ_BANK"
NEIGHBOUR = "XM_BANK"
DEPARTMENT = "FZ_TRANSPORT"
NOW = given.NOW
SINCE = date(2020, 1, 1)
CASE = "DK-2026-0001"
ITEMS = frozenset({given.ITEM})


def requester(organisation_code: str = BANK, key: str = "client:901", *, kind: ActorKind = ActorKind.CLIENT) -> Actor:
    return Actor(kind=kind, key=key, organisation_code=organisation_code, roles=frozenset({Role.REQUESTER}))


CLIENT = requester()
REVIEWER = given.officer("account:reviewer", Role.OFFICE_REVIEWER, organisation_code="OFFICE")


def organisation(
    code: str = BANK,
    *purposes: str,
    kind: OrganisationKind = OrganisationKind.BANK,
    basis_code: str = "CREDIT-REPORTING-18",
    from_on: date = SINCE,
    to_on: date | None = None,
    item_codes: tuple[str, ...] = (),
) -> None:
    """Register an organisation that may ask for purposes."""
    organisations.register_organisation(
        code=code,
        body_code="FJ.MARKET",
        division_code="359900",
        name_zh="虚构银行福州分行",
        name_en="Made-up Bank, Fuzhou branch",
        kind=kind,
        actor=given.SYSTEM,
        now=NOW,
    )
    for purpose in purposes or ("LENDING",):
        organisations.grant_inquiry_mandate(
            organisation_code=code,
            purpose_code=purpose,
            basis_code=basis_code,
            from_on=from_on,
            to_on=to_on,
            item_codes=item_codes,
            actor=given.SYSTEM,
            now=NOW,
        )


def items_about(count: int, *, of: int = 0) -> None:
    """Give the person of an index so many penalties that may be used today."""
    rows = [given.line(of, 信息编号=f"MS-{of}-{at:04d}") for at in range(count)]
    reference = given.receive(given.csv_bytes(rows))
    settled = intake.settle_batch(reference=reference, actor=given.SENDER, now=NOW)
    assert settled.accepted == count, settled


def scope(
    *items: str, looks: int = 3, days: int = 30, data_from: date | None = None, data_to: date | None = None
) -> Scope:
    codes = frozenset(items) if items else ITEMS
    return Scope(item_codes=codes, data_from=data_from, data_to=data_to, looks=looks, days=days)


def number_of(index: int) -> IdentityNumber:
    return IdentityNumber.parse(given.number(index), today=date(2026, 11, 23))


def the_person(person_id: int) -> Actor:
    """Return a person with a login of a key that no login of the database has."""
    key = f"account:{9_000_000 + person_id}"
    return Actor(kind=ActorKind.PERSON, key=key, person_id=person_id, roles=frozenset({Role.CITIZEN}))


def ask(
    index: int = 0,
    *,
    asker: Actor = CLIENT,
    purpose: str = "LENDING",
    asked: Scope | None = None,
    now: datetime = NOW,
) -> str:
    """Ask the person of an index for an authorisation."""
    return authorisations.ask_authorisation(
        purpose_code=purpose,
        scope=asked or scope(),
        case_number=CASE,
        number=number_of(index),
        name=given.name(index),
        actor=asker,
        now=now,
    )


def allow(
    person_id: int,
    index: int = 0,
    *,
    asker: Actor = CLIENT,
    purpose: str = "LENDING",
    granted: Scope | None = None,
    now: datetime = NOW,
) -> str:
    """Let the person allow what an organisation asks, and return the authorisation's reference."""
    request = ask(index, asker=asker, purpose=purpose, asked=granted, now=now)
    return authorisations.grant_authorisation(
        request_reference=request, scope=granted or scope(), actor=the_person(person_id), now=now
    )


def inquire(
    index: int = 0,
    *,
    authorisation: str = "",
    asker: Actor = CLIENT,
    purpose: str = "LENDING",
    form: AnswerForm = AnswerForm.LIST,
    items: frozenset[str] = ITEMS,
    name: str | None = None,
    case: str = CASE,
    now: datetime = NOW,
) -> inquiries.Answer | Refusal:
    """Ask the gate about the person of an index."""
    asked = inquiries.Asked(
        purpose_code=purpose,
        number=number_of(index),
        name=given.name(index) if name is None else name,
        item_codes=items,
        form=form,
        case_number=case,
        authorisation=authorisation,
    )
    return inquiries.make_inquiry(asked=asked, actor=asker, now=now)
