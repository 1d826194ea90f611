"""Writing of inquiries: asking through the gate, settling what it could not decide, setting quotas."""

from chengxin.inquiries.errors import AskedWrongly, InquiryUnknown, TaskUnknown
from chengxin.inquiries.operations.asking import Answer, Asked, make_inquiry
from chengxin.inquiries.operations.keeping import set_quota, settle_task

__all__ = [
    "Answer",
    "Asked",
    "AskedWrongly",
    "InquiryUnknown",
    "TaskUnknown",
    "make_inquiry",
    "set_quota",
    "settle_task",
]
