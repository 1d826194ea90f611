"""Who may ask: organisations, their mandates with the basis, licences, and inspections of bureaus."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from chengxin.authority.actors import Role
from chengxin.catalogue.rules.values import Edition
from chengxin.inquiries import lookups as inquiries
from chengxin.inquiries.rules.quotas import batch_subjects
from chengxin.organisations import lookups
from chengxin.organisations.lookups import OrganisationLine
from chengxin.organisations.states import OrganisationKind
from chengxin.portals.office.gate_forms import (
    RequesterFilter,
)
from chengxin.portals.office.gate_labels import KINDS
from chengxin.portals.office.naming import edition_on
from chengxin.portals.office.stepping import PAGE, going_on, table
from chengxin.portals.presentation import values
from chengxin.portals.presentation.access import Audience, actor_of, open_to
from chengxin.portals.presentation.actors import Actors
from chengxin.portals.presentation.clock import today_of
from chengxin.portals.presentation.languages import in_current_language
from chengxin.portals.presentation.templatetags.components import day, number
from chengxin.portals.presentation.values import Cell

READERS = frozenset({Role.OFFICE_CATALOGUE, Role.OFFICE_REVIEWER})
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


def find_or_404(code: str) -> OrganisationLine:
    """Return an organisation.

    Args:
        code: Which.

    Raises:
        Http404: There is none.
    """
    line = lookups.find_organisation(code)
    if line is None:
        raise Http404
    return line


def purpose_names(edition: Edition | None) -> dict[str, str]:
    """Return the names of purposes by code, in the language of the page.

    Args:
        edition: The catalogue; ``None`` before the first.
    """
    if edition is None:
        return {}
    return {code: in_current_language(one.name_zh, one.name_en) for code, one in edition.purposes.items()}


def basis_words(edition: Edition | None, code: str) -> str:
    """Return a provision with its act, article and code.

    Args:
        edition: The catalogue; ``None`` before the first.
        code: The provision.
    """
    basis = None if edition is None else edition.bases.get(code)
    return code if basis is None else f"{basis.title} {basis.article or ''} · {code}"


@open_to(Audience.OFFICE, roles=READERS)
def one(request: HttpRequest, code: str) -> HttpResponse:
    """Show one organisation: mandates, licences, inspections, and whether it is suspended.

    Args:
        request: The request being answered.
        code: The organisation.
    """
    line = find_or_404(code)
    actor = actor_of(request)
    edition = edition_on(today_of(request))
    subject = f"organisation:{code}"
    suspended = lookups.list_suspensions(is_open=True, subjects=[subject], limit=1)
    names = purpose_names(edition)
    context = {
        "line": line,
        "suspension": suspended[0] if suspended else None,
        "summary": [
            values.Line(label=_("单位代码"), value=line.code),
            values.Line(label=_("单位类型"), value=KINDS[line.kind.value]),
            values.Line(label=_("行政区划代码"), value=line.division_code),
            values.Line(
                label=_("今天还能查询几次"),
                value=_left([subject], edition, today_of(request)),
                url=f"{reverse('office:quota_new')}?organisation={code}",
                action=_("改"),
            ),
            values.Line(
                label=_("今天还能批量查询几行"),
                value=_left(batch_subjects(code), edition, today_of(request)),
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


def _left(subjects: Sequence[str], edition: Edition | None, today: date) -> str:
    """Return how many more times may be asked today; no number where nobody said how often."""
    left = None if edition is None else inquiries.quota_left(subjects, edition=edition, on=today)
    return _("没有规定") if left is None or left.narrowest is None else number(left.times)


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
            Cell(value=basis_words(edition, mandate.basis_code)),
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


def sector_names(edition: Edition | None) -> dict[str, str]:
    """Return the names of real-name sectors by code, in the language of the page.

    Args:
        edition: The catalogue; ``None`` before the first.
    """
    if edition is None:
        return {}
    return {code: in_current_language(one.name_zh, one.name_en) for code, one in edition.sectors.items()}


def _sectors(line: OrganisationLine, edition: Edition | None, *, may_end: bool) -> values.Table:
    names = sector_names(edition)
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
    inspections = lookups.list_inspections(organisation_code=line.code)
    actors = Actors(found.recorded_by for found in inspections)
    rows = [
        [
            Cell(value=day(found.inspected_on)),
            Cell(value=found.findings),
            Cell(value=day(found.mend_by_on) or NO_END),
            Cell(value=actors.words(found.recorded_by)),
        ]
        for found in inspections
    ]
    return table(_("检查"), [_("检查日期"), _("发现了什么"), _("整改到哪一天"), _("登记人")], rows)
