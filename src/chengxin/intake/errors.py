"""What a caller of this room may have to handle."""

from chengxin.authority.decisions import Refused
from chengxin.checking.rules import ColumnsRefused
from chengxin.tabular.errors import TabularRefused

__all__ = ["ColumnsRefused", "TabularRefused"]


class MoveNotAllowed(Refused):
    """The batch's state does not allow the move."""

    code = "MOVE_NOT_ALLOWED"


class BatchUnknown(Refused):
    """There is no such batch, or it is another organisation's."""

    code = "BATCH_UNKNOWN"


class ItemNotInCatalogue(Refused):
    """The edition in force has no such item type."""

    code = "ITEM_NOT_IN_CATALOGUE"


class NotMandated(Refused):
    """The organisation was not mandated to supply this item type on this day."""

    code = "NOT_MANDATED"


class DeclaredDiffers(Refused):
    """The file is not what was declared of it."""

    code = "DECLARED_DIFFERS"


class KeyUsedDifferently(Refused):
    """The idempotency key was used before with another file."""

    code = "IDEMPOTENCY_KEY_REUSED"


class HeldLineUnknown(Refused):
    """There is no such held line, or it is settled already."""

    code = "HELD_LINE_UNKNOWN"


class ResultNotReady(Refused):
    """The batch has no result yet, or its file is no longer kept."""

    code = "RESULT_NOT_READY"


class PartsMissing(Refused):
    """The upload is not complete: parts are missing."""

    code = "PARTS_MISSING"
