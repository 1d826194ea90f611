"""Words of the office's pages for codes of the rooms."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chengxin.portals.presentation.values import Tone

Words = str | Promise

BATCH_STATES: Final[dict[str, tuple[Words, Tone]]] = {
    "RECEIVED": (_("已收到，等待处理"), Tone.WAITING),
    "AWAITING_APPROVAL": (_("等待本单位复核"), Tone.WAITING),
    "APPROVED": (_("复核通过，等待入库"), Tone.WAITING),
    "POSTED": (_("已处理"), Tone.DONE),
    "REFUSED": (_("整个文件未收"), Tone.NEUTRAL),
    "DECLINED": (_("复核未通过"), Tone.NEUTRAL),
    "REVERSED": (_("已整批撤销"), Tone.NEUTRAL),
}

HELD_STATES: Final[dict[str, tuple[Words, Tone]]] = {
    "WAITING": (_("等待核对"), Tone.WAITING),
    "ATTACHED": (_("已归到本人"), Tone.DONE),
    "DISMISSED": (_("未入库"), Tone.DONE),
    "REVERSED": (_("批次已撤销"), Tone.NEUTRAL),
}

LEAD_REASONS: Final[dict[str, Words]] = {
    "NUMBER_SAME_NAME_SAME": _("号码和姓名都相同"),
    "NUMBER_SAME_NAME_OTHER": _("号码相同，姓名不同"),
    "NUMBER_CLOSE_NAME_SAME": _("姓名相同，号码只差一点"),
    "BIRTH_AND_DIVISION_SAME_NAME_SAME": _("姓名、出生日期和地区相同，号码不同"),
}

FEATURES: Final[dict[str, Words]] = {
    "NUMBER": _("证件号码"),
    "NAME": _("姓名"),
    "BIRTH": _("出生日期"),
}

FOUND: Final[dict[tuple[str, str], Words]] = {
    ("NUMBER", "SAME"): _("完全相同"),
    ("NUMBER", "ONE_DIGIT"): _("有一位数字不同"),
    ("NUMBER", "SWAPPED"): _("相邻两位数字互换"),
    ("NUMBER", "BIRTH_AND_DIVISION"): _("地区和出生日期相同，顺序码不同"),
    ("NUMBER", "OTHER"): _("不同"),
    ("NAME", "SAME"): _("完全相同"),
    ("NAME", "VARIANT"): _("同一个名字的另一种写法"),
    ("NAME", "FORMER"): _("与用过的姓名相同"),
    ("NAME", "OTHER"): _("不同"),
    ("BIRTH", "SAME"): _("完全相同"),
    ("BIRTH", "OTHER"): _("不同"),
    ("BIRTH", "UNKNOWN"): _("号码里没有出生日期"),
}

SPELLINGS: Final[dict[str, Words]] = {
    "SPACING": _("空格不同"),
    "MIDDLE_DOT": _("间隔号写法不同"),
    "WIDTH": _("全角与半角不同"),
    "CASE": _("大小写不同"),
    "TRADITIONAL_VARIANT": _("繁体与简体不同"),
}

DECISIONS: Final[dict[str, Words]] = {"APPROVED": _("同意"), "DECLINED": _("不同意")}

PERSON_STATES: Final[dict[str, Words]] = {"ACTIVE": _("在库"), "DECEASED": _("已登记死亡")}

CHANGE_KINDS: Final[dict[str, Words]] = {"ADDED": _("新增"), "REMOVED": _("删除"), "CHANGED": _("改动")}

SECTIONS: Final[dict[str, Words]] = {
    "item_types": _("信息类别"),
    "bases": _("法律依据"),
    "bodies": _("单位"),
    "severities": _("失信程度"),
    "terms": _("法定期限"),
    "purposes": _("查询目的"),
    "coverage_roles": _("身份类别"),
    "prohibited": _("禁止收集的类别"),
    "calendars": _("工作日历"),
    "domains": _("领域"),
    "occupations": _("重点职业"),
    "document_kinds": _("文书类型"),
    "sectors": _("实名领域"),
    "quotas": _("通常的查询次数"),
    "sampling_rules": _("抽查规则"),
    "divisions": _("行政区划"),
}

LEDGER_FINDINGS: Final[dict[str, Words]] = {
    "EVENT_CHANGED": _("事件被改动"),
    "EVENT_REMOVED": _("事件被删除"),
    "EVENT_OUTSIDE_TREE": _("事件不在存证树中"),
    "LEAF_CHANGED": _("叶子被改动"),
    "LEAF_REMOVED": _("叶子被删除"),
    "LEAF_UNSIGNED": _("叶子没有检查点签名"),
    "TILE_CHANGED": _("存证文件被改动"),
    "TILE_MISSING": _("缺少存证文件"),
    "CHECKPOINT_BROKEN": _("检查点不成立"),
    "CHECKPOINT_REMOVED": _("检查点被删除"),
    "CHECKPOINT_FILE_BROKEN": _("检查点文件不成立"),
    "CHECKPOINT_FILE_MISSING": _("缺少检查点文件"),
    "CHECKPOINT_FILE_CONTRADICTS": _("检查点文件与数据库矛盾"),
    "ROOT_DIFFERS": _("树根不一致"),
    "ROW_CHANGED": _("登记被改动"),
    "ROW_REMOVED": _("登记被删除"),
    "ROW_ADDED": _("登记被添加"),
    "POSTING_CHANGED": _("入库内容被改动"),
}

KEY_STATES: Final[dict[str, Words]] = {"PRESENT": _("还在"), "DESTROYED": _("已销毁")}

REFUSALS: Final[dict[str, Words]] = {
    "HELD_LINE_UNKNOWN": _("没有这一行，或者别人已经办结。"),
    "COVERAGE_MISSING": _("这个人没有这类信息要求的身份类别，不能归入。"),
    "RECORD_DIFFERS": _("这个信息编号已经有一条信息，提供单位要先更正或撤回那一条。"),
    "KEEPING_OVER": _("这一行的保存期限已经过去，不能再归入，请不予入库。"),
    "MONTH_ERASED": _("这一行应当保存到的月份，密钥已经销毁，内容不能再保存，请不予入库。"),
    "MERGE_SAME_OFFICER": _("提出的人不能自己决定，请另一位复核人办理。"),
    "MERGE_NOT_REVIEWER": _("只有信用办复核人可以决定。"),
    "PROPOSAL_DECIDED": _("这件事已经决定过了。"),
    "MERGE_WITH_SELF": _("这两个编号已经是同一个人。"),
    "NOT_CLUSTER_HEAD": _("其中一个编号已经合并到另一个编号，请用合并后的编号。"),
    "MERGE_NOT_IN_FORCE": _("这次合并已经不生效。"),
    "PERSON_UNKNOWN": _("没有这个编号。"),
}

COUNTER_METHODS: Final[dict[str, Words]] = {
    "DOCUMENT_IN_PERSON": _("当面看了证件原件，照片与本人相符"),
    "CHIP_READ": _("读了证件芯片，照片与本人相符"),
}

COUNTER_DOCUMENTS: Final[dict[str, Words]] = {
    "RESIDENT_CARD": _("居民身份证"),
    "HOUSEHOLD_REGISTER": _("户口簿"),
    "HMT_RESIDENCE_PERMIT": _("港澳台居民居住证"),
    "FOREIGN_PERMANENT_CARD": _("外国人永久居留身份证"),
}

REPRESENTATION_DOCUMENTS: Final[dict[str, Words]] = {
    "HOUSEHOLD_REGISTER": _("户口簿"),
    "BIRTH_CERTIFICATE": _("出生医学证明"),
    "COURT_DECISION": _("人民法院的裁判"),
    "GUARDIANSHIP_DESIGNATION": _("指定监护的文书"),
    "NOTARISED_POWER": _("经公证的授权委托书"),
    "SIGNED_POWER": _("当面签署的授权委托书"),
}
