"""The gate: facts about this very inquiry in, Permit, Refusal or Undecided out.

Every condition is a function of its own with the sentence that a reader is told as its docstring; all of them must
hold. The order matters twice: the first refusal is the one reported, and nothing that depends on whether the person
exists is looked at before the requester has shown that it may ask.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import LegalBasis, Permit, Refusal, Undecided, all_of
from chengxin.catalogue.rules.values import QuotaKind

MINIMUM_NECESSARY = LegalBasis(code="PIPL-6", title="中华人民共和国个人信息保护法", article="第六条", verified=True)
SEPARATE_CONSENT = LegalBasis(code="PIPL-23", title="中华人民共和国个人信息保护法", article="第二十三条", verified=True)
OWN_DATA = LegalBasis(code="PIPL-45", title="中华人民共和国个人信息保护法", article="第四十五条", verified=True)
STATUTORY_POWER = LegalBasis(code="PIPL-34", title="中华人民共和国个人信息保护法", article="第三十四条", verified=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorisationStanding:
    """How an authorisation stands to the inquiry that names it.

    Attributes:
        is_of_this_person: It was granted by the very person asked about.
        is_to_this_organisation: It was granted to the organisation that asks.
        is_for_this_purpose: It was granted for the purpose stated.
        is_withdrawn: The person took it back.
        is_over: Its last day has passed.
        is_used_up: All its looks were used.
        covers_items: Every item type asked for is in it.
    """

    is_of_this_person: bool
    is_to_this_organisation: bool
    is_for_this_purpose: bool
    is_withdrawn: bool
    is_over: bool
    is_used_up: bool
    covers_items: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFacts:
    """What the gate knows of an inquiry.

    Attributes:
        is_suspended: The organisation, officer or client is suspended.
        is_purpose_offered: The edition in force knows the purpose as one of requesters.
        is_kind_admitted: The organisation is of a kind that may ask for it.
        is_mandated: The organisation has a mandate for the purpose today.
        is_basis_known: The catalogue knows the provision that the mandate names.
        is_basis_in_force: That provision is in force today.
        needs_licence: The purpose asks for a licence.
        is_licensed: A licence of today has the purpose in its scope.
        needs_case_number: The purpose asks for a case number.
        is_case_formed: The case number has the form that the purpose asks for.
        are_items_allowed: Every item type asked for is allowed by purpose and mandate.
        is_quota_known: It is said how often the officer or client, or for a line of a batch all batches, and the
            organisation may ask on one day.
        quota_used_up: The quota of those that does not allow once more today; ``None`` where all do.
        needs_authorisation: The person must have allowed it.
        authorisation: The one that the inquiry names; ``None`` where it names none, or one that does not exist.
        is_person_identified: Number and name belong to one registered person.
        asks_identity_only: The purpose is about identity alone; then an unknown person is an answer, not a refusal.
    """

    is_suspended: bool
    is_purpose_offered: bool
    is_kind_admitted: bool
    is_mandated: bool
    is_basis_known: bool
    is_basis_in_force: bool
    needs_licence: bool
    is_licensed: bool
    needs_case_number: bool
    is_case_formed: bool
    are_items_allowed: bool
    is_quota_known: bool
    quota_used_up: QuotaKind | None
    needs_authorisation: bool
    authorisation: AuthorisationStanding | None
    is_person_identified: bool
    asks_identity_only: bool


Decision = Permit | Refusal
Condition = Callable[[Actor, GateFacts], Decision]
MET: Final = Permit(code="CONDITION_MET")
QUOTA_CODES: Final[Mapping[QuotaKind, str]] = {
    QuotaKind.ACCOUNT: "ACCOUNT_QUOTA_USED_UP",
    QuotaKind.CLIENT: "CLIENT_QUOTA_USED_UP",
    QuotaKind.ORGANISATION: "ORGANISATION_QUOTA_USED_UP",
    QuotaKind.BATCHES: "BATCHES_QUOTA_USED_UP",
}
"""How a refusal names the quota that did not suffice."""


def requester_acts(actor: Actor, _facts: GateFacts) -> Decision:
    """Only officers and programs that their organisation appointed may ask."""
    return MET if actor.has(Role.REQUESTER) else _refusal("NOT_A_REQUESTER")


def nobody_is_suspended(_actor: Actor, facts: GateFacts) -> Decision:
    """Whoever is suspended gets no answer until the office lifts it."""
    return _refusal("REQUESTER_SUSPENDED") if facts.is_suspended else MET


def purpose_is_offered(_actor: Actor, facts: GateFacts) -> Decision:
    """The purpose must be one of the catalogue in force today."""
    return MET if facts.is_purpose_offered else _refusal("PURPOSE_NOT_OFFERED")


def kind_is_admitted(_actor: Actor, facts: GateFacts) -> Decision:
    """The purpose must be one of organisations of this kind."""
    return MET if facts.is_kind_admitted else _refusal("PURPOSE_NOT_OF_THIS_KIND")


def organisation_is_mandated(_actor: Actor, facts: GateFacts) -> Decision:
    """The organisation must have a mandate for the purpose today."""
    return MET if facts.is_mandated else _refusal("NO_INQUIRY_MANDATE", STATUTORY_POWER)


def basis_is_known(_actor: Actor, facts: GateFacts) -> Decision:
    """The provision that the mandate names must stand in the catalogue; otherwise nobody can say whether it holds."""
    return MET if facts.is_basis_known else Undecided(code="BASIS_UNKNOWN", basis=STATUTORY_POWER)


def basis_is_in_force(_actor: Actor, facts: GateFacts) -> Decision:
    """The provision that the mandate names must be in force today."""
    return MET if facts.is_basis_in_force else _refusal("BASIS_NOT_IN_FORCE", STATUTORY_POWER)


def licence_is_held(_actor: Actor, facts: GateFacts) -> Decision:
    """Where the purpose asks for a licence, one of today must have it in its scope."""
    return MET if facts.is_licensed or not facts.needs_licence else _refusal("NO_LICENCE")


def case_is_named(_actor: Actor, facts: GateFacts) -> Decision:
    """Where the purpose asks for a case number, it must be given in the right form."""
    return MET if facts.is_case_formed or not facts.needs_case_number else _refusal("CASE_NUMBER_MISSING")


def items_are_allowed(_actor: Actor, facts: GateFacts) -> Decision:
    """Nothing may be asked for beyond what purpose and mandate allow."""
    return MET if facts.are_items_allowed else _refusal("ITEMS_BEYOND_PURPOSE")


def quota_is_known(_actor: Actor, facts: GateFacts) -> Decision:
    """The catalogue or the office must say how often may be asked on one day; otherwise nobody can decide."""
    return MET if facts.is_quota_known else Undecided(code="QUOTA_UNKNOWN", basis=MINIMUM_NECESSARY)


def quota_is_left(_actor: Actor, facts: GateFacts) -> Decision:
    """The day's quota of officer, client and organisation must not be used up."""
    return MET if facts.quota_used_up is None else _refusal(QUOTA_CODES[facts.quota_used_up])


def person_has_allowed(_actor: Actor, facts: GateFacts) -> Decision:
    """Where the person must allow it, an authorisation of this person, to this organisation, must be named.

    One that is another person's, or another organisation's, is answered like none at all.
    """
    if not facts.needs_authorisation:
        return MET
    standing = facts.authorisation
    if standing is None or not standing.is_of_this_person or not standing.is_to_this_organisation:
        return _refusal("AUTHORISATION_MISSING", SEPARATE_CONSENT)
    return MET


def authorisation_is_for_this(_actor: Actor, facts: GateFacts) -> Decision:
    """The authorisation must be for the purpose stated."""
    return _unless(facts, lambda standing: standing.is_for_this_purpose, "AUTHORISATION_FOR_OTHER_PURPOSE")


def authorisation_is_not_withdrawn(_actor: Actor, facts: GateFacts) -> Decision:
    """The person must not have taken the authorisation back."""
    return _unless(facts, lambda standing: not standing.is_withdrawn, "AUTHORISATION_WITHDRAWN")


def authorisation_is_not_over(_actor: Actor, facts: GateFacts) -> Decision:
    """The authorisation's last day must not have passed."""
    return _unless(facts, lambda standing: not standing.is_over, "AUTHORISATION_OVER")


def authorisation_has_looks_left(_actor: Actor, facts: GateFacts) -> Decision:
    """The authorisation must have a look left."""
    return _unless(facts, lambda standing: not standing.is_used_up, "AUTHORISATION_USED_UP")


def authorisation_covers_items(_actor: Actor, facts: GateFacts) -> Decision:
    """The authorisation must cover every item type asked for."""
    return _unless(facts, lambda standing: standing.covers_items, "AUTHORISATION_COVERS_LESS")


def person_is_identified(_actor: Actor, facts: GateFacts) -> Decision:
    """Number and name must belong to one person whom the registry knows; only an identity check may find that out."""
    return MET if facts.is_person_identified or facts.asks_identity_only else _refusal("PERSON_NOT_IDENTIFIED")


CONDITIONS: Final[tuple[Condition, ...]] = (
    requester_acts,
    nobody_is_suspended,
    purpose_is_offered,
    kind_is_admitted,
    organisation_is_mandated,
    basis_is_known,
    basis_is_in_force,
    licence_is_held,
    case_is_named,
    items_are_allowed,
    quota_is_known,
    quota_is_left,
    person_has_allowed,
    authorisation_is_for_this,
    authorisation_is_not_withdrawn,
    authorisation_is_not_over,
    authorisation_has_looks_left,
    authorisation_covers_items,
    person_is_identified,
)


def may_be_answered(actor: Actor, facts: GateFacts, *, basis: LegalBasis | None) -> Decision:
    """Decide whether an inquiry may be answered: every condition must hold.

    Args:
        actor: Who asks.
        facts: About this very inquiry.
        basis: The provision that the answer rests on, from the catalogue.
    """
    decision = all_of(condition(actor, facts) for condition in CONDITIONS)
    if isinstance(decision, Refusal):
        return decision
    return Permit(code="AUTHORISED_BY_PERSON" if facts.needs_authorisation else "STATUTORY_TASK", basis=basis)


def _refusal(code: str, basis: LegalBasis = MINIMUM_NECESSARY) -> Refusal:
    return Refusal(code=code, basis=basis)


def _unless(facts: GateFacts, holds: Callable[[AuthorisationStanding], bool], code: str) -> Decision:
    """Ask something of the authorisation, where one is needed; that it is there is a condition of its own."""
    if not facts.needs_authorisation or facts.authorisation is None or holds(facts.authorisation):
        return MET
    return _refusal(code, SEPARATE_CONSENT)


def may_keep_gate(actor: Actor) -> Decision:
    """Let the office's keeper of the catalogue and its reviewers fill gaps and set quotas."""
    if actor.kind is ActorKind.OFFICER and (actor.has(Role.OFFICE_CATALOGUE) or actor.has(Role.OFFICE_REVIEWER)):
        return Permit(code="GATE_KEPT_BY_OFFICE", basis=MINIMUM_NECESSARY)
    return _refusal("NOT_A_GATE_KEEPER")


def may_preview(actor: Actor, *, is_asked: bool) -> Decision:
    """Let the person who is asked for an authorisation see what an answer would show today; nobody else."""
    if actor.kind is ActorKind.PERSON and is_asked:
        return Permit(code="PERSON_PREVIEWS", basis=OWN_DATA)
    return _refusal("NOT_ASKED_OF_YOU", OWN_DATA)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernStanding:
    """How somebody stands to a look that a concern is, or is to be, about.

    Attributes:
        is_the_person: The look was at this very person.
        is_the_looker: This login took the look.
        is_suspended: This login, or the organisation that it acts for, is suspended from looking.
        is_raised: There is a concern about it already.
    """

    is_the_person: bool
    is_the_looker: bool
    is_suspended: bool
    is_raised: bool


def may_raise_concern(actor: Actor, standing: ConcernStanding) -> Decision:
    """Let the person at whom somebody else looked ask, once for each look, to have it examined."""
    if actor.kind is not ActorKind.PERSON or not standing.is_the_person:
        return _refusal("NOT_YOUR_LOOK", OWN_DATA)
    if standing.is_the_looker:
        return _refusal("OWN_LOOK", OWN_DATA)
    if standing.is_raised:
        return _refusal("CONCERN_RAISED_ALREADY", OWN_DATA)
    return Permit(code="PERSON_ASKS_WHO_LOOKED", basis=OWN_DATA)


def may_answer_concern(actor: Actor, standing: ConcernStanding) -> Decision:
    """Let a reviewer of the office read and answer a concern, but never whoever took the look or is the person."""
    if not (actor.kind is ActorKind.OFFICER and actor.has(Role.OFFICE_REVIEWER)):
        return _refusal("NOT_A_REVIEWER", STATUTORY_POWER)
    if standing.is_suspended:
        return _refusal("LOOKER_SUSPENDED", STATUTORY_POWER)
    if standing.is_the_looker:
        return _refusal("LOOKER_CANNOT_REVIEW", STATUTORY_POWER)
    if standing.is_the_person:
        return _refusal("PERSON_CANNOT_REVIEW", STATUTORY_POWER)
    return Permit(code="REVIEWED_BY_OFFICE", basis=STATUTORY_POWER)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewStanding:
    """How a reviewer stands to a sampled look.

    Attributes:
        is_looker: The reviewer looked.
        is_own_organisation: The look was made for the reviewer's own organisation.
    """

    is_looker: bool
    is_own_organisation: bool


def may_decide_review(actor: Actor, standing: ReviewStanding) -> Decision:
    """Let a reviewer of an office decide on a sampled look, but never the looker, nor anybody of the same organisation.

    An office's own looks are therefore decided by a reviewer of another office: the one above it.
    """
    if not (actor.kind is ActorKind.OFFICER and actor.has(Role.OFFICE_REVIEWER)):
        return _refusal("NOT_A_REVIEWER")
    if standing.is_looker:
        return _refusal("LOOKER_CANNOT_REVIEW")
    if standing.is_own_organisation:
        return _refusal("OWN_ORGANISATIONS_LOOK")
    return Permit(code="REVIEWED_BY_ANOTHER", basis=MINIMUM_NECESSARY)
