"""Writing of inquiries: asking through the gate, settling what it could not decide, quotas, concerns about looks."""

from chengxin.inquiries.errors import (
    AskedWrongly,
    ConcernMoveNotAllowed,
    ConcernUnknown,
    ConcernWordsMissing,
    InquiryUnknown,
    InquiryWithoutProof,
    KeyUsedDifferently,
    LookUnknown,
    TaskUnknown,
)
from chengxin.inquiries.operations.asking import Answer, Asked, make_inquiry
from chengxin.inquiries.operations.concerns import answer_concern, raise_concern
from chengxin.inquiries.operations.keeping import set_quota, settle_task
from chengxin.inquiries.operations.repeating import Repeated, make_inquiry_once

__all__ = [
    "Answer",
    "Asked",
    "AskedWrongly",
    "ConcernMoveNotAllowed",
    "ConcernUnknown",
    "ConcernWordsMissing",
    "InquiryUnknown",
    "InquiryWithoutProof",
    "KeyUsedDifferently",
    "LookUnknown",
    "Repeated",
    "TaskUnknown",
    "answer_concern",
    "make_inquiry",
    "make_inquiry_once",
    "raise_concern",
    "set_quota",
    "settle_task",
]
