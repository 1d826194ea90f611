"""What a caller of this room may have to handle."""

from chengxin.authority.decisions import Refused


class PostingUnknown(Refused):
    """There is no such posting."""

    code = "POSTING_UNKNOWN"


class PostingReversedAlready(Refused):
    """The posting was reversed before."""

    code = "POSTING_REVERSED_ALREADY"
