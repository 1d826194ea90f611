"""Writing of inquiries: asking through the gate, alone or in batches; tasks, quotas; review and concerns of looks."""

from chengxin.inquiries.errors import (
    AskedWrongly,
    ConcernMoveNotAllowed,
    ConcernUnknown,
    ConcernWordsMissing,
    InquiryBatchRefused,
    InquiryBatchUnknown,
    InquiryUnknown,
    InquiryWithoutProof,
    KeyUsedDifferently,
    LookUnknown,
    ResultGone,
    ReviewReasonsMissing,
    ReviewUnknown,
    TaskUnknown,
)
from chengxin.inquiries.operations.asking import Answer, Asked, make_inquiry
from chengxin.inquiries.operations.batches import answer_batch, discard_overdue_batches, receive_inquiry_batch
from chengxin.inquiries.operations.concerns import answer_concern, raise_concern
from chengxin.inquiries.operations.keeping import set_quota, settle_task
from chengxin.inquiries.operations.repeating import Repeated, make_inquiry_once
from chengxin.inquiries.operations.sampling import decide_review, sample_looks

__all__ = [
    "Answer",
    "Asked",
    "AskedWrongly",
    "ConcernMoveNotAllowed",
    "ConcernUnknown",
    "ConcernWordsMissing",
    "InquiryBatchRefused",
    "InquiryBatchUnknown",
    "InquiryUnknown",
    "InquiryWithoutProof",
    "KeyUsedDifferently",
    "LookUnknown",
    "Repeated",
    "ResultGone",
    "ReviewReasonsMissing",
    "ReviewUnknown",
    "TaskUnknown",
    "answer_batch",
    "answer_concern",
    "decide_review",
    "discard_overdue_batches",
    "make_inquiry",
    "make_inquiry_once",
    "raise_concern",
    "receive_inquiry_batch",
    "sample_looks",
    "set_quota",
    "settle_task",
]
