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
