"""How the person's items are shown: the five answers of each, grouped by domain, in plain words."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chengxin.catalogue.rules import ClockRule, Edition, columns_of
from chengxin.catalogue.rules.values import Field, Format, ItemType
from chengxin.organisations import lookups as organisations
from chengxin.portals.citizen.labels import CLOCK_STARTS, KINDS
from chengxin.portals.presentation import values
from chengxin.portals.presentation.languages import in_current_language, in_current_script
from chengxin.portals.presentation.templatetags.components import day
from chengxin.records.lookups import ShownDetail, ShownItem

Words = str | Promise

# These details stand in their own answer, beside who says so.
_SAID_ELSEWHERE: Final = frozenset({"document_kind", "document_number", "issuing_body"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The person's items of one domain.

    Attributes:
        code: The domain.
        name: The domain in the language of the page.
        count: How many items it holds.
        items: Those of this page, as answers.
    """

    code: str
    name: str
    count: int
    items: tuple[values.Answers, ...]


def named(row: object, code: str) -> str:
    """Return the name of a row of the catalogue in the language of the page; the code itself where it has no row.

    Args:
        row: A value with ``name_zh`` and ``name_en``, or ``None``.
        code: The code.
    """
    if row is None:
        return code
    return in_current_language(str(getattr(row, "name_zh", "")), str(getattr(row, "name_en", "")))


def organisation_name(code: str) -> str:
    """Return an organisation's name in the language of the page; the code where it is not registered.

    Args:
        code: The organisation.
    """
    return organisation_names([code])[code]


def organisation_names(codes: Collection[str]) -> Mapping[str, str]:
    """Return some organisations' names in the language of the page; the code where one is not registered.

    Args:
        codes: The organisations of one page, which are asked for together.
    """
    found = organisations.find_organisations(codes)
    return {code: named(found.get(code), code) for code in codes}


def short_reference(reference: str) -> str:
    """Return an item's reference in groups of four, to be read out at a counter.

    Args:
        reference: As records give it.

    Example:
        >>> short_reference("AAAABBBBCC")
        'AAAA BBBB CC'
    """
    return " ".join(reference[at : at + 4] for at in range(0, len(reference), 4))


def domain_of(item: ShownItem) -> str:
    """Return the code of an item's domain.

    Args:
        item: The item.
    """
    return item.item.domain


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wording:
    """What all items of one type share on a page, in its language, so that it is found once and not for each."""

    title: str
    plain: str
    label: str
    basis: str
    article: str
    verified: values.Verified
    document_kinds: Mapping[str, str]
    headers: Mapping[str, str]


def _wording(edition: Edition, item: ItemType) -> _Wording:
    basis = edition.bases[item.basis]
    return _Wording(
        title=named(item, item.code),
        plain=in_current_language(item.plain_zh, item.plain_en),
        label=f"{named(edition.domains.get(item.domain), item.domain)} · {KINDS[item.kind.value]}",
        basis=basis.title,
        article=basis.article or "",
        verified=values.Verified(basis.verified.value),
        document_kinds={kind.code: in_current_language(kind.zh, kind.en) for kind in item.document_kinds},
        headers={column.code: in_current_language(column.header_zh, column.header_en) for column in columns_of(item)},
    )


def answers_of(items: Sequence[ShownItem], *, with_history: bool = True) -> list[values.Answers]:
    """Return the five answers of each of some items, with the names of all suppliers in one statement.

    Args:
        items: The items of one page.
        with_history: Whether the way to its history is offered among what can be done with an item.
    """
    suppliers = organisation_names({item.supplier_code for item in items})
    types = {(item.edition.code, item.item.code): item for item in items}
    wordings = {key: _wording(item.edition, item.item) for key, item in types.items()}
    return [
        _answers(
            item,
            wording=wordings[item.edition.code, item.item.code],
            supplier=suppliers[item.supplier_code],
            with_history=with_history,
        )
        for item in items
    ]


def _answers(item: ShownItem, *, wording: _Wording, supplier: str, with_history: bool) -> values.Answers:
    details = {detail.code: detail.value for detail in item.details}
    body = in_current_script(details.get("issuing_body", "")) or supplier
    kind = details.get("document_kind", "")
    kind_words = wording.document_kinds.get(kind) or in_current_script(kind)
    document = " ".join(part for part in (kind_words, in_current_script(details.get("document_number", ""))) if part)
    return values.Answers(
        title=wording.title,
        plain=wording.plain,
        body=body,
        supplied_by=supplier if supplier != body else "",
        document=document,
        document_on=item.document_on,
        basis=wording.basis,
        article=wording.article,
        verified=wording.verified,
        since_on=_since_on(item),
        shown_until=item.shown_until,
        used_until=item.used_until,
        kept_until=item.kept_until,
        severity=severity_label(item),
        label=wording.label,
        anchor=f"item-{item.reference}",
        facts=_facts(item, wording),
        actions=_actions(item, supplier=supplier, with_history=with_history),
    )


def severity_label(item: ShownItem) -> str:
    """Return the severity that the supplier named, in words; empty where the item has none.

    Args:
        item: The item.
    """
    if not item.severity:
        return ""
    for label in item.item.severity_labels:
        if label.code == item.severity:
            return in_current_language(label.zh, label.en)
    return named(item.edition.severities.get(item.severity), item.severity)


def _since_on(item: ShownItem) -> date:
    """Return the day from which the clock of showing runs."""
    start = item.item.clocks_for(item.severity or None).shown.start.value
    days = {"DOCUMENT": item.document_on, "ENDED": item.ended_on}
    return days.get(start) or item.occurred_on


def _facts(item: ShownItem, wording: _Wording) -> list[tuple[Words, Words]]:
    facts: list[tuple[Words, Words]] = [(_("发生日期"), day(item.occurred_on))]
    if item.ended_on is not None:
        facts.append((_("终止日期"), day(item.ended_on)))
    if item.is_erased:
        facts.append((_("细节"), _("已经按期清除，任何人都读不出来了。")))
    facts.extend(
        (wording.headers.get(detail.code) or in_current_script(detail.code), _value(detail))
        for detail in item.details
        if detail.code not in _SAID_ELSEWHERE
    )
    return facts


def _value(detail: ShownDetail) -> Words:
    """Return a detail's value as a reader reads it."""
    field: Field | None = detail.field
    if field is not None and field.format is Format.CODE:
        for label in field.codes:
            if label.code == detail.value:
                return in_current_language(label.zh, label.en)
    if (field is not None and field.format is Format.DATE) or detail.code.endswith("_on"):
        try:
            return day(date.fromisoformat(detail.value))
        except ValueError:
            return detail.value
    if field is not None and field.format is Format.MONEY:
        return _("%(amount)s 元") % {"amount": detail.value}
    return in_current_script(detail.value)


def _actions(item: ShownItem, *, supplier: str, with_history: bool) -> list[values.Action]:
    reference = short_reference(item.reference)
    actions = []
    if with_history:
        actions.append(values.Action(label=_("看这一条的来历"), url=reverse("citizen:item", args=[item.reference])))
    actions.append(
        values.Action(
            label=_("觉得不对，可以请提供单位核对"),
            hint=_("提供单位是%(supplier)s。请告诉它这一条的编号：%(reference)s。")
            % {"supplier": supplier, "reference": reference},
        )
    )
    actions.append(
        values.Action(
            label=_("也可以找信用办"),
            hint=_("带上证件和这个编号，到任何一个信用办服务窗口，工作人员会和您一起看。"),
        )
    )
    return actions


def groups(items: Iterable[ShownItem], *, page: Sequence[ShownItem]) -> tuple[Group, ...]:
    """Return items by domain, in the order of the catalogue's domains.

    Args:
        items: All items, for the counts.
        page: Those that this page shows.
    """
    everything = list(items)
    counts = Counter(domain_of(item) for item in everything)
    editions = {domain_of(item): item.edition for item in reversed(everything)}
    shown: dict[str, list[values.Answers]] = {}
    for item, answered in zip(page, answers_of(page), strict=True):
        shown.setdefault(domain_of(item), []).append(answered)
    return tuple(
        Group(
            code=code,
            name=named(editions[code].domains.get(code), code),
            count=counts[code],
            items=tuple(shown.get(code, ())),
        )
        for code in domains_in_order(everything)
    )


def domains_in_order(items: Iterable[ShownItem]) -> list[str]:
    """Return the domains of items in the order of the catalogue; a domain that it does not hold comes last.

    Args:
        items: The items.
    """
    order: dict[str, int] = {}
    for item in items:
        code = domain_of(item)
        if code not in order:
            domains = list(item.edition.domains)
            order[code] = domains.index(code) if code in domains else len(domains)
    return sorted(order, key=lambda code: (order[code], code))


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Item types that share their three clocks.

    Attributes:
        severity: The severity class; empty where the types know none.
        shown: How long they are shown.
        used: How long they are used.
        kept: How long they are kept.
        verified: How far the source of the showing was checked.
        types: Their names, with their codes.
    """

    severity: str
    shown: str
    used: str
    kept: str
    verified: str
    types: tuple[tuple[str, str], ...]


def periods_by_kind(edition: Edition) -> tuple[tuple[Words, tuple[Period, ...]], ...]:
    """Return how long what is shown, used and kept, for each kind of item, by equal clocks.

    Args:
        edition: The edition in force.
    """
    found: dict[str, dict[tuple[str, str, str, str, str], list[tuple[str, str]]]] = {}
    severities = list(edition.severities)
    for item in edition.item_types.values():
        for severity, clocks in item.clocks.items():
            key = (
                "" if severity == "*" else severity,
                written_clock(clocks.shown),
                written_clock(clocks.used),
                written_clock(clocks.kept),
                clocks.shown.verified.value,
            )
            found.setdefault(item.kind.value, {}).setdefault(key, []).append((named(item, item.code), item.code))

    def rank(key: tuple[str, str, str, str, str]) -> tuple[int, str]:
        return (severities.index(key[0]) if key[0] in severities else -1, key[1])

    return tuple(
        (
            KINDS[kind],
            tuple(
                Period(
                    severity=named(edition.severities.get(key[0]), key[0]) if key[0] else "",
                    shown=key[1],
                    used=key[2],
                    kept=key[3],
                    verified=key[4],
                    types=tuple(types),
                )
                for key, types in sorted(found[kind].items(), key=lambda entry: rank(entry[0]))
            ),
        )
        for kind in KINDS
        if kind in found
    )
