"""How the catalogue is shown to anyone: the search of the list, and the texts of clocks."""

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chengxin.catalogue.rules import ClockRule, Clocks, Column, Edition, ItemType, columns_of
from chengxin.portals.presentation.languages import (
    current_language,
    in_current_language,
    to_simplified,
)
from chengxin.portals.public.labels import CLOCK_STARTS
from chengxin.tabular.template import TemplateColumn, TemplateLabels, write_template


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The item types of one domain.

    Attributes:
        name: The domain in the language of the page.
        items: Its item types, in the order of the catalogue.
    """

    name: str
    items: tuple[ItemType, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockLine:
    """The three clocks of one severity class, in words.

    Attributes:
        severity: The class; empty when the type knows none.
        shown: How long it is shown.
        used: How long it may be used.
        kept: How long it is kept.
    """

    severity: str
    shown: str
    used: str
    kept: str


def matching(edition: Edition, *, words: str, domain: str, kind: str) -> tuple[ItemType, ...]:
    """Return the item types that contain all words and belong to the chosen domain and kind.

    Args:
        edition: The edition in force.
        words: Words apart by spaces, in any of the three languages; empty finds all.
        domain: Code of a domain, or empty.
        kind: A kind of item, or empty.
    """
    wanted = [to_simplified(word).casefold() for word in words.split()]
    return tuple(
        item
        for item in edition.item_types.values()
        if (not domain or item.domain == domain)
        and (not kind or item.kind == kind)
        and all(word in _searched(edition, item) for word in wanted)
    )


def _searched(edition: Edition, item: ItemType) -> str:
    """Return everything by which an item type can be found."""
    basis = edition.bases.get(item.basis)
    bodies = (edition.bodies[code].name_zh for code in item.competent_bodies if code in edition.bodies)
    parts = (item.code, item.name_zh, item.name_en, item.plain_zh, item.plain_en, basis.title if basis else "", *bodies)
    return " ".join(parts).casefold()


def grouped(edition: Edition, items: Iterable[ItemType]) -> tuple[Group, ...]:
    """Return item types by domain, domains in the order of the catalogue.

    Args:
        edition: The edition in force.
        items: The types to show.
    """
    by_domain: dict[str, list[ItemType]] = {}
    for item in items:
        by_domain.setdefault(item.domain, []).append(item)
    order = [code for code in edition.domains if code in by_domain]
    order += [code for code in by_domain if code not in edition.domains]
    return tuple(Group(name=named(edition.domains, code), items=tuple(by_domain[code])) for code in order)


def named(table: Mapping[str, object], code: str) -> str:
    """Return the name of a row of the catalogue in the language of the page; the code itself when it has no row.

    Args:
        table: Rows with ``name_zh`` and ``name_en``, by code.
        code: The code.
    """
    row = table.get(code)
    if row is None:
        return code
    return in_current_language(str(getattr(row, "name_zh", "")), str(getattr(row, "name_en", "")))


def written_clock(clock: ClockRule) -> str:
    """Write a clock in words: from which date, and how long.

    Args:
        clock: The clock.
    """
    lengths = {
        "CALENDAR_DAY": ngettext("%(count)s 天", "%(count)s 天", clock.count),
        "MONTH": ngettext("%(count)s 个月", "%(count)s 个月", clock.count),
        "YEAR": ngettext("%(count)s 年", "%(count)s 年", clock.count),
    }
    length = lengths[clock.unit] % {"count": clock.count}
    return _("%(start)s %(length)s") % {"start": CLOCK_STARTS[clock.start], "length": length}


def clock_lines(edition: Edition, item: ItemType) -> tuple[ClockLine, ...]:
    """Return the clocks of an item type, one line for each severity class.

    Args:
        edition: The edition that names the classes.
        item: The item type.
    """

    def line(severity: str, clocks: Clocks) -> ClockLine:
        return ClockLine(
            severity="" if severity == "*" else named(edition.severities, severity),
            shown=written_clock(clocks.shown),
            used=written_clock(clocks.used),
            kept=written_clock(clocks.kept),
        )

    return tuple(line(severity, clocks) for severity, clocks in item.clocks.items())


def _template_column(column: Column) -> TemplateColumn:
    """Return a column of the template.

    Headers and codes stay as a batch file may carry them: in Simplified Chinese or English, never in Traditional
    Chinese, which intake does not read. Hints follow the language of the page.
    """
    english = current_language() == "en"
    if english:
        codes = tuple((label.code, label.en) for label in column.codes)
    else:
        codes = tuple((label.zh, label.code) for label in column.codes)
    return TemplateColumn(
        code=column.code,
        header=column.header_en if english else column.header_zh,
        required=column.required,
        hint=in_current_language(column.hint, column.hint_en),
        example=column.example,
        codes=codes,
    )


def template_workbook(item: ItemType) -> bytes:
    """Return the empty XLSX workbook in which an item type's batch is filled in.

    Args:
        item: The item type.
    """
    labels = TemplateLabels(
        header=_("列名"),
        code=_("代码"),
        required=_("必填"),
        yes=_("是"),
        hint=_("说明"),
        example=_("示例"),
        codes=_("可选值"),
    )
    columns = [_template_column(column) for column in columns_of(item)]
    title = in_current_language(item.name_zh, item.name_en)
    with tempfile.TemporaryDirectory(prefix="chengxin-template-") as folder:
        target = Path(folder) / "template.xlsx"
        write_template(target, title=title, columns=columns, labels=labels)
        return target.read_bytes()
