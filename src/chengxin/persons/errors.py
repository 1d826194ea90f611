"""What a caller of this room may have to answer: refusals, each with a stable code."""

from chengxin.authority.decisions import Refused


class MoveNotOffered(Refused):
    """The person's state does not allow this move."""

    code = "PERSON_MOVE_NOT_OFFERED"


class PersonUnknown(Refused):
    """There is no such person."""

    code = "PERSON_UNKNOWN"


class NumberTaken(Refused):
    """The identity number belongs to a person already."""

    code = "PERSON_NUMBER_TAKEN"


class NumberNotAccepted(Refused):
    """The number is synthetic outside a demonstration, or real inside one."""

    code = "PERSON_NUMBER_NOT_ACCEPTED"


class NameNotAccepted(Refused):
    """The name is empty, too long, or holds characters that no name holds."""

    code = "PERSON_NAME_NOT_ACCEPTED"


class DateNotAccepted(Refused):
    """The date lies in the future or before the person's birth."""

    code = "PERSON_DATE_NOT_ACCEPTED"


class FeedGap(Refused):
    """The feed's number does not follow the last one applied; send the missing ones first."""

    code = "FEED_GAP"


class FeedDiffers(Refused):
    """A feed of this number was applied with other lines; give the new one the next number."""

    code = "FEED_DIFFERS"


class FeedCountWrong(Refused):
    """The feed holds more or fewer lines than it declares; it may be cut off, so nothing was applied."""

    code = "FEED_COUNT_WRONG"


class ProposalUnknown(Refused):
    """There is no such proposal."""

    code = "PROPOSAL_UNKNOWN"


class ProposalDecided(Refused):
    """The proposal was decided already."""

    code = "PROPOSAL_DECIDED"


class NotClusterHead(Refused):
    """One of the two persons is merged into another already; propose the one named in ``head``."""

    code = "PERSON_MERGED_ALREADY"


class MergeWithSelf(Refused):
    """A person cannot be merged into itself."""

    code = "MERGE_WITH_SELF"


class MergeNotInForce(Refused):
    """There is no such merge in force: never approved, or split since."""

    code = "MERGE_NOT_IN_FORCE"


class ReasonsMissing(Refused):
    """An act that needs reasons was asked for without any."""

    code = "REASONS_MISSING"
