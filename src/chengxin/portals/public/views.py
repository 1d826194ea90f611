"""The public pages: what this is, what it will never do, what may be collected, and the rules in force.

Nothing here speaks of any person, so nothing is registered and nobody need sign in.
"""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chengxin.catalogue import lookups as catalogue_lookups
from chengxin.catalogue.errors import NoEditionInForce
from chengxin.catalogue.rules import Edition, ItemType, columns_of
from chengxin.catalogue.rules import item_schema as schema_of
from chengxin.portals.presentation import values
from chengxin.portals.presentation.clock import today_of
from chengxin.portals.presentation.exporting import csv_answer
from chengxin.portals.presentation.languages import in_current_language, listed
from chengxin.portals.presentation.templatetags.components import number
from chengxin.portals.public import catalogue as shown
from chengxin.portals.public import sectors as sectors_shown
from chengxin.portals.public.forms import CatalogueSearch
from chengxin.portals.public.labels import FORMATS, KINDS, PROMISES, SENSITIVITIES

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _edition(request: HttpRequest) -> Edition | None:
    """Return the edition in force today, or ``None`` before the first one was issued."""
    try:
        return catalogue_lookups.edition_in_force(today_of(request))
    except NoEditionInForce:
        return None


def _item_type(request: HttpRequest, code: str) -> tuple[Edition, ItemType]:
    """Return the edition in force and one of its item types.

    Raises:
        Http404: The edition in force has no such type.
    """
    edition = _edition(request)
    item = None if edition is None else edition.item_types.get(code)
    if edition is None or item is None:
        raise Http404
    return edition, item


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what this is and where to go.

    Args:
        request: The request being answered.
    """
    edition = _edition(request)
    context = {
        "edition": edition,
        "item_count": 0 if edition is None else len(edition.item_types),
        "promises": PROMISES[:4],
        "promise_count": len(PROMISES),
    }
    return render(request, "public/home.html", context)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Show what this is, for whom, and whose words it holds.

    Args:
        request: The request being answered.
    """
    return render(request, "public/about.html")


@require_safe
def never(request: HttpRequest) -> HttpResponse:
    """Show what this platform will never do.

    Args:
        request: The request being answered.
    """
    return render(request, "public/never.html", {"promises": PROMISES})


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Show the item types that may be collected, with search; the filters stay in the address.

    Args:
        request: The request being answered; reads ``q``, ``domain`` and ``kind``.
    """
    edition = _edition(request)
    if edition is None:
        return render(request, "public/catalogue.html", {"edition": None})
    form = CatalogueSearch(request.GET, edition=edition)
    asked = form.cleaned_data if form.is_valid() else {}
    found = shown.matching(
        edition, words=asked.get("q", ""), domain=asked.get("domain", ""), kind=asked.get("kind", "")
    )
    context = {
        "edition": edition,
        "form": form,
        "active": any(asked.values()),
        "groups": shown.grouped(edition, found) if form.is_valid() else (),
        "found_count": len(found),
        "kinds": KINDS,
        "clear_url": reverse("public:catalogue"),
    }
    return render(request, "public/catalogue.html", context)


def _dictionary(item: ItemType) -> values.Table:
    """Return the data dictionary of an item type: each column of its batch file."""
    rows = []
    for column in columns_of(item):
        codes = listed(f"{label.code} {in_current_language(label.zh, label.en)}" for label in column.codes)
        hint = in_current_language(column.hint, column.hint_en)
        rows.append(
            (
                values.Cell(value=in_current_language(column.header_zh, column.header_en), note=column.code),
                values.Cell(value=FORMATS[column.format]),
                values.Cell(value=_("必填") if column.required else _("可不填")),
                values.Cell(value="" if column.max_length is None else column.max_length),
                values.Cell(value=hint, note=codes),
                values.Cell(value=column.example),
            )
        )
    return values.Table(
        caption=_("数据字典"),
        hide_caption=True,
        columns=(
            values.Column(label=_("栏目")),
            values.Column(label=_("格式")),
            values.Column(label=_("是否必填")),
            values.Column(label=_("最长字数"), numeric=True),
            values.Column(label=_("怎样填")),
            values.Column(label=_("例子")),
        ),
        rows=rows,
    )


def _clocks(edition: Edition, item: ItemType) -> values.Table:
    """Return the clocks of an item type as a table."""
    rows = [
        (
            values.Cell(value=line.severity or _("全部")),
            values.Cell(value=line.shown),
            values.Cell(value=line.used),
            values.Cell(value=line.kept),
        )
        for line in shown.clock_lines(edition, item)
    ]
    return values.Table(
        caption=_("期限"),
        hide_caption=True,
        columns=(
            values.Column(label=_("程度")),
            values.Column(label=_("展示")),
            values.Column(label=_("使用")),
            values.Column(label=_("保存到")),
        ),
        rows=rows,
    )


@require_safe
def item_type(request: HttpRequest, code: str) -> HttpResponse:
    """Show one item type: basis, bodies, clocks, data dictionary and downloads.

    Args:
        request: The request being answered.
        code: Code of the item type.

    Raises:
        Http404: The edition in force has no such type.
    """
    edition, item = _item_type(request, code)
    context = {
        "edition": edition,
        "item": item,
        "kind": KINDS[item.kind],
        "sensitivity": SENSITIVITIES[item.sensitivity],
        "domain": shown.named(edition.domains, item.domain),
        "basis": edition.bases[item.basis],
        "bodies": listed(shown.named(edition.bodies, one) for one in item.competent_bodies),
        "suppliers": listed(shown.named(edition.bodies, one) for one in item.suppliers),
        "roles": listed(shown.named(edition.coverage_roles, one) for one in item.coverage_roles),
        "clocks": _clocks(edition, item),
        "dictionary": _dictionary(item),
    }
    return render(request, "public/item_type.html", context)


@require_safe
def item_schema(request: HttpRequest, code: str) -> HttpResponse:
    """Send the JSON Schema of one line of an item type's batch.

    Args:
        request: The request being answered.
        code: Code of the item type.

    Raises:
        Http404: The edition in force has no such type.
    """
    item = _item_type(request, code)[1]
    text = json.dumps(schema_of(item), ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/schema+json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{item.code}.schema.json"'
    return response


@require_safe
def item_template(request: HttpRequest, code: str) -> HttpResponse:
    """Send the XLSX template of an item type's batch.

    Args:
        request: The request being answered.
        code: Code of the item type.

    Raises:
        Http404: The edition in force has no such type.
    """
    item = _item_type(request, code)[1]
    response = HttpResponse(shown.template_workbook(item), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{item.code}.xlsx"'
    return response


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Show the legal bases in force today, the severity classes, and what may never be collected.

    Args:
        request: The request being answered.
    """
    edition = _edition(request)
    if edition is None:
        return render(request, "public/rules.html", {"edition": None})
    today = today_of(request)
    context = {
        "edition": edition,
        "editions": catalogue_lookups.list_editions(),
        "bases": [basis for basis in edition.bases.values() if basis.holds_on(today)],
        "severities": [
            (severity, shown.written_clock(severity.clocks.shown)) for severity in edition.severities.values()
        ],
        "prohibited": edition.prohibited.values(),
        "today": today,
    }
    return render(request, "public/rules.html", context)


def _sectors(request: HttpRequest) -> tuple[sectors_shown.Shown, ...]:
    edition = _edition(request)
    return () if edition is None else sectors_shown.list_shown(edition, today=today_of(request))


@require_safe
def sectors(request: HttpRequest) -> HttpResponse:
    """Show the real-name sectors: operators, coverage, and how checks of names ended.

    Args:
        request: The request being answered.
    """
    shown_sectors = _sectors(request)
    context = {"sectors": shown_sectors, "table": sectors_shown.table_of(shown_sectors), "days": sectors_shown.DAYS}
    return render(request, "public/sectors.html", context)


@require_safe
def sectors_export(request: HttpRequest) -> HttpResponse:
    """Send the figures of the sectors as CSV.

    Args:
        request: The request being answered.
    """
    lines = sectors_shown.lines_of(_sectors(request))
    return csv_answer("real-name-sectors.csv", headers=sectors_shown.HEADERS, rows=lines)


@require_safe
def sector(request: HttpRequest, code: str) -> HttpResponse:
    """Show one sector and who is entered in it.

    Args:
        request: The request being answered.
        code: Code of the sector.

    Raises:
        Http404: The edition in force has no such sector.
    """
    one = next((shown_one for shown_one in _sectors(request) if shown_one.sector.code == code), None)
    if one is None:
        raise Http404
    figures = one.figures
    context = {
        "sector": one.sector,
        "operators": sectors_shown.operators_of(one),
        "days": sectors_shown.DAYS,
        "summary": [
            values.Line(label=_("核验过的单位"), value=number(figures.checking)),
            values.Line(label=_("覆盖"), value=sectors_shown.coverage_words(figures)),
            values.Line(label=_("核验次数"), value=number(figures.asked)),
            values.Line(label=_("相符"), value=number(figures.matched)),
            values.Line(label=_("不相符或查无此人"), value=number(figures.failed)),
            values.Line(label=_("没有答复"), value=number(figures.refused)),
        ],
    }
    return render(request, "public/sector.html", context)


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Show how what the platform says can be checked without trusting it.

    Args:
        request: The request being answered.
    """
    return render(request, "public/check.html")


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Show the help for all pages.

    Args:
        request: The request being answered.
    """
    return render(request, "public/help.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Show how the pages can be used, and whom to tell when they cannot.

    Args:
        request: The request being answered.
    """
    return render(request, "public/accessibility.html")
