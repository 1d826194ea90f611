"""What the requester's pages share: purposes that one may ask for, names, and the page that explains a refusal."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from types import MappingProxyType
from typing import Concatenate, Final, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string

from chengxin.authority.actors import Actor
from chengxin.authority.decisions import LegalBasis, Refusal, Refused
from chengxin.catalogue.rules.values import Edition, Purpose
from chengxin.organisations import lookups as organisations
from chengxin.organisations.lookups import InquiryMandateLine
from chengxin.portals.organisation.answers import organisation_of
from chengxin.portals.organisation.gate_words import REASONS, UNKNOWN_REASON
from chengxin.portals.organisation.pages import edition_today
from chengxin.portals.organisation.wording import item_name
from chengxin.portals.presentation.access import actor_of
from chengxin.portals.presentation.clock import today_of
from chengxin.portals.presentation.languages import in_current_language
from chengxin.portals.presentation.languages import listed as one_after_another

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]

STATUSES: Final[Mapping[str, int]] = MappingProxyType(
    {
        "AUTHORISATION_REQUEST_UNKNOWN": 404,
        "AUTHORISATION_UNKNOWN": 404,
        "INQUIRY_UNKNOWN": 404,
        "INQUIRY_BATCH_UNKNOWN": 404,
        "INQUIRY_RESULT_NOT_THERE": 409,
        "AUTHORISATION_REQUEST_ANSWERED": 409,
    }
)
FORBIDDEN: Final = 403
MOST_IN_A_LINE: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A purpose for which an organisation may ask today.

    Attributes:
        purpose: From the edition in force.
        mandate: The organisation's own.
        items: Names of the items that both allow, by code.
        basis: The provision that an answer rests on; ``None`` where the catalogue lacks it.
    """

    purpose: Purpose
    mandate: InquiryMandateLine
    items: Mapping[str, str]
    basis: LegalBasis | None

    @property
    def name(self) -> str:
        """Return the purpose's name in the language of the page."""
        return in_current_language(self.purpose.name_zh, self.purpose.name_en)

    @property
    def asks_identity_only(self) -> bool:
        """Tell whether the purpose is about identity alone."""
        return self.purpose.disclosure is not None and not self.purpose.disclosure.kinds


def offered_today(request: HttpRequest, actor: Actor) -> dict[str, Offered]:
    """Return the purposes for which the actor's organisation may ask today, by code.

    Args:
        request: The request being answered.
        actor: An officer of a requester.
    """
    edition = edition_today(request)
    if edition is None:
        return {}
    mandates = organisations.list_inquiry_mandates(organisation_code=organisation_of(actor), on=today_of(request))
    return {
        mandate.purpose_code: _offered(edition, edition.purposes[mandate.purpose_code], mandate)
        for mandate in mandates
        if mandate.purpose_code in edition.purposes and edition.purposes[mandate.purpose_code].disclosure is not None
    }


def _offered(edition: Edition, purpose: Purpose, mandate: InquiryMandateLine) -> Offered:
    allowed = edition.items_for(purpose)
    if mandate.item_codes:
        allowed &= frozenset(mandate.item_codes)
    basis = edition.bases.get(purpose.basis if purpose.needs_authorisation else mandate.basis_code)
    return Offered(
        purpose=purpose,
        mandate=mandate,
        items={code: item_name(edition, code) for code in sorted(allowed)},
        basis=None if basis is None else basis.as_legal_basis(),
    )


def items_shown(names: Iterable[str]) -> str:
    """Return names of items one after the other; many of them are counted, and unfolded by whoever wants them.

    Args:
        names: In the language of the page.
    """
    shown = list(names)
    if len(shown) <= MOST_IN_A_LINE:
        return one_after_another(shown)
    return render_to_string("organisation/asking/items.html", {"names": shown})


def purpose_name(edition: Edition | None, code: str) -> str:
    """Return a purpose's name in the language of the page; its code where the edition lacks it.

    Args:
        edition: An edition, or ``None``.
        code: The purpose.
    """
    purpose = None if edition is None else edition.purposes.get(code)
    return code if purpose is None else in_current_language(purpose.name_zh, purpose.name_en)


def refusal_page(
    request: HttpRequest, refused: Refused | Refusal, *, status: int | None = None, is_registered: bool = False
) -> HttpResponse:
    """Return the page that names the reason, the basis, and what would change it.

    Args:
        request: The request being answered.
        refused: What was refused.
        status: The answer's status; by code when not given.
        is_registered: Whether the gate refused and left its line.
    """
    context = {
        "code": refused.code,
        "reason": REASONS.get(refused.code, UNKNOWN_REASON),
        "basis": refused.basis,
        "again_on": refused.details.get("again_on", ""),
        "is_registered": is_registered,
    }
    found = status or STATUSES.get(refused.code, FORBIDDEN)
    return render(request, "organisation/asking/refused.html", context, status=found)


def explaining_gate(view: View[Rest]) -> View[Rest]:
    """Let a requester's page answer what an operation refused with the page that explains it.

    Args:
        view: Translates, calls once, translates back.
    """

    @wraps(view)
    def explained(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Refused as refused:
            return refusal_page(request, refused)

    return explained


def actor_and_code(request: HttpRequest) -> tuple[Actor, str]:
    """Return who acts and for which organisation.

    Args:
        request: The request being answered.
    """
    actor = actor_of(request)
    return actor, organisation_of(actor)
