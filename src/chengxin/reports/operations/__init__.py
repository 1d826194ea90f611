"""Writing of reports: issuing one, and taking it back."""

from chengxin.reports.errors import ReportNotGood, ReportUnknown
from chengxin.reports.operations.issuing import IssuedReport, SeenDocument, Wording, issue_report
from chengxin.reports.operations.withdrawing import withdraw_report

__all__ = [
    "IssuedReport",
    "ReportNotGood",
    "ReportUnknown",
    "SeenDocument",
    "Wording",
    "issue_report",
    "withdraw_report",
]
