"""The real-name sectors as anyone sees them: operators, how many of them check names, how the checks end. No person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from chengxin.catalogue.rules import Edition
from chengxin.catalogue.rules.values import Sector
from chengxin.inquiries import lookups as inquiries
from chengxin.inquiries.rules.checks import SectorFigures, figures_of
from chengxin.organisations import lookups as organisations
from chengxin.organisations.lookups import SectorLine
from chengxin.portals.presentation import values
from chengxin.portals.presentation.languages import in_current_language
from chengxin.portals.presentation.templatetags.components import day, number

DAYS: Final = 365
HEADERS: Final = ("sector", "name", "operators", "checking", "coverage", "checks", "matched", "failed", "refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A sector with its operators of today and the figures of the last year.

    Attributes:
        sector: The sector.
        operators: Who is entered in it today.
        figures: How far they check names, and how the checks ended.
    """

    sector: Sector
    operators: tuple[SectorLine, ...]
    figures: SectorFigures


def list_shown(edition: Edition, *, today: date) -> tuple[Shown, ...]:
    """Return every sector of the catalogue, in its order.

    Args:
        edition: The edition in force.
        today: Civil date in Asia/Shanghai.
    """
    counts = inquiries.count_checks(first_on=today - timedelta(days=DAYS - 1), last_on=today)
    entries = organisations.list_sector_entries(on=today)
    shown = []
    for code, sector in edition.sectors.items():
        operators = tuple(line for line in entries if line.sector_code == code)
        figures = figures_of([line.organisation.code for line in operators], counts)
        shown.append(Shown(sector=sector, operators=operators, figures=figures))
    return tuple(shown)


def coverage_words(figures: SectorFigures) -> str:
    """Return the share of operators that checked, in words; a dash without operators."""
    return "—" if figures.coverage is None else f"{figures.coverage:.0%}"


def table_of(shown: Iterable[Shown]) -> values.Table:
    """Return the sectors with their figures.

    Args:
        shown: The sectors.
    """
    labels = [
        _("实名领域"),
        _("在册单位"),
        _("核验过的单位"),
        _("覆盖"),
        _("核验次数"),
        _("相符"),
        _("不相符或查无此人"),
        _("没有答复"),
    ]
    return values.Table(
        caption=_("实名登记领域"),
        hide_caption=True,
        columns=[values.Column(label=label, numeric=at > 0) for at, label in enumerate(labels)],
        rows=[
            [
                values.Cell(
                    value=in_current_language(one.sector.name_zh, one.sector.name_en),
                    url=reverse("public:sector", args=[one.sector.code]),
                ),
                values.Cell(value=number(one.figures.operators)),
                values.Cell(value=number(one.figures.checking)),
                values.Cell(value=coverage_words(one.figures)),
                values.Cell(value=number(one.figures.asked)),
                values.Cell(value=number(one.figures.matched)),
                values.Cell(value=number(one.figures.failed)),
                values.Cell(value=number(one.figures.refused)),
            ]
            for one in shown
        ],
    )


def operators_of(one: Shown) -> values.Table:
    """Return who is entered in a sector, and since when.

    Args:
        one: The sector.
    """
    return values.Table(
        caption=_("在册单位"),
        hide_caption=True,
        columns=[values.Column(label=_("单位")), values.Column(label=_("单位代码")), values.Column(label=_("第一天"))],
        rows=[
            [
                values.Cell(value=in_current_language(line.organisation.name_zh, line.organisation.name_en)),
                values.Cell(value=line.organisation.code),
                values.Cell(value=day(line.from_on)),
            ]
            for line in one.operators
        ],
    )


def lines_of(shown: Iterable[Shown]) -> list[tuple[object, ...]]:
    """Return the sectors as lines of a file, under :data:`HEADERS`; the coverage is a share of 1.

    Args:
        shown: The sectors.
    """
    return [
        (
            one.sector.code,
            in_current_language(one.sector.name_zh, one.sector.name_en),
            one.figures.operators,
            one.figures.checking,
            "" if one.figures.coverage is None else round(one.figures.coverage, 4),
            one.figures.asked,
            one.figures.matched,
            one.figures.failed,
            one.figures.refused,
        )
        for one in shown
    ]
