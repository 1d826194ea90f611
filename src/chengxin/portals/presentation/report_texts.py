"""A report in words: what it says, put into one language, ready for its layout.

What somebody decided or wrote is cited as it was written, in every language; names of the catalogue are translated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from chengxin.portals.presentation.labels import VERIFIED
from chengxin.portals.presentation.languages import current_language, in_current_language, to_traditional
from chengxin.portals.presentation.templatetags.components import day, moment, number
from chengxin.reports.layout import Entry, Grid, Group, Row, Section, Sheet
from chengxin.reports.operations import Wording
from chengxin.reports.rules import AllowedLine, Both, Detail, LineOfItem, LookLine, ReportContents
from chengxin.reports.states import Extent, Language

Words = str | Promise

KINDS: Final[dict[str, Words]] = {
    "IDENTIFICATION": gettext_lazy("基本情况"),
    "COMMENDATION": gettext_lazy("守信"),
    "PLEDGE": gettext_lazy("承诺"),
    "ADVERSE": gettext_lazy("失信"),
}


LANGUAGES: Final[dict[str, Words]] = {
    Language.ZH_HANS.value: "简体中文",
    Language.ZH_HANT.value: "繁體中文",
    Language.EN.value: "English",
}

EXTENTS: Final[dict[str, Words]] = {
    Extent.WHOLE.value: gettext_lazy("完整的一份：身份、信用信息、授权、谁查过"),
    Extent.ITEMS.value: gettext_lazy("交给别人的一份：只有身份和信用信息"),
}

STATES: Final[dict[str, Words]] = {
    "GOOD": gettext_lazy("报告有效"),
    "WITHDRAWN": gettext_lazy("已撤回"),
    "SUPERSEDED": gettext_lazy("已被取代"),
    "OVER": gettext_lazy("已过期"),
    "UNKNOWN": gettext_lazy("查无此报告"),
}


def language_of_page() -> Language:
    """Return the language of the page as one of a report's."""
    return next(language for language in Language if language.tag == current_language())


def file_name(number: str) -> str:
    """Return the name under which a report is handed out; it says nothing of whom it is about.

    Args:
        number: The report's number.
    """
    return f"credit-report-{number}.pdf"


def wording_in(language: Language) -> Wording:
    """Return what puts a report into words.

    Args:
        language: In which language.
    """

    def written(contents: ReportContents) -> Sheet:
        with translation.override(language.tag):
            path = reverse("public:verify_number", args=[contents.number])
            return sheet_of(contents, language, f"{contents.issuer}{path}")

    return written


def sheet_of(contents: ReportContents, language: Language, check_address: str) -> Sheet:
    """Return a report in the language that is active.

    Args:
        contents: What it says.
        language: The same language, for the document's own mark.
        check_address: Where this report is checked.
    """
    sections = [_identity(contents), _items(contents)]
    if contents.allowed is not None:
        sections.append(_allowed(contents.allowed))
    if contents.looks is not None:
        sections.append(_looks(contents, contents.looks))
    sections.append(_closing(contents))
    return Sheet(
        language=language.tag,
        title=_("个人公共信用报告"),
        issuer=_("诚信 个人公共信用信息平台"),
        banner=_("演示数据，均为虚构") if settings.DEMONSTRATION else "",
        head=(
            Row(label=_("报告编号"), value=contents.number),
            Row(label=_("姓名"), value=contents.subject.name),
            Row(label=_("出具时间"), value=moment(contents.issued_at)),
            Row(label=_("有效到"), value=day(contents.last_on)),
        ),
        check_title=_("扫码核对"),
        check_text=_(
            "扫码，或者打开下面的网址，就知道这份报告现在还有没有效。也可以在那里上传这个文件，看它有没有被改过。"
        ),
        check_address=check_address,
        code_words=_("二维码：打开这份报告的核对网页"),
        sections=tuple(sections),
        running=_("报告编号 %(number)s") % {"number": contents.number},
        validity=_("有效到 %(day)s；过了这一天请本人重新出具") % {"day": day(contents.last_on)},
        page=_("第 {page} 页，共 {total} 页"),
        data_words=_("这份报告的内容，供程序读取（JSON）"),
        credential_words=_("这份报告的可验证凭证，每一条可以单独出示（SD-JWT VC）"),
    )


def _both(name: Both) -> str:
    return in_current_language(name.zh, name.en)


def _identity(contents: ReportContents) -> Section:
    subject = contents.subject
    rows = [
        Row(label=_("姓名"), value=subject.name),
        Row(label=_("证件号码（遮盖）"), value=subject.masked_number),
    ]
    if subject.birth_year is not None:
        rows.append(Row(label=_("出生年份"), value=str(subject.birth_year)))
    return Section(
        title=_("身份信息"),
        rows=tuple(rows),
        notes=(_("证件号码只对本人完整显示，所以报告里一律遮盖。请对照出示人的证件核对姓名。"),),
    )


def _items(contents: ReportContents) -> Section:
    count = len(contents.items)
    on = day(contents.issued_at)
    if not count:
        return Section(
            title=_("信用信息"),
            lead=_("%(day)s 这一天，平台上没有可以展示的关于本人的信息。没有信息不代表好，也不代表不好。")
            % {"day": on},
        )
    labels = _labels()
    groups = tuple(
        Group(
            title=_("%(kind)s（%(count)s 条）") % {"kind": labels.kinds.get(kind, kind), "count": len(entries)},
            entries=tuple(_entry(item, labels) for item in entries),
        )
        for kind, found in groupby(contents.items, key=lambda item: item.kind)
        for entries in [list(found)]
    )
    lead = ngettext(
        "%(day)s 这一天可以展示的共 %(count)s 条。每一条都由提供单位负责，到了展示的最后一天就不再展示。",
        "%(day)s 这一天可以展示的共 %(count)s 条。每一条都由提供单位负责，到了展示的最后一天就不再展示。",
        count,
    )
    return Section(title=_("信用信息"), lead=lead % {"day": on, "count": number(count)}, groups=groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Labels:
    """The words that stand at every item, put into the report's language once.

    Attributes:
        language: That language, as pages name it.
    """

    language: str
    kinds: Mapping[str, str]
    verified: Mapping[str, str]
    occurred: str
    ended: str
    said: str
    basis: str
    basis_read: str
    shown_until: str
    reference: str
    supplied: str
    money: str

    def both(self, name: Both) -> str:
        """Return a name in the report's language."""
        if self.language == "en":
            return name.en or name.zh
        return to_traditional(name.zh) if self.language == "zh-hant" else name.zh


def _labels() -> _Labels:
    return _Labels(
        language=current_language(),
        kinds={kind: str(words) for kind, words in KINDS.items()},
        verified={code: str(words) for code, words in VERIFIED.items()},
        occurred=_("发生日期"),
        ended=_("终止日期"),
        said=_("谁说的"),
        basis=_("依据"),
        basis_read=_("%(basis)s（%(verified)s）"),
        shown_until=_("展示到"),
        reference=_("条目编号"),
        supplied=_("%(said)s（由%(supplier)s提供）"),
        money=_("%(amount)s 元"),
    )


def _entry(item: LineOfItem, labels: _Labels) -> Entry:
    kind = labels.kinds.get(item.kind, item.kind)
    tag = kind if item.severity is None else f"{kind} · {labels.both(item.severity)}"
    rows = [Row(label=labels.occurred, value=day(item.occurred_on))]
    if item.ended_on is not None:
        rows.append(Row(label=labels.ended, value=day(item.ended_on)))
    rows.append(Row(label=labels.said, value=_said_by(item, labels)))
    rows += [Row(label=labels.both(detail.name), value=_value(detail, labels)) for detail in item.details]
    basis = f"{item.basis} {item.article}".strip()
    if item.verified != "SEEN":
        basis = labels.basis_read % {"basis": basis, "verified": labels.verified.get(item.verified, item.verified)}
    rows += [
        Row(label=labels.basis, value=basis),
        Row(label=labels.shown_until, value=day(item.shown_until)),
        Row(label=labels.reference, value=_in_fours(item.reference)),
    ]
    return Entry(title=labels.both(item.name), tag=tag, rows=tuple(rows), reference=item.reference)


def _said_by(item: LineOfItem, labels: _Labels) -> str:
    supplier = labels.both(item.supplier)
    parts = [item.body or supplier, labels.both(item.document), day(item.document_on)]
    said = (", " if labels.language == "en" else "，").join(part for part in parts if part)
    if item.body and item.body not in {item.supplier.zh, supplier}:
        return labels.supplied % {"said": said, "supplier": supplier}
    return said


def _value(detail: Detail, labels: _Labels) -> str:
    if detail.words is not None:
        return labels.both(detail.words)
    if detail.is_money:
        return labels.money % {"amount": _amount(detail.value)}
    if detail.code.endswith("_on"):
        try:
            return day(date.fromisoformat(detail.value))
        except ValueError:
            return detail.value
    return detail.value


def _amount(value: str) -> str:
    try:
        return f"{Decimal(value):,}"
    except InvalidOperation:
        return value


def _in_fours(reference: str) -> str:
    return " ".join(reference[at : at + 4] for at in range(0, len(reference), 4))


def _allowed(lines: Sequence[AllowedLine]) -> Section:
    if not lines:
        return Section(
            title=_("现在有效的授权"),
            lead=_("现在没有还能用的授权：没有哪个单位可以凭授权来看本人的信息。"),
        )
    return Section(
        title=_("现在有效的授权"),
        lead=_("本人现在允许这些单位查看自己的信息。授权随时可以撤回。"),
        grid=Grid(
            columns=(_("哪个单位"), _("目的"), _("从"), _("到"), _("用过几次")),
            shares=(6, 5, 4, 4, 3),
            rows=tuple(
                (
                    _both(line.organisation),
                    _both(line.purpose),
                    day(line.granted_on),
                    day(line.last_on),
                    _("%(used)s / %(looks)s") % {"used": line.used_count, "looks": line.looks},
                )
                for line in lines
            ),
        ),
    )


def _looks(contents: ReportContents, looks: Sequence[LookLine]) -> Section:
    since = {"day": day(contents.looks_since)}
    if not looks:
        return Section(title=_("谁查过"), lead=_("从 %(day)s 起，没有单位查过本人的信息。") % since)
    notes: tuple[str, ...] = ()
    if contents.look_count > len(looks):
        notes = (
            _("一共 %(total)s 次，这里列最新的 %(listed)s 次。全部都在本人的网页上。")
            % {"total": number(contents.look_count), "listed": number(len(looks))},
        )
    return Section(
        title=_("谁查过"),
        lead=_("从 %(day)s 起各单位的查询，没有看成的也在内。本人自己的查看不列。") % since,
        grid=Grid(
            columns=(_("日期"), _("哪个单位"), _("目的"), _("结果")),
            shares=(4, 7, 6, 4),
            rows=tuple(
                (
                    day(look.on),
                    _both(look.organisation),
                    _both(look.purpose),
                    _("看到了内容") if look.was_shown else _("没有看成"),
                )
                for look in looks
            ),
        ),
        notes=notes,
    )


def _closing(contents: ReportContents) -> Section:
    over_on = day(contents.last_on + timedelta(days=1))
    notes = [
        _("给收到报告的人：请先核对再使用。报告上的信息更正、撤回或者到期以后，核对网页会说这份报告已被取代。"),
        _("%(day)s 起这份报告不再有效。") % {"day": over_on},
        _(
            "给本人：觉得哪一条不对，可以把条目编号告诉提供单位，或者带上证件到信用办服务窗口。报告可以随时在您的网页上撤回。"
        ),
        _("报告只写查到了什么，不打分，不评级，也不替谁作决定。"),
    ]
    if contents.extent is Extent.ITEMS:
        notes.insert(0, _("这是交给别人看的一份：不含授权和查询记录。"))
    return Section(title=_("怎么用这份报告"), notes=tuple(notes))
