"""Words of the office's pages around the gate: kinds of organisations, tasks, reviews and refusals."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chengxin.portals.presentation.values import Tone

Words = str | Promise

KINDS: Final[dict[str, Words]] = {
    "OFFICE": _("信用办"),
    "DEPARTMENT": _("行政机关"),
    "SCHOOL": _("学校"),
    "ASSOCIATION": _("行业协会"),
    "EMPLOYER": _("用人单位"),
    "BANK": _("银行"),
    "BUREAU": _("征信机构"),
    "REAL_NAME_OPERATOR": _("实名登记单位"),
}

TASK_CODES: Final[dict[str, Words]] = {
    "BASIS_UNKNOWN": _("登记的法律依据不在目录里"),
    "QUOTA_UNKNOWN": _("没有规定一天可以查几次"),
}

REVIEW_STATES: Final[dict[str, tuple[Words, Tone]]] = {
    "WAITING": (_("等待复核"), Tone.WAITING),
    "PROPER": (_("正当"), Tone.DONE),
    "MISUSE": (_("滥用，已暂停"), Tone.DONE),
}

CONCERN_STATES: Final[dict[str, tuple[Words, Tone]]] = {
    "UNDER_REVIEW": (_("等待答复"), Tone.WAITING),
    "FOUND_IN_ORDER": (_("审核认为合规"), Tone.DONE),
    "FOUND_OUT_OF_ORDER": (_("审核认为不合规"), Tone.DONE),
}

# What a look showed, apart from items.
SHOWN: Final[dict[str, Words]] = {
    "IDENTITY_CHECK": _("姓名和号码是否相符"),
    "MASKED_IDENTITY": _("遮盖后的姓名和证件号码"),
    "AUTHORISATIONS": _("本人的授权"),
    "CONCERN": _("本人对一次查看的疑问"),
}

LOOK_OUTCOMES: Final[dict[str, Words]] = {"SHOWN": _("看到了"), "REFUSED": _("没有答复")}

REFUSALS: Final[dict[str, Words]] = {
    "ORGANISATION_KNOWN": _("这个代码已经有单位在用。"),
    "ORGANISATION_UNKNOWN": _("没有这个单位。"),
    "MANDATE_OVERLAPS": _("这几天里已经有同样的授权依据。"),
    "MANDATE_PERIOD_EMPTY": _("最后一天早于第一天。"),
    "MANDATE_MISSING": _("那一天没有可以结束的授权依据。"),
    "LICENCE_OVERLAPS": _("这几天里已经登记过这个许可证。"),
    "NOT_AN_OPERATOR": _("只有实名登记单位登记领域。"),
    "SECTOR_OVERLAPS": _("这几天里已经登记在这个领域。"),
    "SECTOR_MISSING": _("那一天它不在这个领域里。"),
    "NOT_A_BUREAU": _("只有征信机构在这里登记检查。"),
    "INSPECTION_DATE_WRONG": _("检查日期在以后，或者整改期限早于检查日期。"),
    "REASONS_MISSING": _("要写明理由。"),
    "SUSPENDED_ALREADY": _("它已经被暂停。"),
    "NOT_SUSPENDED": _("它现在没有被暂停。"),
    "OWN_LOGIN": _("不能暂停自己的账号，也不能替自己解除。"),
    "NOT_A_REVIEWER": _("只有信用办复核人可以办。"),
    "NOT_ADMITTING_OFFICER": _("只有目录管理员可以办。"),
    "NOT_A_GATE_KEEPER": _("只有目录管理员和复核人可以办。"),
    "TASK_UNKNOWN": _("没有这件待办，或者别人已经办结。"),
    "REVIEW_UNKNOWN": _("没有这件复核，或者别人已经决定。"),
    "REVIEW_REASONS_MISSING": _("要写明理由；认定滥用，要选暂停谁。"),
    "LOOKER_CANNOT_REVIEW": _("这是您自己的查看，要由别人复核。"),
    "PERSON_CANNOT_REVIEW": _("看的是您本人，要由别人复核。"),
    "CONCERN_UNKNOWN": _("没有这一件。"),
    "CONCERN_ANSWERED": _("别人已经答复了。"),
    "CONCERN_WORDS_MISSING": _("要写答复，不超过 2000 字。"),
    "OWN_ORGANISATIONS_LOOK": _("这是您本单位的查看，要由别的单位复核，例如上一级信用办。"),
    "AUTHORISATION_ASKED_WRONGLY": _("目的不靠本人授权，单位不能用，或者事项编号的写法不对。"),
    "GRANTED_MORE_THAN_ASKED": _("信息项、次数或者天数超出了这个目的允许的范围。"),
    "SCAN_UNREADABLE": _("扫描件要是 PDF、PNG 或者 JPEG，不超过 5 MB。"),
    "REQUESTER_SUSPENDED": _("这个单位已被暂停查询，不能为它登记授权。"),
    "NOT_A_CLERK": _("只有信用办经办人可以办。"),
    "AUTHORISATION_UNKNOWN": _("这个人没有这份授权。"),
}
