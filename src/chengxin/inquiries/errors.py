"""What a caller of this room may have to handle."""

from chengxin.authority.decisions import Refused


class AskedWrongly(Refused):
    """The inquiry is not one: its purpose, form or items are unknown."""

    code = "INQUIRY_ASKED_WRONGLY"


class InquiryUnknown(Refused):
    """There is no such inquiry, or it is another organisation's."""

    code = "INQUIRY_UNKNOWN"


class TaskUnknown(Refused):
    """There is no such open task."""

    code = "TASK_UNKNOWN"


class ReviewUnknown(Refused):
    """There is no such review, or it was decided already."""

    code = "REVIEW_UNKNOWN"


class ReviewReasonsMissing(Refused):
    """A review is decided with reasons, and misuse says whom it suspends."""

    code = "REVIEW_REASONS_MISSING"


class InquiryBatchUnknown(Refused):
    """There is no such batch of inquiries, or it is another organisation's."""

    code = "INQUIRY_BATCH_UNKNOWN"


class InquiryBatchRefused(Refused):
    """The file cannot be a batch of inquiries; the code says why."""

    code = "INQUIRY_BATCH_REFUSED"


class ResultGone(Refused):
    """The answers of a batch are kept for some days only; they are gone, or not there yet."""

    code = "INQUIRY_RESULT_NOT_THERE"
