"""Words for the codes of the catalogue, and the promises, in the order in which they are made."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

KINDS: Final[dict[str, Words]] = {
    "IDENTIFICATION": _("基本情况"),
    "COMMENDATION": _("守信"),
    "ADVERSE": _("失信"),
    "PLEDGE": _("承诺"),
}

FORMATS: Final[dict[str, Words]] = {
    "TEXT": _("文字"),
    "CODE": _("代码"),
    "DATE": _("日期"),
    "MONEY": _("金额"),
    "INTEGER": _("整数"),
}

CLOCK_STARTS: Final[dict[str, Words]] = {
    "DOCUMENT": _("从文书日期起"),
    "OCCURRED": _("从发生日期起"),
    "ENDED": _("从终止日期起"),
}

SENSITIVITIES: Final[dict[str, Words]] = {
    "ORDINARY": _("一般"),
    "RESTRICTED": _("限制使用"),
    "SENSITIVE": _("敏感，加密保存"),
}

PROMISES: Final[tuple[tuple[Words, Words], ...]] = (
    (
        _("没有法律依据的，一条也不收"),
        _(
            "每一类信息都要写明法律、条文和主管单位，写不出来就不能收。宗教、政治观点、基因、指纹、人脸、血型、病史，一律不收。"
        ),
    ),
    (
        _("未成年时的事，不算失信"),
        _("事情发生时不满十八周岁的，不收任何不利的信息。"),
    ),
    (
        _("没有您看不到的内容"),
        _("关于您的每一条、每一次查询，您都能看到全部。没有隐藏的栏目、名单和分数。"),
    ),
    (
        _("不由机器作决定"),
        _("不利的决定只能由主管单位的具名工作人员作出，先告知、听取申辩，再说明理由。"),
    ),
    (
        _("不打分，除非您自己要求"),
        _("积分只给自愿参加的人，只能换来便利，不能用来限制任何人。退出就清除，没有参加也没有人看得出来。"),
    ),
    (
        _("先登记，后查看"),
        _("谁看了您的信息、为什么看、看到了什么，都先登记再展示，登记改不了，您随时能查。"),
    ),
    (
        _("能少给就少给"),
        _("能答「是」或「不是」的，不给清单；能给清单的，不给原件。证件号码除了您本人，谁也看不到全部。"),
    ),
    (
        _("到期就不再出现"),
        _("期限的最后一天过完，从零时起不再展示、不再使用，随后清除。不需要您申请。"),
    ),
    (
        _("改了一处，处处都改"),
        _("一条信息有错，凡是收到过它的单位都会被通知更正，并要回复。"),
    ),
    (
        _("不依法律，不向社会公开"),
        _(
            "只公开法律命令公开的严重失信名单，部分遮盖，写明来源、期限和提出异议的办法。不供批量下载，不让搜索引擎收录。"
        ),
    ),
)
