"""Acts by which the office admits those who ask: organisations, mandates, licences, sectors, inspections of bureaus.

All of them but the first are about one organisation and have the same shape: filled in, read again, done, and back to
its page.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from chengxin.authority.actors import Role
from chengxin.catalogue.rules.values import Edition
from chengxin.organisations import operations
from chengxin.organisations.lookups import OrganisationLine
from chengxin.organisations.states import OrganisationKind
from chengxin.portals.office.gate_forms import (
    EndForm,
    InspectionForm,
    LicenceForm,
    MandateForm,
    OrganisationForm,
    SectorEndForm,
    SectorForm,
)
from chengxin.portals.office.naming import edition_on
from chengxin.portals.office.stepping import stepped
from chengxin.portals.office.views.requesters import basis_words, find_or_404, purpose_names, sector_names
from chengxin.portals.presentation import values
from chengxin.portals.presentation.access import Audience, actor_of, open_to
from chengxin.portals.presentation.clock import now_of, today_of
from chengxin.portals.presentation.languages import in_current_language

ADMITTERS = frozenset({Role.OFFICE_CATALOGUE})
INSPECTORS = frozenset({Role.OFFICE_REVIEWER})


def _about(
    request: HttpRequest,
    code: str,
    *,
    form: forms.Form,
    words: dict[str, str],
    operation: Callable[..., object],
    entered: Callable[[], dict[str, Any]],
    facts: Sequence[values.Line] = (),
) -> HttpResponse:
    """Answer one step of an act about an organisation.

    Args:
        request: The request being answered.
        code: The organisation.
        form: Of the act.
        words: Its ``title``, ``effect`` and ``help_text``.
        operation: Does it; takes the organisation, the actor and the moment beside what was entered.
        entered: What was entered, as the operation takes it; asked only of a valid form.
        facts: What is known before; beside the organisation's code.
    """
    place = reverse("office:requester", args=[code])
    context: dict[str, Any] = {"back_url": place, **words}
    if facts:
        context["facts"] = [values.Line(label=_("单位代码"), value=code), *facts]

    def act() -> None:
        operation(organisation_code=code, actor=actor_of(request), now=now_of(request), **entered())

    return stepped(request, form=form, context=context, act=act, to=place)


@open_to(Audience.OFFICE, roles=ADMITTERS, write=("POST",))
def new(request: HttpRequest) -> HttpResponse:
    """Register an organisation.

    Args:
        request: The request being answered.
    """
    edition = edition_on(today_of(request))
    bodies: list[tuple[str, str | Promise]] = []
    if edition is not None:
        bodies = [(code, in_current_language(body.name_zh, body.name_en)) for code, body in edition.bodies.items()]
    form = OrganisationForm(request.POST or None, bodies=bodies)
    context = {
        "title": _("登记单位"),
        "back_url": reverse("office:requesters"),
        "effect": _("登记以后，它还不能查询；再登记目的和依据才可以。"),
        "help_text": _("单位类型决定它能为哪些目的查询。"),
    }

    def act() -> None:
        entered = form.cleaned_data
        operations.register_organisation(
            code=entered["code"],
            body_code=entered["body"],
            division_code=entered["division"],
            name_zh=entered["name_zh"],
            name_en=entered["name_en"],
            kind=OrganisationKind(entered["kind"]),
            actor=actor_of(request),
            now=now_of(request),
        )

    return stepped(request, form=form, context=context, act=act, to=_to(request))


def _to(request: HttpRequest) -> str:
    code = request.POST.get("code", "")
    return reverse("office:requester", args=[code]) if code else reverse("office:requesters")


def _purposes(edition: Edition | None, line: OrganisationLine) -> list[tuple[str, str | Promise]]:
    if edition is None:
        return []
    return [
        (code, in_current_language(purpose.name_zh, purpose.name_en))
        for code, purpose in edition.purposes.items()
        if purpose.disclosure is not None and purpose.disclosure.admits(line.kind.value)
    ]


@open_to(Audience.OFFICE, roles=ADMITTERS, write=("POST",))
def mandate_new(request: HttpRequest, code: str) -> HttpResponse:
    """Let an organisation ask for a purpose, on a basis from the catalogue.

    Args:
        request: The request being answered.
        code: The organisation.
    """
    line = find_or_404(code)
    edition = edition_on(today_of(request))
    bases = {} if edition is None else edition.bases
    purposes = {} if edition is None else edition.purposes
    form = MandateForm(
        request.POST or None,
        purposes=_purposes(edition, line),
        bases=[(basis, basis_words(edition, basis)) for basis in sorted(bases)],
        allowed={
            name: edition.items_for(purpose) if edition is not None else frozenset()
            for name, purpose in purposes.items()
        },
    )
    return _about(
        request,
        code,
        form=form,
        words={
            "title": _("登记查询目的"),
            "effect": _("从第一天起，它可以为这个目的查询；每次查询都写明这一条依据。"),
            "help_text": _("依据要是这个单位自己的职责，不是平台的。"),
        },
        operation=operations.grant_inquiry_mandate,
        entered=lambda: {
            "purpose_code": form.cleaned_data["purpose"],
            "basis_code": form.cleaned_data["basis"],
            "item_codes": form.item_codes,
            "from_on": form.cleaned_data["from_on"],
            "to_on": form.to_on,
        },
    )


@open_to(Audience.OFFICE, roles=ADMITTERS, write=("POST",))
def mandate_end(request: HttpRequest, code: str, purpose: str) -> HttpResponse:
    """End an organisation's mandate to ask for a purpose.

    Args:
        request: The request being answered.
        code: The organisation.
        purpose: The purpose.
    """
    find_or_404(code)
    form = EndForm(request.POST or None)
    name = purpose_names(edition_on(today_of(request))).get(purpose, purpose)
    return _about(
        request,
        code,
        form=form,
        words={
            "title": _("结束查询目的"),
            "effect": _("过了最后一天，它为这个目的的查询都不答复。以前的登记不变。"),
            "help_text": _("要马上停下来，用「暂停」。"),
        },
        operation=operations.end_inquiry_mandate,
        entered=lambda: {"purpose_code": purpose, "to_on": form.cleaned_data["last_on"] + timedelta(days=1)},
        facts=[values.Line(label=_("查询目的"), value=name)],
    )


@open_to(Audience.OFFICE, roles=ADMITTERS, write=("POST",))
def licence_new(request: HttpRequest, code: str) -> HttpResponse:
    """Record a licence that an organisation holds.

    Args:
        request: The request being answered.
        code: The organisation.
    """
    form = LicenceForm(request.POST or None, purposes=_purposes(edition_on(today_of(request)), find_or_404(code)))
    return _about(
        request,
        code,
        form=form,
        words={
            "title": _("登记许可证"),
            "effect": _("要许可证的目的，从第一天到最后一天可以查询。"),
            "help_text": _("照许可证原件抄写编号、发证机关和期限。"),
        },
        operation=operations.record_licence,
        entered=lambda: {
            "number": form.cleaned_data["number"],
            "issuer": form.cleaned_data["issuer"],
            "purpose_codes": tuple(form.cleaned_data["purposes"]),
            "from_on": form.cleaned_data["from_on"],
            "to_on": form.to_on,
        },
    )


@open_to(Audience.OFFICE, roles=ADMITTERS, write=("POST",))
def sector_new(request: HttpRequest, code: str) -> HttpResponse:
    """Enter an operator in a real-name sector.

    Args:
        request: The request being answered.
        code: The operator.
    """
    find_or_404(code)
    names: list[tuple[str, str | Promise]] = list(sector_names(edition_on(today_of(request))).items())
    form = SectorForm(request.POST or None, sectors=names)
    return _about(
        request,
        code,
        form=form,
        words={
            "title": _("登记实名领域"),
            "effect": _("从第一天起，它算在这个领域的登记单位里，公开页面列出它的名称。能不能核验，另看查询目的。"),
            "help_text": _("一个单位可以在几个领域里。"),
        },
        operation=operations.enter_sector,
        entered=lambda: {
            "sector_code": form.cleaned_data["sector"],
            "from_on": form.cleaned_data["from_on"],
            "to_on": form.to_on,
        },
    )


@open_to(Audience.OFFICE, roles=ADMITTERS, write=("POST",))
def sector_end(request: HttpRequest, code: str, sector: str) -> HttpResponse:
    """End an operator's entry in a real-name sector.

    Args:
        request: The request being answered.
        code: The operator.
        sector: The sector.
    """
    find_or_404(code)
    form = SectorEndForm(request.POST or None)
    name = sector_names(edition_on(today_of(request))).get(sector, sector)
    return _about(
        request,
        code,
        form=form,
        words={
            "title": _("结束实名领域"),
            "effect": _("过了最后一天，公开页面不再把它列在这个领域里。以前的登记不变。"),
            "help_text": _("它的查询目的不受影响，要停止查询，另外结束。"),
        },
        operation=operations.leave_sector,
        entered=lambda: {"sector_code": sector, "to_on": form.cleaned_data["last_on"] + timedelta(days=1)},
        facts=[values.Line(label=_("实名领域"), value=name)],
    )


@open_to(Audience.OFFICE, roles=INSPECTORS, write=("POST",))
def inspection_new(request: HttpRequest, code: str) -> HttpResponse:
    """Record what an inspection of a bureau found.

    Args:
        request: The request being answered.
        code: The bureau.
    """
    find_or_404(code)
    form = InspectionForm(request.POST or None)
    return _about(
        request,
        code,
        form=form,
        words={
            "title": _("登记检查"),
            "effect": _("检查结果写进存证，以后不能改。要停止查询，另外办「暂停」。"),
            "help_text": _("写看到的事实，不写推测。"),
        },
        operation=operations.record_inspection,
        entered=lambda: {name: form.cleaned_data[name] for name in ("inspected_on", "findings", "mend_by_on")},
    )
