"""Writing of batches: receiving, settling, deciding, reversing, and settling held lines. The only way in."""

from chengxin.intake.operations.deciding import approve_batch, decline_batch, reverse_batch
from chengxin.intake.operations.holding import attach_held_line, dismiss_held_line
from chengxin.intake.operations.receiving import (
    Received,
    commit_upload,
    open_upload,
    receive_batch,
    receive_part,
)
from chengxin.intake.operations.resulting import (
    ResultWords,
    WrittenResult,
    discard_overdue_files,
    fitting_items,
    list_faults,
    write_check_result,
    write_result,
)
from chengxin.intake.operations.settling import Settled, check_file, settle_batch

__all__ = [
    "Received",
    "ResultWords",
    "Settled",
    "WrittenResult",
    "approve_batch",
    "attach_held_line",
    "check_file",
    "commit_upload",
    "decline_batch",
    "discard_overdue_files",
    "dismiss_held_line",
    "fitting_items",
    "list_faults",
    "open_upload",
    "receive_batch",
    "receive_part",
    "reverse_batch",
    "settle_batch",
    "write_check_result",
    "write_result",
]
