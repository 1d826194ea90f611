"""What a caller of this room may have to handle."""

from chengxin.authority.decisions import Refused


class UsernameTaken(Refused):
    """The login name belongs to somebody already."""

    code = "USERNAME_TAKEN"


class PersonHasAccount(Refused):
    """The person has a login already."""

    code = "PERSON_HAS_ACCOUNT"


class LoginUnknown(Refused):
    """There is no such open login in this organisation."""

    code = "LOGIN_UNKNOWN"


class ChangeNotOpen(Refused):
    """The proposed appointment was decided already, or there is none."""

    code = "CHANGE_DECIDED"


class SecretUnknown(Refused):
    """The client has no such open secret."""

    code = "SECRET_UNKNOWN"


class SecretsFull(Refused):
    """A client has two secrets at most; end one first."""

    code = "SECRETS_FULL"


class LastSecret(Refused):
    """A client's last secret is not ended; add another first, or close the client."""

    code = "LAST_SECRET"


class ClientUnknown(Refused):
    """There is no such open client in this organisation."""

    code = "CLIENT_UNKNOWN"


class SessionUnknown(Refused):
    """There is no such session of the own login besides the one in use."""

    code = "SESSION_UNKNOWN"


class ViewsFull(Refused):
    """A list has as many saved views of this login as it can; remove one first."""

    code = "VIEWS_FULL"


class ViewHoldsNumber(Refused):
    """The address holds what may be an identity number; that is saved nowhere."""

    code = "VIEW_HOLDS_NUMBER"


class RedirectRefused(Refused):
    """People cannot be sent to this address: neither https nor a loopback address, or not exactly one address."""

    code = "REDIRECT_ADDRESS_REFUSED"
