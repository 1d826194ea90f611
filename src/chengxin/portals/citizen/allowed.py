"""How requests, authorisations, receipts and previews are shown: codes of the rooms in plain words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from chengxin.authorisations.lookups import AuthorisationLine, RequestLine
from chengxin.authorisations.rules import Scope
from chengxin.authorisations.states import Channel, RequestState
from chengxin.authority.actors import Actor
from chengxin.catalogue.rules.values import AnswerForm, Basis, Edition, ItemType
from chengxin.inquiries.lookups import Preview
from chengxin.portals.citizen.labels import KINDS, refusal_words
from chengxin.portals.citizen.shown import named, organisation_name
from chengxin.portals.presentation import values
from chengxin.portals.presentation.languages import in_current_language, in_current_script, listed
from chengxin.portals.presentation.templatetags.components import day, days_left, moment

Words = str | Promise

FORMS: Final[dict[AnswerForm, Words]] = {
    AnswerForm.YES_NO: gettext_lazy("只说有或者没有，不说有几条，也不说内容"),
    AnswerForm.COUNT: gettext_lazy("只说有几条，不说内容"),
    AnswerForm.LIST: gettext_lazy("一条一条地列出类型、日期、程度和提供单位，不给细节"),
    AnswerForm.DOCUMENT: gettext_lazy("一条一条地列出，连同细节"),
}
CHANNELS: Final[dict[Channel, Words]] = {
    Channel.ONLINE: gettext_lazy("您在网上同意"),
    Channel.COUNTER: gettext_lazy("您在窗口签了纸质授权书"),
}
EVENT_TYPES: Final[dict[str, Words]] = {"explicit": gettext_lazy("明示同意")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item type, in plain words.

    Attributes:
        code: Its code.
        name: What it is called.
        plain: What that means.
        kind: What it says of a person.
    """

    code: str
    name: str
    plain: str
    kind: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRequest:
    """A request in words.

    Attributes:
        reference: Its reference.
        who: The organisation.
        why: The purpose.
        basis: The provision on which it may be asked; ``None`` where the edition has none.
        items: Over what.
        period: Events of which days.
        looks: How often.
        days: For how many days.
        case_number: The requester's case.
        asked_at: When, in words.
        answer_by_on: Last day for an answer.
        left: How many days are left.
        status: Where it stands.
        tone: The colour of that.
        is_waiting: Whether it can be answered.
        authorisation: What came of it; empty unless granted.
    """

    reference: str
    who: str
    why: str
    basis: Basis | None
    items: tuple[Item, ...]
    period: str
    looks: int
    days: int
    case_number: str
    asked_at: str
    answer_by_on: date
    left: str
    status: Words
    tone: values.Tone
    is_waiting: bool
    authorisation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAuthorisation:
    """An authorisation in words. See :class:`ShownRequest`.

    Attributes:
        last_on: Last day.
        left: Days left in words; empty once it has ended.
        used: How often it was used.
        looks_left: How many looks are left.
        last_used: When it was used last, in words.
        channel: How it was allowed.
        ended: Why and when it ended; empty while it holds.
        holds: Whether it can be used today.
        may_withdraw: Whether taking it back still changes anything.
    """

    reference: str
    who: str
    why: str
    basis: Basis | None
    items: tuple[Item, ...]
    period: str
    looks: int
    case_number: str
    granted_at: str
    last_on: date
    left: str
    used: int
    looks_left: int
    last_used: str
    channel: Words
    ended: str
    status: Words
    tone: values.Tone
    holds: bool
    may_withdraw: bool


def items_of(codes: Sequence[str] | frozenset[str], edition: Edition | None) -> tuple[Item, ...]:
    """Return item types in plain words, by their codes.

    Args:
        codes: Which.
        edition: The catalogue; a code that it does not know is shown as it is.
    """
    return tuple(_item(code, None if edition is None else edition.item_types.get(code)) for code in sorted(codes))


def _item(code: str, found: ItemType | None) -> Item:
    return Item(
        code=code,
        name=named(found, code),
        plain="" if found is None else in_current_language(found.plain_zh, found.plain_en),
        kind="" if found is None else KINDS[found.kind.value],
    )


def period_words(data_from: date | None, data_to: date | None) -> str:
    """Say events of which days are meant.

    Args:
        data_from: First day; ``None`` for no bound.
        data_to: First day that is left out; ``None`` for no bound.
    """
    last = None if data_to is None else day(data_to - timedelta(days=1))
    if data_from is None and last is None:
        return _("不限日期")
    if data_from is None:
        return _("%(last)s 以前发生的（含当天）") % {"last": last}
    if last is None:
        return _("%(first)s 以后发生的（含当天）") % {"first": day(data_from)}
    return _("%(first)s 到 %(last)s 发生的（含首尾两天）") % {"first": day(data_from), "last": last}


def purpose_name(code: str, edition: Edition | None) -> str:
    """Return what a purpose is called.

    Args:
        code: The purpose.
        edition: The catalogue.
    """
    return named(None if edition is None else edition.purposes.get(code), code)


def _basis_of(purpose_code: str, edition: Edition | None) -> Basis | None:
    purpose = None if edition is None else edition.purposes.get(purpose_code)
    return None if purpose is None or edition is None else edition.bases.get(purpose.basis)


def shown_request(line: RequestLine, *, edition: Edition | None, today: date) -> ShownRequest:
    """Return a request in words.

    Args:
        line: The request.
        edition: The catalogue in force.
        today: The civil date of the page.
    """
    is_waiting = line.state is RequestState.WAITING and not line.is_lapsed
    status, tone = _request_status(line)
    return ShownRequest(
        reference=line.reference,
        who=organisation_name(line.organisation_code),
        why=purpose_name(line.purpose_code, edition),
        basis=_basis_of(line.purpose_code, edition),
        items=items_of(line.scope.item_codes, edition),
        period=period_words(line.scope.data_from, line.scope.data_to),
        looks=line.scope.looks,
        days=line.scope.days,
        case_number=line.case_number,
        asked_at=moment(line.asked_at),
        answer_by_on=line.answer_by_on,
        left=days_left(line.answer_by_on, today) if is_waiting else "",
        status=status,
        tone=tone,
        is_waiting=is_waiting,
        authorisation=line.authorisation_reference or "",
    )


def _request_status(line: RequestLine) -> tuple[Words, values.Tone]:
    if line.is_lapsed:
        return _("到期没有答复，已失效"), values.Tone.NEUTRAL
    return {
        RequestState.WAITING: (_("等您答复"), values.Tone.WAITING),
        RequestState.GRANTED: (_("您同意了"), values.Tone.DONE),
        RequestState.REFUSED: (_("您没有同意"), values.Tone.DONE),
        RequestState.CANCELLED: (_("单位撤回了请求"), values.Tone.NEUTRAL),
    }[line.state]


def shown_authorisation(
    line: AuthorisationLine, *, edition: Edition | None, today: date, actor: Actor
) -> ShownAuthorisation:
    """Return an authorisation in words.

    Args:
        line: The authorisation.
        edition: The catalogue in force.
        today: The civil date of the page.
        actor: The person who reads it.
    """
    holds = line.holds_on(today)
    ended, status = _end(line, today=today, actor=actor)
    return ShownAuthorisation(
        reference=line.reference,
        who=organisation_name(line.organisation_code),
        why=purpose_name(line.purpose_code, edition),
        basis=None if edition is None else edition.bases.get(line.basis_code),
        items=items_of(line.item_codes, edition),
        period=period_words(line.data_from, line.data_to),
        looks=line.looks,
        case_number=line.case_number,
        granted_at=moment(line.granted_at),
        last_on=line.last_on,
        left=days_left(line.last_on, today) if holds else "",
        used=line.used_count,
        looks_left=line.looks - line.used_count,
        last_used=_("还没有用过") if line.last_used_at is None else moment(line.last_used_at),
        channel=CHANNELS[line.channel],
        ended=ended,
        status=status,
        tone=values.Tone.DONE if holds else values.Tone.NEUTRAL,
        holds=holds,
        may_withdraw=holds,
    )


def _end(line: AuthorisationLine, *, today: date, actor: Actor) -> tuple[str, Words]:
    if line.withdrawn_at is not None:
        at = moment(line.withdrawn_at)
        if line.withdrawn_by == actor.key:
            return _("您在 %(at)s 撤回了。") % {"at": at}, _("已撤回")
        ended = _("%(at)s，信用办窗口应您的要求撤回了，经办账号 %(login)s。")
        return ended % {"at": at, "login": line.withdrawn_by}, _("已撤回")
    if today > line.last_on:
        return _("%(last)s 是最后一天，已经过了。") % {"last": day(line.last_on)}, _("已到期")
    if line.used_count >= line.looks:
        return _("允许的次数都用完了。"), _("次数用完")
    return "", _("有效")


# What would be shown -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPreview:
    """What would be shown today, in words.

    Attributes:
        form: How much an answer says at most.
        refused: Why nothing would be answered today; empty where it would.
        sentences: What an answer that lists no items says.
        items: What an answer that lists items says of each: its name, and lines of label and value.
        says_nothing: Whether the answer would hold no item.
        raw: The answer's own text, to the letter.
        item_count: On how many items it rests.
    """

    form: Words
    refused: Words
    sentences: tuple[str, ...]
    items: tuple[tuple[str, tuple[tuple[Words, Words], ...]], ...]
    says_nothing: bool
    raw: str
    item_count: int


def shown_preview(preview: Preview, *, edition: Edition) -> ShownPreview:
    """Return a preview in words, and its text to the letter.

    Args:
        preview: What the gate would answer.
        edition: The catalogue in force.
    """
    items = tuple(_listed(entry, edition) for entry in preview.body.get("items", ()))
    return ShownPreview(
        form=FORMS[preview.form],
        refused=refusal_words(preview.refusal_code) if preview.refusal_code else "",
        sentences=_sentences(preview.body),
        items=items,
        says_nothing=not preview.refusal_code and "match" not in preview.body and not preview.item_count,
        raw=json.dumps(preview.body, ensure_ascii=False, indent=2, sort_keys=True, default=str),
        item_count=preview.item_count,
    )


def _sentences(body: Mapping[str, Any]) -> tuple[str, ...]:
    if "match" in body:
        return (_("姓名和证件号码是同一个人：相符"),)
    found = tuple(_("有%(kind)s信息") % {"kind": KINDS[kind]} for kind in body.get("found", ()))
    counts = tuple(
        ngettext("%(kind)s：%(count)s 条", "%(kind)s：%(count)s 条", count) % {"kind": KINDS[kind], "count": count}
        for kind, count in body.get("counts", {}).items()
    )
    return found + counts


def _day(text: str) -> str:
    """Return a day of an answer, which spells it as programs read it, as the page spells it."""
    return day(date.fromisoformat(text))


def _listed(entry: Mapping[str, Any], edition: Edition) -> tuple[str, tuple[tuple[Words, Words], ...]]:
    found = edition.item_types.get(entry["item"])
    lines: list[tuple[Words, Words]] = [(_("性质"), KINDS[entry["kind"]])]
    if entry["severity"]:
        lines.append((_("程度"), _severity(found, entry["severity"], edition)))
    lines.append((_("发生日期"), _day(entry["occurred_on"])))
    for key, label in (("ended_on", _("终止日期")), ("document_on", _("文书日期"))):
        if entry[key] is not None:
            lines.append((label, _day(entry[key])))
    lines.append((_("使用到"), _day(entry["used_until"])))
    lines.append((_("谁说的"), organisation_name(entry["supplier"])))
    lines.extend((name, in_current_script(value)) for name, value in entry.get("details", {}).items())
    return named(found, entry["item"]), tuple(lines)


def _severity(found: ItemType | None, code: str, edition: Edition) -> str:
    for label in () if found is None else found.severity_labels:
        if label.code == code:
            return in_current_language(label.zh, label.en)
    return named(edition.severities.get(code), code)


# The receipt ---------------------------------------------------------------------------------------------------------


def receipt_lines(contents: Mapping[str, Any], *, edition: Edition | None) -> tuple[values.Line, ...]:
    """Return what a receipt says, field by field in the order of ISO/IEC TS 27560, in plain words.

    Args:
        contents: The opened receipt.
        edition: The catalogue; gives purposes, provisions and item types their names.
    """
    processing, event = contents["pii_processing"], contents["event"]
    basis = None if edition is None else edition.bases.get(processing["lawful_basis"])
    recipient, controller = contents["pii_controllers"]
    data_from, data_to = (
        None if processing[key] is None else date.fromisoformat(processing[key]) for key in ("data_from", "data_to")
    )
    items = listed(item.name for item in items_of(processing["pii_types"], edition)) or _("只核验身份，不提供任何信息")
    rows: tuple[tuple[Words, Words], ...] = (
        (_("格式版本"), contents["schema_version"]),
        (_("授权编号"), contents["record_id"]),
        (_("您的代号（不含姓名和号码）"), contents["pii_principal_id"]),
        (_("谁可以看"), f"{in_current_script(recipient['name'])}（{recipient['party_id']}）"),
        (_("谁保管信息"), in_current_script(controller["name"])),
        (_("为了什么"), purpose_name(processing["purpose"], edition)),
        (_("依据"), processing["lawful_basis"] if basis is None else _provision(basis)),
        (_("哪些信息"), items),
        (_("哪些日期的信息"), period_words(data_from, data_to)),
        (_("几次"), str(processing["looks"])),
        (_("最后一天"), day(date.fromisoformat(event["validity_until"]))),
        (_("怎样撤回"), _("随时在本平台的「我的授权」里撤回，或者到窗口撤回")),
        (_("什么时候同意的"), event["event_time"]),
        (_("怎样同意的"), CHANNELS[Channel(event["channel"])]),
        (_("同意的方式"), EVENT_TYPES.get(event["event_type"], event["event_type"])),
    )
    return tuple(values.Line(label=label, value=value) for label, value in rows)


def _provision(basis: Basis) -> str:
    return in_current_script(f"{basis.title} {basis.article or ''}".strip())


def scope_lines(scope: Scope, *, edition: Edition | None, today: date) -> tuple[values.Line, ...]:
    """Return what a person is about to allow, for the review before sending.

    Args:
        scope: What is about to be allowed.
        edition: The catalogue in force.
        today: The first of its days.
    """
    items = listed(item.name for item in items_of(scope.item_codes, edition)) or _("只核验身份，不提供任何信息")
    last_on = today + timedelta(days=scope.days - 1)
    looks = ngettext("最多 %(count)s 次", "最多 %(count)s 次", scope.looks) % {"count": scope.looks}
    return (
        values.Line(label=_("哪些信息"), value=items),
        values.Line(label=_("哪些日期的信息"), value=period_words(scope.data_from, scope.data_to)),
        values.Line(label=_("几次"), value=looks),
        values.Line(label=_("最后一天"), value=f"{day(last_on)}（{days_left(last_on, today)}）"),
    )
