"""Writing of reports: issuing one, and taking it back; and the archive of everything that a person takes away."""

from chengxin.reports.errors import ReportNotGood, ReportUnknown
from chengxin.reports.operations.issuing import IssuedReport, SeenDocument, Wording, issue_report
from chengxin.reports.operations.looks_file import written_looks
from chengxin.reports.operations.taking import NothingPublished, take_away
from chengxin.reports.operations.withdrawing import withdraw_report

__all__ = [
    "IssuedReport",
    "NothingPublished",
    "ReportNotGood",
    "ReportUnknown",
    "SeenDocument",
    "Wording",
    "issue_report",
    "take_away",
    "withdraw_report",
    "written_looks",
]
