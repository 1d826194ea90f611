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


class LookUnknown(Refused):
    """There is no such look, or it was at somebody else."""

    code = "LOOK_UNKNOWN"


class ConcernUnknown(Refused):
    """There is no such concern, or it is not this one's to see."""

    code = "CONCERN_UNKNOWN"


class ConcernMoveNotAllowed(Refused):
    """The concern was answered already."""

    code = "CONCERN_ANSWERED"


class ConcernWordsMissing(Refused):
    """An answer gives its reasons; and what is written has an end."""

    code = "CONCERN_WORDS_MISSING"


class InquiryWithoutProof(Refused):
    """There is nothing to prove: the inquiry was not answered, or the answer was about nobody."""

    code = "INQUIRY_WITHOUT_PROOF"


class KeyUsedDifferently(Refused):
    """The organisation used this idempotency key before, for another question; take a new key."""

    code = "INQUIRY_KEY_REUSED"
