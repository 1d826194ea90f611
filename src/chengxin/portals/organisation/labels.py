"""Words for what officers of a supplying organisation meet: states, phases, channels, figures."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chengxin.intake.states import BatchState, HeldState
from chengxin.portals.presentation.values import Tone

Words = str | Promise

STATES: Final[Mapping[BatchState, Words]] = {
    BatchState.RECEIVED: _("处理中"),
    BatchState.AWAITING_APPROVAL: _("等待复核"),
    BatchState.APPROVED: _("已放行，处理中"),
    BatchState.POSTED: _("已办结"),
    BatchState.REFUSED: _("文件没有收"),
    BatchState.DECLINED: _("复核没有放行"),
    BatchState.REVERSED: _("已整批撤销"),
}

STATE_TONES: Final[Mapping[BatchState, Tone]] = {
    BatchState.RECEIVED: Tone.WAITING,
    BatchState.AWAITING_APPROVAL: Tone.WAITING,
    BatchState.APPROVED: Tone.WAITING,
    BatchState.POSTED: Tone.DONE,
    BatchState.REFUSED: Tone.NEUTRAL,
    BatchState.DECLINED: Tone.NEUTRAL,
    BatchState.REVERSED: Tone.NEUTRAL,
}

HELD_STATES: Final[Mapping[HeldState, Words]] = {
    HeldState.WAITING: _("等待信用办核对"),
    HeldState.ATTACHED: _("核对后已入库"),
    HeldState.DISMISSED: _("核对后没有入库"),
    HeldState.REVERSED: _("随批次撤销，不再核对"),
}

HELD_TONES: Final[Mapping[HeldState, Tone]] = {
    HeldState.WAITING: Tone.WAITING,
    HeldState.ATTACHED: Tone.DONE,
    HeldState.DISMISSED: Tone.DONE,
    HeldState.REVERSED: Tone.NEUTRAL,
}

PHASES: Final[Mapping[str, Words]] = {
    "": _("排队等待处理"),
    "READING": _("正在读取文件"),
    "CHECKING": _("正在逐行检查"),
    "POSTING": _("正在核对本人并入库"),
    "DONE": _("正在收尾"),
}

BOUND_EXPLANATIONS: Final[Mapping[str, Words]] = {
    "MANY_LINES": _("这一批的行数超过 1000 行，而且超过本单位同一项以往最大一批的五倍。"),
    "MANY_WITHDRAWALS": _("这一批里撤回的行超过一半，也超过本单位同一项以往的最高比例。"),
}

CHANNELS: Final[Mapping[str, Words]] = {
    "PORTAL": _("网页"),
    "API": _("接口"),
    "COMMAND": _("命令行"),
}

FORMATS: Final[Mapping[str, Words]] = {
    "TEXT": _("文字"),
    "CODE": _("代码"),
    "DATE": _("日期"),
    "MONEY": _("金额"),
    "INTEGER": _("整数"),
}

FIGURES: Final[tuple[tuple[Words, Words], ...]] = (
    (_("收下的比例"), _("已办结的行里，入库和无变化的行占多少。没有收的行和待核的行越少，它越高。")),
    (_("事后改动的比例"), _("入库的行里，更正和撤回以前信息的行占多少。高，说明以前报送的信息常有错。")),
    (_("文书到报送的天数"), _("从文书日期到平台收到文件，平均隔了几个自然日。没有文书日期的行不算。")),
)
