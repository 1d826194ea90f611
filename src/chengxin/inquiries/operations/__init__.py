"""Writing of inquiries: asking through the gate, settling what it could not decide, quotas, concerns about looks."""

from chengxin.inquiries.errors import (
    AskedWrongly,
    ConcernMoveNotAllowed,
    ConcernUnknown,
    ConcernWordsMissing,
    InquiryUnknown,
    LookUnknown,
    TaskUnknown,
)
from chengxin.inquiries.operations.asking import Answer, Asked, make_inquiry
from chengxin.inquiries.operations.concerns import answer_concern, raise_concern
from chengxin.inquiries.operations.keeping import set_quota, settle_task

__all__ = [
    "Answer",
    "Asked",
    "AskedWrongly",
    "ConcernMoveNotAllowed",
    "ConcernUnknown",
    "ConcernWordsMissing",
    "InquiryUnknown",
    "LookUnknown",
    "TaskUnknown",
    "answer_concern",
    "make_inquiry",
    "raise_concern",
    "set_quota",
    "settle_task",
]
