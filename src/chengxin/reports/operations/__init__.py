"""Writing of reports: issuing one, and taking it back."""

from chengxin.reports.errors import ReportNotGood, ReportUnknown
from chengxin.reports.operations.issuing import IssuedReport, issue_report
from chengxin.reports.operations.withdrawing import withdraw_report

__all__ = ["IssuedReport", "ReportNotGood", "ReportUnknown", "issue_report", "withdraw_report"]
