"""Words for what a requester's officer meets: how an inquiry ended, why, on what it turns, and what would change it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chengxin.catalogue.rules.values import AnswerForm, ItemKind
from chengxin.inquiries.states import BatchState, LineOutcome, Match, Outcome
from chengxin.portals.presentation.values import Tone

Words = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why something was refused, and what would change it.

    Attributes:
        wrong: What stands against it.
        change: What would have to change.
    """

    wrong: Words
    change: Words


FORMS: Final[Mapping[AnswerForm, Words]] = {
    AnswerForm.YES_NO: _("有或者没有"),
    AnswerForm.COUNT: _("每类有几条"),
    AnswerForm.LIST: _("清单：类别、日期、程度和提供单位"),
    AnswerForm.DOCUMENT: _("清单和详细内容"),
}

OUTCOMES: Final[Mapping[Outcome, tuple[Words, Tone]]] = {
    Outcome.ANSWERED: (_("已答复"), Tone.DONE),
    Outcome.REFUSED: (_("未答复"), Tone.NEUTRAL),
    Outcome.UNDECIDED: (_("不能判断，已转信用办"), Tone.WAITING),
}

KINDS: Final[Mapping[ItemKind, Words]] = {
    ItemKind.IDENTIFICATION: _("基础信息"),
    ItemKind.COMMENDATION: _("守信信息"),
    ItemKind.ADVERSE: _("失信信息"),
    ItemKind.PLEDGE: _("信用承诺"),
}

MATCHES: Final[Mapping[Match, Words]] = {
    Match.MATCH: _("号码和姓名相符"),
    Match.NO_MATCH: _("号码和姓名不相符"),
    Match.UNKNOWN: _("无法核对"),
}

REQUEST_STATES: Final[Mapping[str, tuple[Words, Tone]]] = {
    "WAITING": (_("等本人答复"), Tone.WAITING),
    "LAPSED": (_("没有人答复，已过期"), Tone.NEUTRAL),
    "GRANTED": (_("本人已授权"), Tone.DONE),
    "REFUSED": (_("本人没有同意"), Tone.DONE),
    "CANCELLED": (_("本单位已取消"), Tone.NEUTRAL),
}

BATCH_STATES: Final[Mapping[BatchState, tuple[Words, Tone]]] = {
    BatchState.WAITING: (_("处理中"), Tone.WAITING),
    BatchState.ANSWERED: (_("已办结"), Tone.DONE),
}

LINE_OUTCOMES: Final[Mapping[LineOutcome, Words]] = {
    LineOutcome.ANSWERED: _("已答复"),
    LineOutcome.REFUSED: _("未答复"),
    LineOutcome.UNDECIDED: _("不能判断，已转信用办"),
    LineOutcome.UNREADABLE: _("读不懂"),
}

CHANNELS: Final[Mapping[str, Words]] = {"ONLINE": _("本人在网上授权"), "COUNTER": _("本人在窗口签署纸质授权")}

_ASK_MORE: Final = _("明天零时起可以再查。经常不够用，请向信用办说明理由，申请调整。")
_ASK_OFFICE: Final = _("请与信用办联系。")

REASONS: Final[Mapping[str, Reason]] = {
    "NOT_A_REQUESTER": Reason(
        wrong=_("您的账号没有被指定为本单位的查询经办人。"),
        change=_("由本单位指定您为查询经办人以后，才能查询。"),
    ),
    "REQUESTER_SUSPENDED": Reason(
        wrong=_("信用办暂停了本单位或者您的账号的查询。"),
        change=_("信用办解除暂停以后，才能再查询。对暂停有不同意见，请向信用办书面说明。"),
    ),
    "PURPOSE_NOT_OFFERED": Reason(
        wrong=_("今天生效的目录里没有这个查询目的。"),
        change=_("请从本单位可以用的目的里选。要增加新的目的，须先修改目录。"),
    ),
    "PURPOSE_NOT_OF_THIS_KIND": Reason(
        wrong=_("这个目的只给另外几类单位用，本单位不在其中。"),
        change=_("请从本单位可以用的目的里选。"),
    ),
    "NO_INQUIRY_MANDATE": Reason(
        wrong=_("本单位今天没有为这个目的查询的授权依据。"),
        change=_("请向信用办提交法律依据，由信用办登记以后再查询。"),
    ),
    "BASIS_UNKNOWN": Reason(
        wrong=_("本单位登记的法律依据不在今天的目录里，平台无法判断它是否有效。"),
        change=_("已经为信用办开了一件待办。信用办补上依据以后，请再查一次。"),
    ),
    "BASIS_NOT_IN_FORCE": Reason(
        wrong=_("本单位登记的法律依据今天不在有效期内。"),
        change=_("依据有了新的规定，请把新的规定报给信用办登记。"),
    ),
    "NO_LICENCE": Reason(
        wrong=_("这个目的要有许可证；本单位没有今天有效、范围包含这个目的的许可证。"),
        change=_("请把有效的许可证报给信用办登记。"),
    ),
    "CASE_NUMBER_MISSING": Reason(
        wrong=_("没有写事项编号，或者编号的写法不对。"),
        change=_("请写明这次查询为的是哪一件事：本单位的受理号或者申请号。"),
    ),
    "ITEMS_BEYOND_PURPOSE": Reason(
        wrong=_("要查的信息项超出了这个目的和本单位的授权依据。"),
        change=_("请只选这个目的可以查的信息项。"),
    ),
    "QUOTA_UNKNOWN": Reason(
        wrong=_("现行目录和信用办都没有说一天可以查几次，平台无法判断是否超出。"),
        change=_("已经为信用办开了一件待办。信用办补上次数以后，请再查一次。"),
    ),
    "ACCOUNT_QUOTA_USED_UP": Reason(wrong=_("您的账号今天的查询次数已经用完。"), change=_ASK_MORE),
    "CLIENT_QUOTA_USED_UP": Reason(wrong=_("这个接口程序今天的查询次数已经用完。"), change=_ASK_MORE),
    "ORGANISATION_QUOTA_USED_UP": Reason(wrong=_("本单位今天的查询次数已经用完。"), change=_ASK_MORE),
    "BATCHES_QUOTA_USED_UP": Reason(wrong=_("本单位今天批量查询的行数已经用完。"), change=_ASK_MORE),
    # Not given any more; inquiries of earlier releases hold it.
    "QUOTA_USED_UP": Reason(wrong=_("您或者本单位今天的查询次数已经用完。"), change=_ASK_MORE),
    "AUTHORISATION_MISSING": Reason(
        wrong=_("这个目的要有本人的授权；没有写授权编号，或者这份授权不是这个人给本单位的。"),
        change=_("请先向本人请求授权，再写上授权编号。"),
    ),
    "AUTHORISATION_FOR_OTHER_PURPOSE": Reason(
        wrong=_("本人的授权是为另一个目的给的。"),
        change=_("请为现在这个目的另外请求授权。"),
    ),
    "AUTHORISATION_WITHDRAWN": Reason(
        wrong=_("本人已经撤回这份授权。"),
        change=_("本人有权随时撤回。确实需要，可以再请求一次，由本人决定。"),
    ),
    "AUTHORISATION_OVER": Reason(
        wrong=_("这份授权已经过了最后一天。"),
        change=_("请重新请求授权。"),
    ),
    "AUTHORISATION_USED_UP": Reason(
        wrong=_("这份授权允许的次数已经用完。"),
        change=_("请重新请求授权，写明还要查几次、为什么。"),
    ),
    "AUTHORISATION_COVERS_LESS": Reason(
        wrong=_("要查的信息项，有的不在本人授权的范围里。"),
        change=_("请只查授权里有的信息项，或者不选信息项，由平台按授权的范围答复。"),
    ),
    "PERSON_NOT_IDENTIFIED": Reason(
        wrong=_("号码和姓名对不上平台里的一个人。"),
        change=_("请对照证件核对号码和姓名，再查一次。"),
    ),
    # Asking for an authorisation.
    "PURPOSE_NOT_BY_AUTHORISATION": Reason(
        wrong=_("这个目的不靠本人授权，不用请求。"),
        change=_("有授权依据和事项编号，就可以直接查询。"),
    ),
    "ASKED_BEYOND_PURPOSE": Reason(
        wrong=_("请求的信息项、次数或者天数超出了这个目的允许的范围。"),
        change=_("请减少信息项、次数或者天数。"),
    ),
    "ASKED_AGAIN_TOO_SOON": Reason(
        wrong=_("本人不久前拒绝过本单位同样的请求。"),
        change=_("过了停顿的天数才能再请求。请不要用别的办法催促本人。"),
    ),
    "AUTHORISATION_ASKED_WRONGLY": Reason(
        wrong=_("请求没有写全，或者事项编号的写法不对。"),
        change=_("请核对目的、事项编号、信息项和时间范围，再请求一次。"),
    ),
    "AUTHORISATION_REQUEST_UNKNOWN": Reason(
        wrong=_("没有这个请求，或者它是另一个单位的。"),
        change=_("请从本单位的请求里打开。"),
    ),
    "AUTHORISATION_REQUEST_ANSWERED": Reason(
        wrong=_("本人已经答复，或者请求已经取消。"),
        change=_("不能再改。需要的话，可以另外请求。"),
    ),
    "AUTHORISATION_UNKNOWN": Reason(
        wrong=_("没有这份授权，或者它不是给本单位的。"),
        change=_("请核对授权编号。"),
    ),
    "INQUIRY_UNKNOWN": Reason(
        wrong=_("没有这次查询，或者它是另一个单位的。"),
        change=_("请从本单位的查询记录里打开。"),
    ),
    "INQUIRY_ASKED_WRONGLY": Reason(
        wrong=_("要查的信息项不在目录里。"),
        change=_("请从列出来的信息项里选。"),
    ),
    "INQUIRY_BATCH_UNKNOWN": Reason(
        wrong=_("没有这个批量查询，或者它是另一个单位的。"),
        change=_("请从本单位的批量查询里打开。"),
    ),
    "INQUIRY_BATCH_COLUMNS": Reason(
        wrong=_("文件里没有「证件号码」或者「姓名」这一列。"),
        change=_("第一行写列名：证件号码、姓名、授权编号、事项编号。"),
    ),
    "INQUIRY_BATCH_EMPTY": Reason(wrong=_("文件里一行也没有。"), change=_("请核对选的文件。")),
    "INQUIRY_BATCH_BEYOND_QUOTA": Reason(
        wrong=_("行数比本单位今天还能批量查询的行数多。"),
        change=_("请分几天报送，或者向信用办申请调整次数。"),
    ),
    "INQUIRY_BATCH_BEYOND_ORGANISATION_QUOTA": Reason(
        wrong=_("行数比本单位今天一共还能查询的次数多。"),
        change=_("请分几天报送，或者向信用办申请调整次数。"),
    ),
    "INQUIRY_RESULT_NOT_THERE": Reason(
        wrong=_("结果还没有出来，或者保存的日子已经过了。"),
        change=_("处理完再下载；过期的要再查，请重新报送。"),
    ),
    "UNREADABLE_LINE": Reason(
        wrong=_("号码不对，或者这一行读不出来，没有查询。"),
        change=_("请对照证件改正，另外报送这一行。"),
    ),
    "EDITION_NOT_FOUND": Reason(wrong=_("今天没有生效的目录，什么都不能查。"), change=_ASK_OFFICE),
}

UNKNOWN_REASON: Final = Reason(wrong=_("这件事现在不能办理。"), change=_ASK_OFFICE)
