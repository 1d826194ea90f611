"""Reading of the inquiries room: what was asked, what an answer would say, and concerns about looks."""

from chengxin.inquiries.lookups.asked import (
    InquiryLine,
    TaskLine,
    has_quota_left,
    inquiry_of_organisation,
    list_inquiries,
    list_tasks,
    prove_inquiry,
)
from chengxin.inquiries.lookups.concerns import (
    ConcernLine,
    ConcernRead,
    access_concern_for_review,
    access_own_concerns,
    count_answered_since,
    list_concerns,
    lock_concern,
    open_words,
    standing_of,
    words_context,
)
from chengxin.inquiries.lookups.preview import Preview, preview_for_person
from chengxin.inquiries.lookups.usable import counts_of, usable_items_without_register

__all__ = [
    "ConcernLine",
    "ConcernRead",
    "InquiryLine",
    "Preview",
    "TaskLine",
    "access_concern_for_review",
    "access_own_concerns",
    "count_answered_since",
    "counts_of",
    "has_quota_left",
    "inquiry_of_organisation",
    "list_concerns",
    "list_inquiries",
    "list_tasks",
    "lock_concern",
    "open_words",
    "preview_for_person",
    "prove_inquiry",
    "standing_of",
    "usable_items_without_register",
    "words_context",
]
