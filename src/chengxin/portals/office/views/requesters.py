"""Who may ask: organisations, their mandates with the basis, licences, and inspections of bureaus."""

from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from chengxin.authority.actors import Role
from chengxin.catalogue.rules.values import Edition
from chengxin.inquiries import lookups as inquiries
from chengxin.inquiries.rules.quotas import batch_subjects
from chengxin.organisations import lookups, operations
from chengxin.organisations.lookups import OrganisationLine
from chengxin.organisations.states import OrganisationKind
from chengxin.portals.office.gate_forms import (
    EndForm,
    InspectionForm,
    LicenceForm,
    MandateForm,
    OrganisationForm,
    RequesterFilter,
    SectorEndForm,
    SectorForm,
)
from chengxin.portals.office.gate_labels import KINDS
from chengxin.portals.office.naming import edition_on
from chengxin.portals.office.stepping import PAGE, going_on, stepped, table
from chengxin.portals.presentation import values
from chengxin.portals.presentation.access import Audience, actor_of, open_to
from chengxin.portals.presentation.clock import now_of, today_of
from chengxin.portals.presentation.languages import in_current_language
from chengxin.portals.presentation.templatetags.components import day, number
from chengxin.portals.presentation.values import Cell

READERS = frozenset({Role.OFFICE_CATALOGUE, Role.OFFICE_REVIEWER})
ADMITTERS = frozenset({Role.OFFICE_CATALOGUE})
INSPECTORS = frozenset({Role.OFFICE_REVIEWER})
NO_END = "—"


@open_to(Audience.OFFICE, roles=READERS)
def listed(request: HttpRequest) -> HttpResponse:
    """Show organisations by code; the filters stay in the address.

    Args:
        request: The request being answered; reads ``q``, ``kind`` and ``after``.
    """
    form = RequesterFilter(request.GET)
    found: tuple[OrganisationLine, ...] = ()
    if form.is_valid():
        kind = form.cleaned_data["kind"]
        found = lookups.search_organisations(
            text=form.cleaned_data["q"],
            kind=OrganisationKind(kind) if kind else None,
            after=request.GET.get("after", "")[:64],
            limit=PAGE + 1,
        )
    page = found[:PAGE]
    mandates: dict[str, int] = {}
    for mandate in lookups.list_inquiry_mandates(on=today_of(request)):
        mandates[mandate.organisation_code] = mandates.get(mandate.organisation_code, 0) + 1
    rows = [
        [
            Cell(value=line.code, url=reverse("office:requester", args=[line.code])),
            Cell(value=in_current_language(line.name_zh, line.name_en)),
            Cell(value=KINDS[line.kind.value]),
            Cell(value=number(mandates.get(line.code, 0))),
        ]
        for line in page
    ]
    context = {
        "title": _("单位和查询授权"),
        "lead": _("哪些单位可以为什么目的查询，凭哪一条。没有登记的目的，平台不答复。"),
        "form": form,
        "active": any(request.GET.get(name) for name in form.fields),
        "clear_url": reverse("office:requesters"),
        "create_url": reverse("office:requester_new") if actor_of(request).has(Role.OFFICE_CATALOGUE) else "",
        "create_label": _("登记单位"),
        "table": table(_("单位"), [_("单位代码"), _("名称"), _("单位类型"), _("今天可以查询的目的")], rows),
        "pager": going_on(request, shown=len(page), following=page[-1].code if len(found) > PAGE else ""),
        "empty_title": _("还没有登记单位"),
        "empty_text": _("登记以后，再为它登记查询目的和依据。"),
        "help_text": _("目录管理员登记单位、目的和许可证；复核人登记检查、暂停和解除。"),
    }
    return render(request, "office/list.html", context)


def _found(code: str) -> OrganisationLine:
    """Return an organisation.

    Raises:
        Http404: There is none.
    """
    line = lookups.find_organisation(code)
    if line is None:
        raise Http404
    return line


def _names(edition: Edition | None) -> dict[str, str]:
    if edition is None:
        return {}
    return {code: in_current_language(one.name_zh, one.name_en) for code, one in edition.purposes.items()}


def _basis_words(edition: Edition | None, code: str) -> str:
    basis = None if edition is None else edition.bases.get(code)
    return code if basis is None else f"{basis.title} {basis.article or ''} · {code}"


@open_to(Audience.OFFICE, roles=READERS)
def one(request: HttpRequest, code: str) -> HttpResponse:
    """Show one organisation: mandates, licences, inspections, and whether it is suspended.

    Args:
        request: The request being answered.
        code: The organisation.
    """
    line = _found(code)
    actor = actor_of(request)
    edition = edition_on(today_of(request))
    subject = f"organisation:{code}"
    suspended = lookups.list_suspensions(is_open=True, subjects=[subject], limit=1)
    names = _names(edition)
    context = {
        "line": line,
        "suspension": suspended[0] if suspended else None,
        "summary": [
            values.Line(label=_("单位代码"), value=line.code),
            values.Line(label=_("单位类型"), value=KINDS[line.kind.value]),
            values.Line(label=_("行政区划代码"), value=line.division_code),
            values.Line(
                label=_("今天还能查询几次"),
                value=number(inquiries.quota_left([subject], today_of(request))),
                url=f"{reverse('office:quota_new')}?organisation={code}",
                action=_("改"),
            ),
            values.Line(
                label=_("今天还能批量查询几行"),
                value=number(inquiries.quota_left(batch_subjects(code), today_of(request))),
            ),
            values.Line(label=_("更正通知的地址"), value=_correction_address(code)),
        ],
        "mandates": _mandates(line, names, edition, may_end=actor.has(Role.OFFICE_CATALOGUE)),
        "licences": _licences(line, names),
        "inspections": _inspections(line),
        "sectors": _sectors(line, edition, may_end=actor.has(Role.OFFICE_CATALOGUE)),
        "is_operator": line.kind is OrganisationKind.REAL_NAME_OPERATOR,
        "is_bureau": line.kind is OrganisationKind.BUREAU,
        "may_admit": actor.has(Role.OFFICE_CATALOGUE),
        "may_inspect": actor.has(Role.OFFICE_REVIEWER),
    }
    return render(request, "office/requester.html", context)


def _correction_address(code: str) -> str:
    found = lookups.find_correction_subscription(organisation_code=code)
    return _("还没有登记") if found is None else found.address


def _mandates(line: OrganisationLine, names: dict[str, str], edition: Edition | None, *, may_end: bool) -> values.Table:
    labels = [_("查询目的"), _("法律依据"), _("信息代码"), _("第一天"), _("最后一天")]
    rows = [
        [
            Cell(
                value=names.get(mandate.purpose_code, mandate.purpose_code),
                url=reverse("office:mandate_end", args=[line.code, mandate.purpose_code]) if may_end else "",
            ),
            Cell(value=_basis_words(edition, mandate.basis_code)),
            Cell(value=" ".join(mandate.item_codes) or _("目的允许的全部")),
            Cell(value=day(mandate.from_on)),
            Cell(value=_last(mandate.to_on)),
        ]
        for mandate in lookups.list_inquiry_mandates(organisation_code=line.code)
    ]
    return table(_("查询目的和依据"), labels, rows)


def _last(to_on: date | None) -> str:
    return NO_END if to_on is None else day(to_on - timedelta(days=1))


def _licences(line: OrganisationLine, names: dict[str, str]) -> values.Table:
    rows = [
        [
            Cell(value=licence.number),
            Cell(value=licence.issuer),
            Cell(value=" · ".join(names.get(code, code) for code in licence.purpose_codes)),
            Cell(value=day(licence.from_on)),
            Cell(value=_last(licence.to_on)),
        ]
        for licence in lookups.list_licences(organisation_code=line.code)
    ]
    return table(_("许可证"), [_("许可证编号"), _("发证机关"), _("许可范围里的目的"), _("第一天"), _("最后一天")], rows)


def _sector_names(edition: Edition | None) -> dict[str, str]:
    if edition is None:
        return {}
    return {code: in_current_language(one.name_zh, one.name_en) for code, one in edition.sectors.items()}


def _sectors(line: OrganisationLine, edition: Edition | None, *, may_end: bool) -> values.Table:
    names = _sector_names(edition)
    rows = [
        [
            Cell(
                value=names.get(entry.sector_code, entry.sector_code),
                url=reverse("office:sector_end", args=[line.code, entry.sector_code]) if may_end else "",
            ),
            Cell(value=day(entry.from_on)),
            Cell(value=_last(entry.to_on)),
        ]
        for entry in lookups.list_sector_entries(organisation_code=line.code)
    ]
    return table(_("实名登记领域"), [_("实名领域"), _("第一天"), _("最后一天")], rows)


def _inspections(line: OrganisationLine) -> values.Table:
    rows = [
        [
            Cell(value=day(found.inspected_on)),
            Cell(value=found.findings),
            Cell(value=day(found.mend_by_on) or NO_END),
            Cell(value=found.recorded_by),
        ]
        for found in lookups.list_inspections(organisation_code=line.code)
    ]
    return table(_("检查"), [_("检查日期"), _("发现了什么"), _("整改到哪一天"), _("登记账号")], rows)


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
    line = _found(code)
    edition = edition_on(today_of(request))
    bases = {} if edition is None else edition.bases
    purposes = {} if edition is None else edition.purposes
    form = MandateForm(
        request.POST or None,
        purposes=_purposes(edition, line),
        bases=[(basis, _basis_words(edition, basis)) for basis in sorted(bases)],
        allowed={
            name: edition.items_for(purpose) if edition is not None else frozenset()
            for name, purpose in purposes.items()
        },
    )
    context = {
        "title": _("登记查询目的"),
        "back_url": reverse("office:requester", args=[code]),
        "effect": _("从第一天起，它可以为这个目的查询；每次查询都写明这一条依据。"),
        "help_text": _("依据要是这个单位自己的职责，不是平台的。"),
    }

    def act() -> None:
        operations.grant_inquiry_mandate(
            organisation_code=code,
            purpose_code=form.cleaned_data["purpose"],
            basis_code=form.cleaned_data["basis"],
            item_codes=form.item_codes,
            from_on=form.cleaned_data["from_on"],
            to_on=form.to_on,
            actor=actor_of(request),
            now=now_of(request),
        )

    return stepped(request, form=form, context=context, act=act, to=reverse("office:requester", args=[code]))


@open_to(Audience.OFFICE, roles=ADMITTERS, write=("POST",))
def mandate_end(request: HttpRequest, code: str, purpose: str) -> HttpResponse:
    """End an organisation's mandate to ask for a purpose.

    Args:
        request: The request being answered.
        code: The organisation.
        purpose: The purpose.
    """
    _found(code)
    form = EndForm(request.POST or None)
    context = {
        "title": _("结束查询目的"),
        "back_url": reverse("office:requester", args=[code]),
        "facts": [
            values.Line(label=_("单位代码"), value=code),
            values.Line(label=_("查询目的"), value=_names(edition_on(today_of(request))).get(purpose, purpose)),
        ],
        "effect": _("过了最后一天，它为这个目的的查询都不答复。以前的登记不变。"),
        "help_text": _("要马上停下来，用「暂停」。"),
    }

    def act() -> None:
        operations.end_inquiry_mandate(
            organisation_code=code,
            purpose_code=purpose,
            to_on=form.cleaned_data["last_on"] + timedelta(days=1),
            actor=actor_of(request),
            now=now_of(request),
        )

    return stepped(request, form=form, context=context, act=act, to=reverse("office:requester", args=[code]))


@open_to(Audience.OFFICE, roles=ADMITTERS, write=("POST",))
def licence_new(request: HttpRequest, code: str) -> HttpResponse:
    """Record a licence that an organisation holds.

    Args:
        request: The request being answered.
        code: The organisation.
    """
    line = _found(code)
    form = LicenceForm(request.POST or None, purposes=_purposes(edition_on(today_of(request)), line))
    context = {
        "title": _("登记许可证"),
        "back_url": reverse("office:requester", args=[code]),
        "effect": _("要许可证的目的，从第一天到最后一天可以查询。"),
        "help_text": _("照许可证原件抄写编号、发证机关和期限。"),
    }

    def act() -> None:
        operations.record_licence(
            organisation_code=code,
            number=form.cleaned_data["number"],
            issuer=form.cleaned_data["issuer"],
            purpose_codes=tuple(form.cleaned_data["purposes"]),
            from_on=form.cleaned_data["from_on"],
            to_on=form.to_on,
            actor=actor_of(request),
            now=now_of(request),
        )

    return stepped(request, form=form, context=context, act=act, to=reverse("office:requester", args=[code]))


@open_to(Audience.OFFICE, roles=ADMITTERS, write=("POST",))
def sector_new(request: HttpRequest, code: str) -> HttpResponse:
    """Enter an operator in a real-name sector.

    Args:
        request: The request being answered.
        code: The operator.
    """
    _found(code)
    names: list[tuple[str, str | Promise]] = list(_sector_names(edition_on(today_of(request))).items())
    form = SectorForm(request.POST or None, sectors=names)
    context = {
        "title": _("登记实名领域"),
        "back_url": reverse("office:requester", args=[code]),
        "effect": _("从第一天起，它算在这个领域的登记单位里，公开页面列出它的名称。能不能核验，另看查询目的。"),
        "help_text": _("一个单位可以在几个领域里。"),
    }

    def act() -> None:
        operations.enter_sector(
            organisation_code=code,
            sector_code=form.cleaned_data["sector"],
            from_on=form.cleaned_data["from_on"],
            to_on=form.to_on,
            actor=actor_of(request),
            now=now_of(request),
        )

    return stepped(request, form=form, context=context, act=act, to=reverse("office:requester", args=[code]))


@open_to(Audience.OFFICE, roles=ADMITTERS, write=("POST",))
def sector_end(request: HttpRequest, code: str, sector: str) -> HttpResponse:
    """End an operator's entry in a real-name sector.

    Args:
        request: The request being answered.
        code: The operator.
        sector: The sector.
    """
    _found(code)
    form = SectorEndForm(request.POST or None)
    context = {
        "title": _("结束实名领域"),
        "back_url": reverse("office:requester", args=[code]),
        "facts": [
            values.Line(label=_("单位代码"), value=code),
            values.Line(label=_("实名领域"), value=_sector_names(edition_on(today_of(request))).get(sector, sector)),
        ],
        "effect": _("过了最后一天，公开页面不再把它列在这个领域里。以前的登记不变。"),
        "help_text": _("它的查询目的不受影响，要停止查询，另外结束。"),
    }

    def act() -> None:
        operations.leave_sector(
            organisation_code=code,
            sector_code=sector,
            to_on=form.cleaned_data["last_on"] + timedelta(days=1),
            actor=actor_of(request),
            now=now_of(request),
        )

    return stepped(request, form=form, context=context, act=act, to=reverse("office:requester", args=[code]))


@open_to(Audience.OFFICE, roles=INSPECTORS, write=("POST",))
def inspection_new(request: HttpRequest, code: str) -> HttpResponse:
    """Record what an inspection of a bureau found.

    Args:
        request: The request being answered.
        code: The bureau.
    """
    _found(code)
    form = InspectionForm(request.POST or None)
    context = {
        "title": _("登记检查"),
        "back_url": reverse("office:requester", args=[code]),
        "effect": _("检查结果写进存证，以后不能改。要停止查询，另外办「暂停」。"),
        "help_text": _("写看到的事实，不写推测。"),
    }

    def act() -> None:
        operations.record_inspection(
            organisation_code=code,
            inspected_on=form.cleaned_data["inspected_on"],
            findings=form.cleaned_data["findings"],
            mend_by_on=form.cleaned_data["mend_by_on"],
            actor=actor_of(request),
            now=now_of(request),
        )

    return stepped(request, form=form, context=context, act=act, to=reverse("office:requester", args=[code]))
