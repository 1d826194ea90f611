"""Who may ask, answer, take back: facts about this very request or authorisation in, Permit or Refusal out."""

from dataclasses import dataclass
from datetime import date

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import LegalBasis, Permit, Refusal, all_of

CONSENT = LegalBasis(code="PIPL-23", title="中华人民共和国个人信息保护法", article="第二十三条", verified=True)
WITHDRAWAL = LegalBasis(code="PIPL-15", title="中华人民共和国个人信息保护法", article="第十五条", verified=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskStanding:
    """How somebody who asks stands to what is asked for.

    Attributes:
        is_mandated: The organisation may ask for this purpose today.
        is_suspended: The organisation, officer or client is suspended.
        is_purpose_by_authorisation: The purpose is one that the person allows.
        is_within_purpose: Items, looks and days lie within what the purpose and the mandate let anybody ask.
        again_on: First day on which this person may be asked again; ``None`` where nobody was refused.
        today: The civil day.
    """

    is_mandated: bool
    is_suspended: bool
    is_purpose_by_authorisation: bool
    is_within_purpose: bool
    again_on: date | None
    today: date


def may_ask(actor: Actor, standing: AskStanding) -> Permit | Refusal:
    """Let a requester ask for what its mandate and the purpose allow, and not again too soon after a refusal."""
    early = standing.again_on is not None and standing.today < standing.again_on
    again_on = "" if standing.again_on is None else standing.again_on.isoformat()
    return all_of(
        (
            _unless(not actor.has(Role.REQUESTER), "NOT_A_REQUESTER"),
            _unless(standing.is_suspended, "REQUESTER_SUSPENDED"),
            _unless(not standing.is_purpose_by_authorisation, "PURPOSE_NOT_BY_AUTHORISATION"),
            _unless(not standing.is_mandated, "NO_INQUIRY_MANDATE"),
            _unless(not standing.is_within_purpose, "ASKED_BEYOND_PURPOSE"),
            _unless(early, "ASKED_AGAIN_TOO_SOON", again_on=again_on),
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerStanding:
    """How somebody who answers stands to a request.

    Attributes:
        is_the_person: The login is the very person who was asked, or nobody in particular was asked.
        is_lapsed: Nobody answered in time.
    """

    is_the_person: bool
    is_lapsed: bool


def may_answer(actor: Actor, standing: AnswerStanding) -> Permit | Refusal:
    """Let the person who was asked grant or refuse, while the request waits; nobody else, and no machine."""
    if actor.kind is not ActorKind.PERSON or not standing.is_the_person:
        return Refusal(code="NOT_ASKED_OF_YOU", basis=CONSENT)
    if standing.is_lapsed:
        return Refusal(code="REQUEST_LAPSED", basis=CONSENT)
    return Permit(code="PERSON_ANSWERS", basis=CONSENT)


def may_record_paper(actor: Actor, *, is_suspended: bool) -> Permit | Refusal:
    """Let a clerk of the credit office record what a person signed at the counter."""
    if not (actor.kind is ActorKind.OFFICER and actor.has(Role.OFFICE_CLERK)):
        return Refusal(code="NOT_A_CLERK", basis=CONSENT)
    if is_suspended:
        return Refusal(code="REQUESTER_SUSPENDED", basis=CONSENT)
    return Permit(code="PAPER_AT_COUNTER", basis=CONSENT)


def may_withdraw(actor: Actor, *, is_the_person: bool) -> Permit | Refusal:
    """Let the person, or a clerk whom the person asks at a counter, take an authorisation back."""
    if actor.kind is ActorKind.PERSON and is_the_person:
        return Permit(code="PERSON_WITHDRAWS", basis=WITHDRAWAL)
    if actor.kind is ActorKind.OFFICER and actor.has(Role.OFFICE_CLERK):
        return Permit(code="WITHDRAWN_AT_COUNTER", basis=WITHDRAWAL)
    return Refusal(code="NOT_YOUR_AUTHORISATION", basis=WITHDRAWAL)


def _unless(is_hindered: bool, code: str, **details: str) -> Permit | Refusal:  # noqa: FBT001 - a condition, not an option
    return Refusal(code=code, basis=CONSENT, details=details) if is_hindered else Permit(code="CONDITION_MET")
