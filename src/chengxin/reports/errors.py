"""What a caller of this room may have to handle."""

from chengxin.authority.decisions import Refused


class ReportUnknown(Refused):
    """There is no such report, or it is not this one's to see."""

    code = "REPORT_UNKNOWN"


class ReportNotGood(Refused):
    """The report serves no more, so its file is not handed out again: issue a new one."""

    code = "REPORT_NOT_GOOD"
