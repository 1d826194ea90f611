"""What a caller of the ledger may have to handle."""

from chengxin.authority.decisions import Refused


class EventUnknown(Refused):
    """There is no such event. Check the number."""

    code = "LEDGER_EVENT_UNKNOWN"


class EventNotIntegrated(Refused):
    """The event is not under a published checkpoint yet. Ask again after the next one."""

    code = "LEDGER_EVENT_NOT_INTEGRATED"


class LedgerBroken(Refused):
    """The stored log contradicts what was signed. Nothing is signed any more; run ``ledger verify`` for the place."""

    code = "LEDGER_BROKEN"
