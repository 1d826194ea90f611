"""Writing of inquiries: asking through the gate, alone or in batches; review of looks; tasks and quotas."""

from chengxin.inquiries.errors import (
    AskedWrongly,
    InquiryBatchRefused,
    InquiryBatchUnknown,
    InquiryUnknown,
    ResultGone,
    ReviewReasonsMissing,
    ReviewUnknown,
    TaskUnknown,
)
from chengxin.inquiries.operations.asking import Answer, Asked, make_inquiry
from chengxin.inquiries.operations.batches import answer_batch, discard_overdue_batches, receive_inquiry_batch
from chengxin.inquiries.operations.keeping import set_quota, settle_task
from chengxin.inquiries.operations.sampling import decide_review, sample_looks

__all__ = [
    "Answer",
    "Asked",
    "AskedWrongly",
    "InquiryBatchRefused",
    "InquiryBatchUnknown",
    "InquiryUnknown",
    "ResultGone",
    "ReviewReasonsMissing",
    "ReviewUnknown",
    "TaskUnknown",
    "answer_batch",
    "decide_review",
    "discard_overdue_batches",
    "make_inquiry",
    "receive_inquiry_batch",
    "sample_looks",
    "set_quota",
    "settle_task",
]
