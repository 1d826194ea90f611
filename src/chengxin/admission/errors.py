"""What a caller of this room may have to handle."""

from chengxin.authority.decisions import Refused


class PersonNotLiving(Refused):
    """A death is registered; no login is opened for this person."""

    code = "PERSON_NOT_LIVING"


class RepresentationUnknown(Refused):
    """There is no such representation."""

    code = "REPRESENTATION_UNKNOWN"


class RepresentationNotAccepted(Refused):
    """The representation cannot be as it was entered; ``fault`` says why."""

    code = "REPRESENTATION_NOT_ACCEPTED"
