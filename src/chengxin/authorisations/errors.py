"""What a caller of this room may have to handle."""

from chengxin.authority.decisions import Refused


class RequestUnknown(Refused):
    """There is no such request, or it is not this one's to see."""

    code = "AUTHORISATION_REQUEST_UNKNOWN"


class RequestMoveNotAllowed(Refused):
    """The request's state does not allow the move: it was answered already, or it lapsed."""

    code = "AUTHORISATION_REQUEST_ANSWERED"


class AuthorisationUnknown(Refused):
    """There is no such authorisation, or it is not this one's to see."""

    code = "AUTHORISATION_UNKNOWN"


class AuthorisationUsedUp(Refused):
    """All looks that the authorisation allows were used."""

    code = "AUTHORISATION_USED_UP"


class AskedWrongly(Refused):
    """What is asked for is not a request: no item, no look, no day, or a purpose that nobody may ask for."""

    code = "AUTHORISATION_ASKED_WRONGLY"


class GrantedMoreThanAsked(Refused):
    """The person can grant less than was asked, never more; something in the form was changed."""

    code = "GRANTED_MORE_THAN_ASKED"


class ScanUnreadable(Refused):
    """The scan is no PDF, PNG or JPEG, is empty, or is too large."""

    code = "SCAN_UNREADABLE"
