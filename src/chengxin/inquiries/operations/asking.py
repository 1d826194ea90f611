"""Asking through the gate: facts, decision, line of the register, answer; one transaction.

A refusal is returned, not raised, so that its line commits with it.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from chengxin.authorisations import lookups as authorisations
from chengxin.authorisations import operations as authorisation_acts
from chengxin.authorisations.lookups import AuthorisationFacts
from chengxin.authorisations.rules import Scope
from chengxin.authority.actors import Actor
from chengxin.authority.decisions import LegalBasis, Permit, Refusal, Undecided
from chengxin.catalogue import lookups as catalogue
from chengxin.catalogue.rules.values import AnswerForm, Edition, Purpose
from chengxin.identifiers.identity import IdentityNumber
from chengxin.inquiries import lookups, policies
from chengxin.inquiries.errors import AskedWrongly
from chengxin.inquiries.events import InquiryWithoutPerson
from chengxin.inquiries.models import Inquiry, Task
from chengxin.inquiries.policies import AuthorisationStanding, GateFacts
from chengxin.inquiries.rules import answers
from chengxin.inquiries.rules.checks import REFUSED, check_subject
from chengxin.inquiries.rules.quotas import QuotaLeft
from chengxin.inquiries.rules.quotas import quota_left as left_of
from chengxin.inquiries.states import Match, Outcome
from chengxin.keys import published
from chengxin.keys.current import keyring
from chengxin.ledger import operations as ledger
from chengxin.organisations import lookups as organisations
from chengxin.organisations.lookups import AskingFacts
from chengxin.periods.civil import civil_date
from chengxin.persons import lookups as persons
from chengxin.postgres.statements import ask_together, rows_of
from chengxin.register import operations as register
from chengxin.sealing import receipts
from chengxin.sealing.digests import canonical

REFERENCE_BYTES = 10
COUNT_SQL = """
    INSERT INTO inquiries_daycount AS counted (subject, day_on, asked_count)
    SELECT subject, %s, %s FROM unnest(%s::text[]) AS subject ORDER BY subject
    ON CONFLICT (subject, day_on) DO UPDATE SET asked_count = counted.asked_count + excluded.asked_count
"""
STORED = (
    "reference", "organisation_code", "actor_key", "purpose_code", "edition_code", "case_number", "item_codes",
    "form_asked", "form_given", "person_id", "authorisation_id", "look_id", "outcome", "code", "answer_digest",
    "receipt", "asked_at",
)  # fmt: skip
STORE_SQL = (
    f"WITH counted AS ({COUNT_SQL}) INSERT INTO inquiries_inquiry ({', '.join(STORED)})"
    f" VALUES ({', '.join(['%s'] * len(STORED))})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a requester asks.

    Attributes:
        purpose_code: For what.
        number: Whose number, as the requester holds it.
        name: The name beside it.
        item_codes: About which item types; empty for all that are allowed.
        form: How much is asked for.
        case_number: The requester's own case; may be empty.
        authorisation: Reference of what the person allowed; may be empty.
    """

    purpose_code: str
    number: IdentityNumber
    name: str
    item_codes: frozenset[str]
    form: AnswerForm
    case_number: str
    authorisation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What leaves the gate.

    Attributes:
        reference: The inquiry.
        code: Why it was answered.
        basis: The provision that it rests on.
        form: How much was given; may be less than was asked.
        body: What is said, as canonical JSON can hold it.
        receipt: Signed receipt that the look was registered before the answer left.
        answered_at: When.
    """

    reference: str
    code: str
    basis: LegalBasis | None
    form: AnswerForm
    body: Mapping[str, Any]
    receipt: str
    answered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An inquiry with all that was found about it; one that is asked alone and one of a batch are judged alike."""

    reference: str
    asked: Asked
    actor: Actor
    organisation_code: str
    now: datetime
    today: date
    edition: Edition
    purpose: Purpose | None
    asking: AskingFacts
    items: frozenset[str]
    person_id: int | None
    cluster: tuple[int, ...]
    name_agrees: bool
    authorisation: AuthorisationFacts | None

    @property
    def asks_identity_only(self) -> bool:
        """Tell whether the purpose is about identity alone."""
        return self.purpose is not None and self.purpose.disclosure is not None and not self.purpose.disclosure.kinds

    @property
    def form(self) -> AnswerForm:
        """Return the form in which it is answered: never larger than the purpose needs."""
        disclosure = None if self.purpose is None else self.purpose.disclosure
        needed = AnswerForm.YES_NO if disclosure is None else disclosure.form
        return answers.form_given(asked=self.asked.form, needed=needed)

    @property
    def scope(self) -> Scope:
        """Return what may be read for this one answer: the item types asked about, of the days that were allowed."""
        return Scope(
            item_codes=self.items,
            data_from=None if self.authorisation is None else self.authorisation.data_from,
            data_to=None if self.authorisation is None else self.authorisation.data_to,
            looks=1,
            days=1,
        )

    @property
    def basis_code(self) -> str:
        """Return the provision that an answer rests on: the person's consent, or the organisation's own task."""
        if self.purpose is None:
            return ""
        return self.purpose.basis if self.purpose.needs_authorisation else (self.asking.mandate_basis or "")

    @property
    def basis(self) -> LegalBasis | None:
        """Return that provision from the catalogue; ``None`` where it lacks it."""
        found = self.edition.bases.get(self.basis_code)
        return None if found is None else found.as_legal_basis()


@transaction.atomic
def make_inquiry(*, asked: Asked, actor: Actor, now: datetime) -> Answer | Refusal:
    """Ask about a person and return the answer, or why there is none; either way the attempt is on record.

    Where the person exists, a line of the register says so, refused or not; commit before answering. Whether the
    person exists is told only by an identity check, or to whoever may ask without the person's consent.

    Args:
        asked: What is asked.
        actor: An officer or client of the requester.
        now: The moment.

    Raises:
        AskedWrongly: An item type is not in the catalogue, or the actor acts for nobody.
    """
    case, left = _gather(asked, actor, now)
    facts = facts_of(case, left=left)
    decision = policies.may_be_answered(actor, facts, basis=case.basis)
    if isinstance(decision, Permit) and case.authorisation is not None and facts.needs_authorisation:
        try:
            authorisation_acts.use_authorisation(authorisation_id=case.authorisation.authorisation_id, now=now)
        except authorisation_acts.AuthorisationUsedUp:
            # Used up or withdrawn by somebody who was faster since the facts were read.
            decision = Refusal(code="AUTHORISATION_USED_UP", basis=policies.SEPARATE_CONSENT)
    return _refused(case, decision) if isinstance(decision, Refusal) else _answered(case, decision)


def _gather(asked: Asked, actor: Actor, now: datetime) -> tuple[Case, QuotaLeft]:
    """Return all that is known about an inquiry, and what is left of the day's quotas; in one round trip.

    Raises:
        AskedWrongly: An item type is not in the catalogue, or the actor acts for nobody.
    """
    if actor.organisation_code is None:
        raise AskedWrongly(field="organisation")
    today, subjects = civil_date(now), subjects_of(actor)
    digest, asking, authorisation, identified, counted = ask_together(
        catalogue.edition_question(today),
        organisations.asking_question(
            organisation_code=actor.organisation_code, purpose_code=asked.purpose_code, subjects=subjects, on=today
        ),
        authorisations.facts_question(asked.authorisation),
        persons.identify_question(asked.number, asked.name),
        lookups.quota_question(subjects, today),
    )
    edition = catalogue.edition_found(digest, today)
    if not asked.item_codes <= edition.item_types.keys():
        raise AskedWrongly(field="items")
    purpose = edition.purposes.get(asked.purpose_code)
    case = Case(
        reference=new_reference(),
        asked=asked,
        actor=actor,
        organisation_code=actor.organisation_code,
        now=now,
        today=today,
        edition=edition,
        purpose=purpose,
        asking=asking,
        items=items_of(
            asked,
            edition=edition,
            asking=asking,
            authorisation=authorisation,
            organisation_code=actor.organisation_code,
        ),
        person_id=identified.person_id,
        cluster=identified.cluster,
        name_agrees=identified.name_agrees,
        authorisation=authorisation,
    )
    return case, left_of(counted, edition.quotas)


def new_reference() -> str:
    """Return a new reference of an inquiry; nothing can be read from it."""
    return base64.b32encode(secrets.token_bytes(REFERENCE_BYTES)).decode()


def items_of(
    asked: Asked,
    *,
    edition: Edition,
    asking: AskingFacts,
    authorisation: AuthorisationFacts | None,
    organisation_code: str,
) -> frozenset[str]:
    """Return the item types asked about: those named, else all that purpose, mandate and own authorisation allow.

    Another organisation's authorisation tells nothing of itself, not even by the items kept with the refusal.

    Args:
        asked: What is asked.
        edition: The edition in force.
        asking: What is known of the organisation.
        authorisation: The one that was named; ``None`` without one.
        organisation_code: Who asks.
    """
    if asked.item_codes:
        return asked.item_codes
    purpose = edition.purposes.get(asked.purpose_code)
    allowed = frozenset() if purpose is None else edition.items_for(purpose)
    if asking.mandate_items:
        allowed &= asking.mandate_items
    is_own = authorisation is not None and authorisation.organisation_code == organisation_code
    return allowed & authorisation.item_codes if authorisation is not None and is_own else allowed


def subjects_of(actor: Actor) -> tuple[str, str]:
    """Return the keys under which an actor is suspended, and counted who asks one by one: organisation, and login."""
    return (f"organisation:{actor.organisation_code}", actor.key)


def facts_of(case: Case, *, left: QuotaLeft) -> GateFacts:
    """Return what the gate judges of an inquiry.

    Args:
        case: The inquiry with all that was found about it.
        left: How often officer or client and organisation may still ask today.
    """
    purpose, asking, authorisation = case.purpose, case.asking, case.authorisation
    disclosure = None if purpose is None else purpose.disclosure
    mandate_basis = None if asking.mandate_basis is None else case.edition.bases.get(asking.mandate_basis)
    allowed = frozenset() if purpose is None else case.edition.items_for(purpose)
    if asking.mandate_items:
        allowed &= asking.mandate_items
    standing = None
    if authorisation is not None:
        standing = AuthorisationStanding(
            # Whether the name agrees is what a check of identity asks about: it cannot be what lets it be answered.
            is_of_this_person=(case.name_agrees or case.asks_identity_only) and authorisation.person_id in case.cluster,
            is_to_this_organisation=authorisation.organisation_code == case.organisation_code,
            is_for_this_purpose=authorisation.purpose_code == case.asked.purpose_code,
            is_withdrawn=authorisation.is_withdrawn,
            is_over=case.today > authorisation.last_on,
            is_used_up=authorisation.looks_left < 1,
            covers_items=case.items <= authorisation.item_codes,
        )
    return GateFacts(
        is_suspended=bool(asking.suspended),
        is_purpose_offered=disclosure is not None,
        is_kind_admitted=disclosure is not None and disclosure.admits(asking.kind or ""),
        is_mandated=asking.mandate_basis is not None,
        is_basis_known=mandate_basis is not None,
        is_basis_in_force=mandate_basis is not None and mandate_basis.holds_on(case.today),
        needs_licence=disclosure is not None and disclosure.needs_licence,
        is_licensed=asking.is_licensed,
        needs_case_number=purpose is not None and purpose.needs_case_number,
        is_case_formed=disclosure is not None and disclosure.takes_case(case.asked.case_number),
        are_items_allowed=case.items <= allowed,
        is_quota_known=left.narrowest is not None,
        quota_used_up=None if left.times else left.narrowest,
        needs_authorisation=purpose is None or purpose.needs_authorisation,
        authorisation=standing,
        is_person_identified=case.name_agrees,
        asks_identity_only=case.asks_identity_only,
    )


def _answered(case: Case, decision: Permit) -> Answer:
    body, shown = content_of(case, () if case.asks_identity_only else _usable(case))
    digest = hashlib.sha256(canonical(body)).digest()
    look = _look(case, shown, None)
    receipt = receipt_of(case, decision, digest, look)
    row = row_of(case, outcome=Outcome.ANSWERED, code=decision.code, look=look, digest=digest, receipt=receipt)
    _store(case, row, result=match_of(case).value)
    return Answer(
        reference=case.reference,
        code=decision.code,
        basis=decision.basis,
        form=case.form,
        body=body,
        receipt=receipt,
        answered_at=case.now,
    )


def content_of(case: Case, items: Sequence[answers.UsableItem]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return what an inquiry is answered, and what the register says of it.

    Args:
        case: The inquiry.
        items: The person's items in scope that may be used today; none for an identity check.
    """
    if case.asks_identity_only:
        body = answers.identity_body(match_of(case))
        shown: dict[str, Any] = {"what": "IDENTITY_CHECK"}
    else:
        body = answers.body_of(case.form, items)
        shown = {"items": lookups.counts_of(items)}
    shown |= {"form": case.form.value, "inquiry": case.reference}
    if case.authorisation is not None:
        shown["authorisation"] = case.authorisation.reference
    return body, shown


def match_of(case: Case) -> Match:
    """Return what an identity check says."""
    if case.person_id is None:
        return Match.UNKNOWN
    return Match.MATCH if case.name_agrees else Match.NO_MATCH


def _usable(case: Case) -> tuple[answers.UsableItem, ...]:
    if case.person_id is None:
        return ()
    register.draw_look(person_id=case.person_id)
    return lookups.usable_items_without_register(
        cluster=case.cluster,
        scope=case.scope,
        edition=case.edition,
        today=case.today,
        with_details=case.form is AnswerForm.DOCUMENT,
    )


def _refused(case: Case, refusal: Refusal) -> Refusal:
    look = _look(case, {"inquiry": case.reference}, refusal)
    _store(case, row_of(case, outcome=outcome_of(refusal), code=refusal.code, look=look, digest=None, receipt=""))
    if isinstance(refusal, Undecided):
        task_of(case, refusal).save(force_insert=True)
    return refusal


def outcome_of(decision: Permit | Refusal) -> Outcome:
    """Return how an inquiry ended."""
    if isinstance(decision, Permit):
        return Outcome.ANSWERED
    return Outcome.UNDECIDED if isinstance(decision, Undecided) else Outcome.REFUSED


def task_of(case: Case, refusal: Undecided) -> Task:
    """Return the row of the gap that kept the gate from deciding, not stored yet."""
    return Task(
        inquiry_reference=case.reference,
        organisation_code=case.organisation_code,
        purpose_code=case.asked.purpose_code[:64],
        code=refusal.code,
        opened_at=case.now,
    )


def event_of(case: Case, refusal: Refusal | None) -> InquiryWithoutPerson:
    """Return the ledger's event of an inquiry about nobody, which has no line of the register."""
    return InquiryWithoutPerson(
        inquiry=case.reference,
        purpose_code=case.asked.purpose_code[:64],
        outcome=Outcome.ANSWERED.value if refusal is None else Outcome.REFUSED.value,
    )


def line_of_register(case: Case, shown: Mapping[str, Any], refusal: Refusal | None) -> register.LookToMake:
    """Return the line of the register of an inquiry about somebody, not written yet.

    Args:
        case: The inquiry.
        shown: What the register says was shown.
        refusal: Why it was refused; ``None`` when it was answered.

    Raises:
        ValueError: The inquiry is about nobody; its event stands in the ledger.
    """
    if case.person_id is None:
        message = "an inquiry about nobody has no line of the register"
        raise ValueError(message)
    return register.LookToMake(
        person_id=case.person_id,
        purpose_code=case.asked.purpose_code[:60],
        basis_code=case.basis_code,
        case_number=case.asked.case_number or None,
        shown=shown,
        mask_rule=answers.MASK_RULE,
        mask_version=answers.MASK_VERSION,
        refusal_code=None if refusal is None else refusal.code,
    )


def _look(case: Case, shown: Mapping[str, Any], refusal: Refusal | None) -> register.Look | None:
    """Write the line of the register; an inquiry about nobody leaves its event in the ledger instead."""
    if case.person_id is None:
        ledger.append(event_of(case, refusal), actor=case.actor, at=case.now)
        return None
    (look,) = register.register_looks([line_of_register(case, shown, refusal)], actor=case.actor, at=case.now)
    return look


def receipt_of(case: Case, decision: Permit, digest: bytes, look: register.Look | None) -> str:
    """Return the signed receipt that a look was registered before its answer left.

    Args:
        case: The inquiry.
        decision: Why it was answered.
        digest: Digest of the answer.
        look: Its line of the register; ``None`` where it was about nobody.
    """
    ring = keyring()
    contents: dict[str, Any] = {
        "schema_version": 1,
        "inquiry": case.reference,
        "organisation": case.organisation_code,
        "purpose": case.asked.purpose_code,
        "basis": case.basis_code,
        "code": decision.code,
        "case_number": case.asked.case_number or None,
        "authorisation": None if case.authorisation is None else case.authorisation.reference,
        "form": case.form.value,
        "answered_at": case.now,
        "answer_sha256": digest.hex(),
        "look_sha256": None if look is None else look.digest.hex(),
        "ledger_origin": ring.ledger_origin,
        "ledger_leaf": None if look is None else look.leaf.hex(),
    }
    return receipts.sign_receipt(contents, kind=receipts.LOOK_TYPE, signer=published.receipt_signer())


def row_of(
    case: Case, *, outcome: Outcome, code: str, look: register.Look | None, digest: bytes | None, receipt: str
) -> Inquiry:
    """Return the row of an inquiry, not stored yet.

    Args:
        case: The inquiry.
        outcome: How it ended.
        code: Why.
        look: Its line of the register; ``None`` where it was about nobody.
        digest: Digest of the answer; ``None`` without one.
        receipt: The signed receipt; empty without an answer.
    """
    return Inquiry(
        reference=case.reference,
        organisation_code=case.organisation_code,
        actor_key=case.actor.key,
        purpose_code=case.asked.purpose_code[:64],
        edition_code=case.edition.code,
        case_number=case.asked.case_number[:100],
        item_codes=sorted(case.items),
        form_asked=case.asked.form.value,
        form_given=case.form.value if outcome is Outcome.ANSWERED else "",
        person_id=case.person_id,
        authorisation_id=None if case.authorisation is None else case.authorisation.authorisation_id,
        look_id=None if look is None else look.look_id,
        outcome=outcome.value,
        code=code,
        answer_digest=digest,
        receipt=receipt,
        asked_at=case.now,
    )


def _store(case: Case, row: Inquiry, *, result: str = REFUSED) -> None:
    """Store an inquiry and count it for officer or client and for the organisation, in one round trip.

    Last, so that the rows of the counts are held briefly.
    """
    subjects = [*subjects_of(case.actor), *check_subjects(case, result)]
    values = [getattr(row, column) for column in STORED]
    rows_of(STORE_SQL, [case.today, 1, subjects, *values])


def check_subjects(case: Case, result: str) -> list[str]:
    """Return the key under which an identity check is counted for its operator; none for any other inquiry.

    Args:
        case: The inquiry.
        result: What the check said, or ``REFUSED``; of other inquiries anything.
    """
    return [check_subject(case.organisation_code, result)] if case.asks_identity_only else []


def count_inquiries(subjects: Sequence[str], on: date, count: int) -> None:
    """Count inquiries of a day.

    Args:
        subjects: The keys under which they are counted.
        on: The civil day.
        count: How many.
    """
    with connection.cursor() as cursor:
        cursor.execute(COUNT_SQL, [on, count, list(subjects)])
