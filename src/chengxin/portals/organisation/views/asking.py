"""Asking about a person: the purposes, the form, the review, the answer; and the list of what was asked.

An answer is shown once, on the page that follows the question, and kept nowhere: to see it again one must ask again,
and that is a look of its own.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from chengxin.authorisations import lookups as authorisations
from chengxin.authorisations.errors import AuthorisationUnknown
from chengxin.authority.actors import Actor
from chengxin.authority.decisions import Refusal
from chengxin.catalogue.rules.values import AnswerForm, Edition, ItemKind
from chengxin.inquiries import lookups
from chengxin.inquiries import operations as inquiries
from chengxin.inquiries.lookups import InquiryLine
from chengxin.inquiries.operations import Answer, Asked
from chengxin.inquiries.states import Match
from chengxin.organisations import lookups as organisations
from chengxin.persons.rules import masked_name
from chengxin.portals.organisation.gate_forms import IdentityForm, InquiryFilter, InquiryForm
from chengxin.portals.organisation.gate_pages import (
    Offered,
    actor_and_code,
    explaining_gate,
    items_shown,
    offered_today,
    purpose_name,
    refusal_page,
)
from chengxin.portals.organisation.gate_words import FORMS, KINDS, MATCHES, OUTCOMES, REASONS, UNKNOWN_REASON
from chengxin.portals.organisation.pages import PAGE, cursor_of, edition_today, pager
from chengxin.portals.organisation.wording import item_name
from chengxin.portals.presentation import values
from chengxin.portals.presentation.access import Audience, open_to
from chengxin.portals.presentation.actors import Actors
from chengxin.portals.presentation.clock import now_of, today_of
from chengxin.portals.presentation.keeping import keep, kept
from chengxin.portals.presentation.languages import in_current_language
from chengxin.portals.presentation.templatetags.components import day, moment, number

TASK: Final = "inquiry"
NO_VALUE: Final = "—"
LAST: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """The form of one purpose."""

    offered: Offered | None
    purpose_code: str
    form: IdentityForm

    @property
    def asked(self) -> Asked:
        """Return what the valid form asks."""
        entered = self.form.cleaned_data
        return Asked(
            purpose_code=self.purpose_code,
            number=entered["number"],
            name=entered["name"],
            item_codes=frozenset(entered.get("items", ())),
            form=AnswerForm(entered.get("form") or AnswerForm.YES_NO),
            case_number=entered["case_number"].strip(),
            authorisation=entered.get("authorisation", "").strip().upper(),
        )


@open_to(Audience.REQUESTER)
@explaining_gate
def home(request: HttpRequest) -> HttpResponse:
    """Show the purposes for which one may ask, what waits, and the last inquiries.

    Args:
        request: The request being answered.
    """
    actor, code = actor_and_code(request)
    edition = edition_today(request)
    last = lookups.list_inquiries(organisation_code=code, limit=LAST)
    waiting = authorisations.list_requests_of(organisation_code=code, now=now_of(request), is_waiting=True, limit=100)
    context = {
        "organisation": organisations.find_organisation(code),
        "organisation_code": code,
        "offered": list(offered_today(request, actor).values()),
        "waiting_count": len(waiting),
        "table": _table(last, edition),
        "has_rows": bool(last),
    }
    return render(request, "organisation/asking/home.html", context)


@open_to(Audience.REQUESTER)
@explaining_gate
def identity(request: HttpRequest) -> HttpResponse:
    """Lead to the identity check that one may use, or say that there is none.

    Args:
        request: The request being answered.
    """
    actor, _code = actor_and_code(request)
    for offered in offered_today(request, actor).values():
        if offered.asks_identity_only:
            return redirect(f"{reverse('organisation:ask')}?purpose={offered.purpose.code}")
    return render(request, "organisation/asking/no_identity.html")


@open_to(Audience.REQUESTER, write=("POST",))
@explaining_gate
def ask(request: HttpRequest) -> HttpResponse:
    """Show the form of a purpose; then what was entered, masked; then ask, and show the answer or why there is none.

    Args:
        request: The request being answered; reads ``purpose`` and, while asking, ``entry``.
    """
    actor, _code = actor_and_code(request)
    offered = offered_today(request, actor)
    if request.method != "POST":
        code = request.GET.get("purpose", "")
        if code not in offered:
            return render(request, "organisation/asking/purposes.html", {"offered": list(offered.values())})
        return _form_page(request, _sheet(request, offered, code, None))
    entry = kept(request.POST["entry"], task=TASK, actor=actor) if "entry" in request.POST else None
    data = request.POST if entry is None else _query(entry)
    sheet = _sheet(request, offered, data.get("purpose", "")[:64], data)
    if not sheet.form.is_valid() or "back" in request.POST:
        return _form_page(request, sheet)
    if entry is None:
        kept_entry = {name: found for name, found in request.POST.lists() if name != "csrfmiddlewaretoken"}
        context = {"sheet": sheet, "entry": keep(kept_entry, task=TASK, actor=actor), "review": _review(request, sheet)}
        return render(request, "organisation/asking/review.html", context)
    answer = inquiries.make_inquiry(asked=sheet.asked, actor=actor, now=now_of(request))
    if isinstance(answer, Refusal):
        return refusal_page(request, answer, is_registered=True)
    return _answer_page(request, sheet, answer)


def _query(entry: dict[str, list[str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, found in entry.items():
        data.setlist(name, found)
    return data


def _sheet(request: HttpRequest, offered: dict[str, Offered], code: str, data: QueryDict | None) -> _Sheet:
    one = offered.get(code)
    options: dict[str, Any] = {
        "today": today_of(request),
        "needs_authorisation": one is None or one.purpose.needs_authorisation,
    }
    if one is not None and one.asks_identity_only:
        form = IdentityForm(data, **options)
    else:
        needed = None if one is None or one.purpose.disclosure is None else one.purpose.disclosure.form.value
        initial = {"form": needed, "authorisation": request.GET.get("authorisation", "")}
        form = InquiryForm(data, items={} if one is None else one.items, initial=initial, **options)
    return _Sheet(offered=one, purpose_code=code, form=form)


def _form_page(request: HttpRequest, sheet: _Sheet) -> HttpResponse:
    status = 422 if sheet.form.is_bound and not sheet.form.is_valid() else 200
    return render(request, "organisation/asking/form.html", {"sheet": sheet, "form": sheet.form}, status=status)


def _review(request: HttpRequest, sheet: _Sheet) -> list[values.Line]:
    asked = sheet.asked
    lines = [
        values.Line(label=_("查询目的"), value=sheet.purpose_code if sheet.offered is None else sheet.offered.name),
        values.Line(label=_("证件号码（遮盖）"), value=str(asked.number)),
        values.Line(label=_("姓名（遮盖）"), value=masked_name(asked.name)),
        values.Line(label=_("事项编号"), value=asked.case_number or _("没有写")),
    ]
    if "authorisation" in sheet.form.fields:
        lines.append(values.Line(label=_("授权编号"), value=asked.authorisation or _("没有写")))
    if "form" in sheet.form.fields:
        edition = edition_today(request)
        names = items_shown(item_name(edition, code) for code in sorted(asked.item_codes))
        lines.append(values.Line(label=_("需要知道到什么程度"), value=FORMS[asked.form]))
        lines.append(values.Line(label=_("信息项"), value=names or _("目的和授权允许的全部")))
    return lines


# The answer ----------------------------------------------------------------------------------------------------------


def _answer_page(request: HttpRequest, sheet: _Sheet, answer: Answer) -> HttpResponse:
    asked = sheet.asked
    edition = edition_today(request)
    match = answer.body.get("match")
    last_on = _usable_until(asked, sheet, organisation_code=actor_and_code(request)[1])
    context = {
        "answer": answer,
        "purpose": sheet.purpose_code if sheet.offered is None else sheet.offered.name,
        "match": None if match is None else MATCHES[Match(match)],
        "about": _review(request, sheet)[1:4],
        "form_given": FORMS[answer.form],
        "is_less": match is None and answer.form is not asked.form,
        "form_asked": FORMS[asked.form],
        "last_on": last_on,
        "lines": _lines_of(answer),
        "table": _items_table(answer, edition),
        "details": _details(answer, edition),
        "again_url": f"{reverse('organisation:ask')}?purpose={sheet.purpose_code}",
    }
    return render(request, "organisation/asking/answer.html", context)


def _usable_until(asked: Asked, sheet: _Sheet, *, organisation_code: str) -> date | None:
    """Return the last day on which the authorisation allows any use; ``None`` where the purpose needs none."""
    if sheet.offered is None or not sheet.offered.purpose.needs_authorisation:
        return None
    try:
        found = authorisations.authorisation_of_organisation(
            reference=asked.authorisation, organisation_code=organisation_code
        )
    except AuthorisationUnknown:
        return None
    return found.last_on


def _lines_of(answer: Answer) -> list[values.Line]:
    """Return yes or no, or counts, by kind."""
    found: dict[str, object] = answer.body.get("found") or {}
    counted: dict[str, int] = answer.body.get("counts") or {}
    lines = [values.Line(label=KINDS[ItemKind(kind)], value=_("有")) for kind in found]
    lines += [
        values.Line(label=KINDS[ItemKind(kind)], value=_("%(count)s 条") % {"count": number(count)})
        for kind, count in counted.items()
    ]
    return lines


def _items_table(answer: Answer, edition: Edition | None) -> values.Table | None:
    items: list[dict[str, Any]] | None = answer.body.get("items")
    if items is None:
        return None
    names = {line.code: in_current_language(line.name_zh, line.name_en) for line in organisations.list_organisations()}
    labels: list[str | Promise] = [
        _("信息项"),
        _("类别"),
        _("程度"),
        _("发生日期"),
        _("结束日期"),
        _("文书日期"),
        _("可以用到"),
        _("谁提供的"),
    ]
    return values.Table(
        caption=_("查到的信息"),
        hide_caption=True,
        columns=[values.Column(label=label) for label in labels],
        rows=[
            [
                values.Cell(value=item_name(edition, item["item"])),
                values.Cell(value=KINDS[ItemKind(item["kind"])]),
                values.Cell(value=_severity(edition, item["severity"])),
                values.Cell(value=_day(item["occurred_on"])),
                values.Cell(value=_day(item["ended_on"]) or NO_VALUE),
                values.Cell(value=_day(item["document_on"]) or NO_VALUE),
                values.Cell(value=_day(item["used_until"])),
                values.Cell(value=names.get(item["supplier"], item["supplier"])),
            ]
            for item in items
        ],
    )


def _day(text: str | None) -> str:
    return day(None if text is None else date.fromisoformat(text))


def _severity(edition: Edition | None, code: str | None) -> str:
    if code is None:
        return NO_VALUE
    found = None if edition is None else edition.severities.get(code)
    return code if found is None else in_current_language(found.name_zh, found.name_en)


def _details(answer: Answer, edition: Edition | None) -> list[tuple[str, list[values.Line]]]:
    """Return the contents of a document, item by item."""
    items: list[dict[str, Any]] = answer.body.get("items") or []
    return [
        (
            f"{item_name(edition, item['item'])} · {_day(item['occurred_on'])}",
            [values.Line(label=label, value=text) for label, text in item["details"].items()],
        )
        for item in items
        if item.get("details")
    ]


# What was asked ------------------------------------------------------------------------------------------------------


@open_to(Audience.REQUESTER)
@explaining_gate
def history(request: HttpRequest) -> HttpResponse:
    """Show the organisation's inquiries, newest first; the filters stay in the address.

    Args:
        request: The request being answered; reads ``purpose``, ``outcome`` and ``after``.
    """
    _actor, code = actor_and_code(request)
    edition = edition_today(request)
    form = InquiryFilter(request.GET, purposes=_purposes(edition))
    found: tuple[InquiryLine, ...] = ()
    if form.is_valid():
        found = lookups.list_inquiries(
            organisation_code=code,
            outcome=form.chosen_outcome,
            purpose_code=form.cleaned_data["purpose"] or None,
            before=cursor_of(request),
            limit=PAGE + 1,
        )
    page = found[:PAGE]
    context = {
        "title": _("查询记录"),
        "lead": _("本单位查过什么、为哪件事、结果怎样。这里不写查的是谁，也不保存答复的内容。"),
        "form": form,
        "active": any(request.GET.get(name) for name in form.fields),
        "clear_url": reverse("organisation:inquiries"),
        "create_url": reverse("organisation:ask"),
        "create_label": _("查询一个人"),
        "table": _table(page, edition),
        "pager": pager(request, shown=len(page), following=page[-1].inquiry_id if len(found) > PAGE else None),
        "empty_title": _("还没有查询过"),
        "empty_text": _("每一次查询都会列在这里，没有得到答复的也在内。"),
    }
    return render(request, "organisation/asking/list.html", context)


def _purposes(edition: Edition | None) -> list[tuple[str, str | Promise]]:
    if edition is None:
        return []
    return [
        (code, in_current_language(purpose.name_zh, purpose.name_en))
        for code, purpose in edition.purposes.items()
        if purpose.disclosure is not None
    ]


def _table(lines: tuple[InquiryLine, ...], edition: Edition | None) -> values.Table:
    labels = [_("查询编号"), _("查询目的"), _("事项编号"), _("结果"), _("给到什么程度"), _("时间")]
    rows = []
    for line in lines:
        words, tone = OUTCOMES[line.outcome]
        rows.append(
            [
                values.Cell(value=line.reference, url=reverse("organisation:inquiry", args=[line.reference])),
                values.Cell(value=purpose_name(edition, line.purpose_code)),
                values.Cell(value=line.case_number or NO_VALUE),
                values.Cell(value=words, tone=tone),
                values.Cell(value=FORMS[AnswerForm(line.form_given)] if line.form_given else NO_VALUE),
                values.Cell(value=moment(line.asked_at)),
            ]
        )
    return values.Table(
        caption=_("查询记录"), hide_caption=True, columns=[values.Column(label=label) for label in labels], rows=rows
    )


@open_to(Audience.REQUESTER)
@explaining_gate
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one inquiry: what was asked and how it ended, without the answer.

    Args:
        request: The request being answered.
        reference: The inquiry.
    """
    actor, code = actor_and_code(request)
    line = lookups.inquiry_of_organisation(reference=reference, organisation_code=code)
    edition = edition_today(request)
    words, tone = OUTCOMES[line.outcome]
    context = {
        "line": line,
        "state": words,
        "tone": tone,
        "summary": _summary(line, edition, actor),
        "reason": None if line.receipt else REASONS.get(line.code, UNKNOWN_REASON),
        "again_url": f"{reverse('organisation:ask')}?purpose={line.purpose_code}",
    }
    return render(request, "organisation/asking/inquiry.html", context)


def _summary(line: InquiryLine, edition: Edition | None, actor: Actor) -> list[values.Line]:
    who = _("您") if line.actor_key == actor.key else Actors((line.actor_key,)).name(line.actor_key)
    lines = [
        values.Line(label=_("查询目的"), value=purpose_name(edition, line.purpose_code)),
        values.Line(label=_("事项编号"), value=line.case_number or _("没有写")),
        values.Line(label=_("经办人"), value=who),
        values.Line(label=_("时间"), value=moment(line.asked_at)),
        values.Line(label=_("要求的程度"), value=FORMS[AnswerForm(line.form_asked)]),
    ]
    if line.form_given:
        lines.append(values.Line(label=_("给到什么程度"), value=FORMS[AnswerForm(line.form_given)]))
    lines.append(
        values.Line(
            label=_("信息项"), value=items_shown(item_name(edition, code) for code in line.item_codes) or NO_VALUE
        )
    )
    return lines


@open_to(Audience.REQUESTER)
@explaining_gate
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """Send the signed receipt of an answered inquiry; it names nobody and holds no answer.

    Args:
        request: The request being answered.
        reference: The inquiry.

    Raises:
        InquiryUnknown: There is none, it is another organisation's, or it was not answered.
    """
    _actor, code = actor_and_code(request)
    line = lookups.inquiry_of_organisation(reference=reference, organisation_code=code)
    if not line.receipt:
        raise inquiries.InquiryUnknown
    response = HttpResponse(line.receipt, content_type="application/jose")
    response.headers["Content-Disposition"] = f'attachment; filename="receipt-{line.reference}.jws"'
    return response
