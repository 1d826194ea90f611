"""Writing of accounts: opening and closing logins, one-time codes, sessions, machine clients and their secrets."""

from chengxin.accounts.errors import (
    ChangeNotOpen,
    ClientUnknown,
    LastSecret,
    LoginUnknown,
    PersonHasAccount,
    SecretsFull,
    SecretUnknown,
    SessionUnknown,
    UsernameTaken,
)
from chengxin.accounts.operations.clients import (
    AddedSecret,
    add_secret,
    close_client,
    end_secret,
    note_secret_use,
    open_own_client,
)
from chengxin.accounts.operations.codes import IssuedCode, issue_setup_code, set_up_officer
from chengxin.accounts.operations.officers import (
    Appointed,
    change_roles,
    close_officer,
    confirm_officers,
    decide_change,
    open_officer,
)
from chengxin.accounts.operations.opening import OpenedClient, open_account, open_api_client
from chengxin.accounts.operations.sessions import end_sessions, note_session_use

__all__ = [
    "AddedSecret",
    "Appointed",
    "ChangeNotOpen",
    "ClientUnknown",
    "IssuedCode",
    "LastSecret",
    "LoginUnknown",
    "OpenedClient",
    "PersonHasAccount",
    "SecretUnknown",
    "SecretsFull",
    "SessionUnknown",
    "UsernameTaken",
    "add_secret",
    "change_roles",
    "close_client",
    "close_officer",
    "confirm_officers",
    "decide_change",
    "end_secret",
    "end_sessions",
    "issue_setup_code",
    "note_secret_use",
    "note_session_use",
    "open_account",
    "open_api_client",
    "open_officer",
    "open_own_client",
    "set_up_officer",
]
