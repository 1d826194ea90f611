"""Writing of reports: issuing, withdrawing, publishing how they stand; and the archive that a person takes away."""

from chengxin.reports.errors import ReportNotGood, ReportUnknown
from chengxin.reports.operations.issuing import IssuedReport, SeenDocument, Wording, issue_report
from chengxin.reports.operations.listing import list_withdrawals, publish_status_lists
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
    "list_withdrawals",
    "publish_status_lists",
    "take_away",
    "withdraw_report",
    "written_looks",
]
