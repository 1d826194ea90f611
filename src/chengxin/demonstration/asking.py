"""Doing what the story tells of requests, authorisations, looks and concerns, by the operations of the real rooms.

Each act looks first whether it was done, so that an interrupted building can be finished.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chengxin.accounts import lookups as account_lookups
from chengxin.accounts import operations as accounts
from chengxin.authorisations import lookups as authorisations
from chengxin.authorisations import operations as authorisation_acts
from chengxin.authorisations.lookups import AuthorisationLine, RequestLine
from chengxin.authorisations.rules import Scope
from chengxin.authorisations.states import RequestState
from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.catalogue.rules.values import AnswerForm
from chengxin.demonstration.requesters import Act, Requester, Told
from chengxin.identifiers.identity import IdentityNumber
from chengxin.inquiries import lookups as inquiries
from chengxin.inquiries import operations as inquiry_acts
from chengxin.inquiries.lookups import InquiryLine
from chengxin.inquiries.states import ConcernMove
from chengxin.organisations import lookups as organisations
from chengxin.organisations import operations as organisation_acts
from chengxin.periods.civil import civil_date

MOST: Final = 500


def register_requester(requester: Requester, *, actor: Actor, at: datetime) -> None:
    """Register one who may ask, with its mandates; what is there already stays.

    Args:
        requester: Who.
        actor: Who registers it.
        at: The moment.
    """
    if organisations.find_organisation(requester.code) is None:
        organisation_acts.register_organisation(
            code=requester.code,
            body_code="FJ.MARKET",
            division_code=requester.division_code,
            name_zh=requester.name_zh,
            name_en=requester.name_en,
            kind=requester.kind,
            actor=actor,
            now=at,
        )
    held = {line.purpose_code for line in organisations.list_inquiry_mandates(organisation_code=requester.code)}
    for purpose_code, basis_code in requester.purposes:
        if purpose_code not in held:
            organisation_acts.grant_inquiry_mandate(
                organisation_code=requester.code,
                purpose_code=purpose_code,
                basis_code=basis_code,
                from_on=civil_date(at),
                to_on=None,
                actor=actor,
                now=at,
            )


def open_officers(codes: Iterable[str], *, actor: Actor, at: datetime) -> None:
    """Open a login for an officer who asks, for each organisation that has none; nobody can sign in with it.

    Args:
        codes: The organisations.
        actor: Who opens it.
        at: The moment.
    """
    for code in codes:
        if not _officers_of(code):
            accounts.open_account(
                username=f"asks-{code.lower().replace('_', '-')}",
                password=None,
                kind=ActorKind.OFFICER,
                roles=frozenset({Role.REQUESTER}),
                actor=actor,
                now=at,
                organisation_code=code,
                display_name="查询经办人",
            )


def officer_of(organisation_code: str) -> Actor:
    """Return the officer who asks for an organisation of the demonstration.

    Args:
        organisation_code: Which organisation.

    Raises:
        LookupError: No login was opened for one.
    """
    for line in _officers_of(organisation_code):
        found = account_lookups.find_actor(line.key)
        if found is not None:
            return found
    raise LookupError(organisation_code)


def _officers_of(organisation_code: str) -> tuple[account_lookups.OfficerLine, ...]:
    return account_lookups.list_officers(organisation_code=organisation_code, role=Role.REQUESTER.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who takes part in the acts.

    Attributes:
        citizen: The person.
        reviewer: Who answers concerns.
        number: The person's number, as requesters hold it.
        name: The person's name.
    """

    citizen: Actor
    reviewer: Actor
    number: IdentityNumber
    name: str

    def do(self, told: Told, at: datetime) -> None:
        """Do one act unless it was done.

        Args:
            told: The act.
            at: The moment.
        """
        acts = {
            Act.ASK: self._ask,
            Act.GRANT: self._grant,
            Act.REFUSE: self._refuse,
            Act.LOOK: self._look,
            Act.WITHDRAW: self._withdraw,
            Act.QUESTION: self._question,
            Act.ANSWER: self._answer,
        }
        acts[told.act](told, at)

    def _request(self, told: Told, at: datetime) -> RequestLine | None:
        found = authorisations.list_requests_of(organisation_code=told.organisation, now=at, limit=MOST)
        return next((line for line in found if line.case_number == told.case), None)

    def _authorisation(self, told: Told) -> AuthorisationLine | None:
        found = authorisations.list_authorisations_to(organisation_code=told.organisation, limit=MOST)
        return next((line for line in found if line.case_number == told.case), None)

    def _inquiries(self, told: Told) -> list[InquiryLine]:
        found = inquiries.list_inquiries(organisation_code=told.organisation, limit=MOST)
        return [line for line in found if line.case_number == told.case]

    def _ask(self, told: Told, at: datetime) -> None:
        if self._request(told, at) is None:
            authorisation_acts.ask_authorisation(
                purpose_code=told.purpose,
                scope=_scope(told),
                case_number=told.case,
                number=self.number,
                name=self.name,
                actor=officer_of(told.organisation),
                now=at,
            )

    def _grant(self, told: Told, at: datetime) -> None:
        request = self._request(told, at)
        if request is None or request.state is not RequestState.WAITING:
            return
        asked = request.scope
        scope = Scope(
            item_codes=frozenset(told.granted) or asked.item_codes,
            data_from=asked.data_from,
            data_to=asked.data_to,
            looks=asked.looks,
            days=asked.days,
        )
        authorisation_acts.grant_authorisation(
            request_reference=request.reference, scope=scope, actor=self.citizen, now=at
        )

    def _refuse(self, told: Told, at: datetime) -> None:
        request = self._request(told, at)
        if request is not None and request.state is RequestState.WAITING:
            authorisation_acts.refuse_authorisation(request_reference=request.reference, actor=self.citizen, now=at)

    def _look(self, told: Told, at: datetime) -> None:
        if any(line.asked_at == at for line in self._inquiries(told)):
            return
        allowed = self._authorisation(told)
        asked = inquiry_acts.Asked(
            purpose_code=told.purpose,
            number=self.number,
            name=self.name,
            item_codes=frozenset(told.items),
            form=AnswerForm.LIST,
            case_number=told.case,
            authorisation="" if allowed is None else allowed.reference,
        )
        inquiry_acts.make_inquiry(asked=asked, actor=officer_of(told.organisation), now=at)

    def _withdraw(self, told: Told, at: datetime) -> None:
        allowed = self._authorisation(told)
        if allowed is not None and allowed.withdrawn_at is None:
            authorisation_acts.withdraw_authorisation(reference=allowed.reference, actor=self.citizen, now=at)

    def _question(self, told: Told, at: datetime) -> None:
        (look_id,) = {line.look_id for line in self._inquiries(told)}
        known = {line.look_id for line in inquiries.list_concerns(limit=MOST)}
        if look_id is not None and look_id not in known:
            inquiry_acts.raise_concern(look_id=look_id, words=told.words, actor=self.citizen, now=at)

    def _answer(self, told: Told, at: datetime) -> None:
        look_ids = {line.look_id for line in self._inquiries(told)}
        for line in inquiries.list_concerns(is_open=True, limit=MOST):
            if line.look_id in look_ids:
                inquiry_acts.answer_concern(
                    reference=line.reference,
                    move=ConcernMove.FIND_OUT_OF_ORDER,
                    answer=told.words,
                    actor=self.reviewer,
                    now=at,
                )


def _scope(told: Told) -> Scope:
    return Scope(item_codes=frozenset(told.items), data_from=None, data_to=None, looks=told.looks, days=told.lasting)
