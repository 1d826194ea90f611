"""Writing of requests and authorisations: asking, answering, recording paper, using, taking back."""

from chengxin.authorisations.errors import (
    AskedWrongly,
    AuthorisationUnknown,
    AuthorisationUsedUp,
    GrantedMoreThanAsked,
    RequestMoveNotAllowed,
    RequestUnknown,
    ScanUnreadable,
)
from chengxin.authorisations.operations.answering import grant_authorisation, refuse_authorisation
from chengxin.authorisations.operations.asking import (
    RedirectTarget,
    ask_authorisation,
    cancel_request,
    issue_code,
    redeem_code,
)
from chengxin.authorisations.operations.paper import record_paper_authorisation
from chengxin.authorisations.operations.using import use_authorisation
from chengxin.authorisations.operations.withdrawing import withdraw_authorisation

__all__ = [
    "AskedWrongly",
    "AuthorisationUnknown",
    "AuthorisationUsedUp",
    "GrantedMoreThanAsked",
    "RedirectTarget",
    "RequestMoveNotAllowed",
    "RequestUnknown",
    "ScanUnreadable",
    "ask_authorisation",
    "cancel_request",
    "grant_authorisation",
    "issue_code",
    "record_paper_authorisation",
    "redeem_code",
    "refuse_authorisation",
    "use_authorisation",
    "withdraw_authorisation",
]
