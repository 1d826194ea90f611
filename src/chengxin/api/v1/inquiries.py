"""Inquiries: asking about a person through the gate, what became of it, and the proof that the look is registered."""

from datetime import date
from typing import Annotated, Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import Header, Query, Router, Schema
from pydantic import ConfigDict, Field, StringConstraints

from chengxin.api.v1 import problems
from chengxin.api.v1.cursors import cursor_of, number_of
from chengxin.api.v1.limits import LONGEST_PAGE, PAGE
from chengxin.api.v1.problems import BasisShown
from chengxin.api.v1.references import opaque_reference
from chengxin.api.v1.tokens import RequesterToken, actor_of, organisation_of
from chengxin.api.v1.uploads import required_key
from chengxin.api.v1.values import Code, Line, Moment, Paged
from chengxin.authority.decisions import LegalBasis, Refusal
from chengxin.catalogue.rules.values import AnswerForm
from chengxin.identifiers.identity import IdentityNumber
from chengxin.inquiries import lookups
from chengxin.inquiries import operations as inquiries
from chengxin.inquiries.errors import InquiryUnknown
from chengxin.inquiries.lookups import InquiryLine
from chengxin.inquiries.states import Outcome
from chengxin.keys.current import keyring
from chengxin.portals.presentation.clock import now_of, today_of
from chengxin.sealing import receipts
from chengxin.sealing.checkpoints import open_checkpoint
from chengxin.sealing.digests import salted_digest
from chengxin.sealing.merkle import leaf_hash

JSON_TYPE: Final = "application/json; charset=utf-8"

router = Router(tags=["inquiries"], auth=RequesterToken())

OptionalKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Your own key of this question. Repeated under it, the question is not asked again: reference and "
        "receipt come back, the answer does not.",
    ),
]


class NewInquiry(Schema):
    """One question about one person."""

    model_config = ConfigDict(extra="forbid")

    purpose: Code = Field(description="Purpose of the catalogue.")
    identity_number: Annotated[str, StringConstraints(max_length=64)] = Field(
        description="The person's number, as you hold it. It is in no address, no log and no answer."
    )
    name: Annotated[Line, StringConstraints(min_length=1)] = Field(description="The same person's name.")
    items: Annotated[list[Code], Field(max_length=200)] = Field(
        default_factory=list, description="About which item types; empty for all that are allowed."
    )
    form: AnswerForm = Field(default=AnswerForm.YES_NO, description="How much; never more is given than needed.")
    case_number: Line = Field(default="", description="Your own case; some purposes ask for one.")
    authorisation: Line = Field(default="", description="Reference of what the person allowed.")


class InquiryAnswered(Schema):
    """An answered inquiry."""

    reference: str
    code: str = Field(description="Why it was answered: AUTHORISED_BY_PERSON or STATUTORY_TASK.")
    basis: BasisShown | None = Field(description="The provision that the answer rests on; null when repeated.")
    form: AnswerForm = Field(description="The form given: never larger than the purpose needs.")
    answer: dict[str, Any] | None = Field(
        description="Nothing in it names the person. Its canonical JSON (RFC 8785) has the digest `answer_sha256` of "
        "the receipt. Null when repeated: to read it again is a new look."
    )
    answered_at: Moment
    receipt: str = Field(description="Compact JWS: that the look was registered before the answer left.")
    receipt_key: str = Field(description="`kid` of the key in /receipt-keys that signed the receipt.")
    repeated: bool = Field(description="Whether the key brought this back without asking again.")


class InquiryShown(Schema):
    """An inquiry of the organisation; it names nobody."""

    reference: str
    purpose: str
    case_number: str
    items: list[str]
    form_asked: AnswerForm
    form_given: AnswerForm | None = Field(description="Null unless it was answered.")
    outcome: Outcome
    code: str
    receipt: str | None = Field(description="Null unless it was answered.")
    asked_at: Moment
    asked_by: str = Field(description="Key of the client or account; it names nobody.")


class InquiryPage(Paged):
    """A page of the organisation's inquiries, newest first."""

    items: list[InquiryShown]


class ProofShown(Schema):
    """That a look is in the ledger: an inclusion proof (RFC 9162, 2.1.3) under a signed checkpoint (C2SP)."""

    leaf: str = Field(description="Hash of the leaf, hexadecimal; the same as `ledger_leaf` in the receipt.")
    leaf_index: int
    tree_size: int
    path: list[str] = Field(description="Hashes from the leaf upwards, hexadecimal.")
    checkpoint: str = Field(description="The newest checkpoint; verify it with the key of the ledger.")


def _basis(basis: LegalBasis | None) -> BasisShown | None:
    if basis is None:
        return None
    return BasisShown.model_construct(
        code=basis.code, title=basis.title, article=basis.article, verified=basis.verified
    )


def number_sent(text: str, *, today: date) -> IdentityNumber:
    """Return an identity number that a requester sent.

    Args:
        text: As it was sent.
        today: The civil day.

    Raises:
        MalformedIdentityNumber: It is none; the masked value is among the details.
    """
    return IdentityNumber.parse(text, today=today)


@router.post("", response=InquiryAnswered, summary="Ask about a person", operation_id="make_inquiry")
def make_inquiry(
    request: HttpRequest, inquiry: NewInquiry, idempotency_key: OptionalKey = None
) -> InquiryAnswered | HttpResponse:
    """Ask through the gate: the look is registered, then answered in the smallest form that serves the purpose.

    A refusal is a 403 with its code, the provision and the remedy; it is registered like an answer.
    """
    asked = inquiries.Asked(
        purpose_code=inquiry.purpose,
        number=number_sent(inquiry.identity_number, today=today_of(request)),
        name=inquiry.name.strip(),
        item_codes=frozenset(inquiry.items),
        form=inquiry.form,
        case_number=inquiry.case_number.strip(),
        authorisation=inquiry.authorisation,
    )
    actor, now = actor_of(request), now_of(request)
    outcome: inquiries.Answer | inquiries.Repeated | Refusal
    if idempotency_key is None:
        outcome = inquiries.make_inquiry(asked=asked, actor=actor, now=now)
    else:
        key = required_key(idempotency_key)
        outcome = inquiries.make_inquiry_once(key=key, asked=asked, actor=actor, now=now)
    if isinstance(outcome, Refusal):
        return problems.of_gate(outcome)
    if isinstance(outcome, inquiries.Repeated):
        return _repeated(_own_inquiry(request, outcome.reference))
    # Written here, and made unchecked of values that are checked already: the framework would take the answer apart and
    # check it once more, and this is the busiest route.
    answered = InquiryAnswered.model_construct(
        reference=outcome.reference,
        code=outcome.code,
        basis=_basis(outcome.basis),
        form=outcome.form,
        answer=dict(outcome.body),
        answered_at=outcome.answered_at,
        receipt=outcome.receipt,
        receipt_key=receipts.named_key(outcome.receipt),
        repeated=False,
    )
    return HttpResponse(answered.model_dump_json(), content_type=JSON_TYPE)


def _repeated(line: InquiryLine) -> InquiryAnswered:
    return InquiryAnswered(
        reference=line.reference,
        code=line.code,
        basis=None,
        form=AnswerForm(line.form_given),
        answer=None,
        answered_at=line.asked_at,
        receipt=line.receipt,
        receipt_key=receipts.named_key(line.receipt) if line.receipt else receipt_key(),
        repeated=True,
    )


def receipt_key() -> str:
    """Return the name of the key that signs receipts."""
    return receipts.key_name(keyring().receipt_signer().public_key())


@router.get("", response=InquiryPage, summary="Inquiries of the organisation", operation_id="list_inquiries")
def list_inquiries(
    request: HttpRequest,
    outcome: Annotated[Outcome | None, Query(description="Only those that ended so.")] = None,
    purpose: Annotated[Code | None, Query(description="Only for this purpose.")] = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = PAGE,
) -> InquiryPage:
    """Return what the organisation asked and how it ended, newest first."""
    found = lookups.list_inquiries(
        organisation_code=organisation_of(request),
        outcome=outcome,
        purpose_code=purpose,
        before=number_of(cursor),
        limit=limit + 1,
    )
    page = found[:limit]
    following = cursor_of(page[-1].inquiry_id) if len(found) > limit else None
    return InquiryPage(items=[_shown(line) for line in page], next=following)


def _own_inquiry(request: HttpRequest, reference: str) -> InquiryLine:
    return lookups.inquiry_of_organisation(
        reference=opaque_reference(reference, unknown=InquiryUnknown), organisation_code=organisation_of(request)
    )


def _shown(line: InquiryLine) -> InquiryShown:
    return InquiryShown(
        reference=line.reference,
        purpose=line.purpose_code,
        case_number=line.case_number,
        items=list(line.item_codes),
        form_asked=AnswerForm(line.form_asked),
        form_given=AnswerForm(line.form_given) if line.form_given else None,
        outcome=line.outcome,
        code=line.code,
        receipt=line.receipt or None,
        asked_at=line.asked_at,
        asked_by=line.actor_key,
    )


@router.get("/{reference}", response=InquiryShown, summary="One inquiry", operation_id="read_inquiry")
def read_inquiry(request: HttpRequest, reference: str) -> InquiryShown:
    """Return one inquiry of the organisation; the answer is not kept and not shown again."""
    return _shown(_own_inquiry(request, reference))


@router.get("/{reference}/proof", response=ProofShown, summary="Proof of a look", operation_id="prove_inquiry")
def prove_inquiry(request: HttpRequest, reference: str) -> ProofShown:
    """Return the proof that the look of an answered inquiry is in the ledger; within a second of the answer.

    The event itself stays here: it counts the looks of others at the person. The receipt names the leaf.
    """
    proof = lookups.prove_inquiry(
        reference=opaque_reference(reference, unknown=InquiryUnknown), organisation_code=organisation_of(request)
    )
    checkpoint = open_checkpoint(proof.checkpoint, keyring().ledger_verifier())
    return ProofShown(
        leaf=leaf_hash(salted_digest(proof.salt, proof.payload.encode())).hex(),
        leaf_index=proof.leaf_index,
        tree_size=checkpoint.size,
        path=[each.hex() for each in proof.path],
        checkpoint=proof.checkpoint,
    )
