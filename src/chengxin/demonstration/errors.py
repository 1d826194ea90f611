"""What a caller of the demonstration may have to handle."""

from chengxin.authority.decisions import Refused


class NotDemonstration(Refused):
    """Synthetic people are taken in only where everything is a demonstration."""

    code = "NOT_DEMONSTRATION"


class StoreNotEmpty(Refused):
    """There are people already who are not those of this seed; a demonstration begins in an empty store."""

    code = "DEMONSTRATION_NOT_EMPTY"
