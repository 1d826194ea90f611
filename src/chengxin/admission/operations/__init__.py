"""Writing of admission: activation at the counter, sign-in by a provider, representations."""

from chengxin.admission.errors import PersonNotLiving, RepresentationNotAccepted, RepresentationUnknown
from chengxin.admission.operations.activating import HandedOver, activate_person, hand_out_code
from chengxin.admission.operations.providing import admit_by_provider
from chengxin.admission.operations.representing import decide_representation, end_representation, enter_representation

__all__ = [
    "HandedOver",
    "PersonNotLiving",
    "RepresentationNotAccepted",
    "RepresentationUnknown",
    "activate_person",
    "admit_by_provider",
    "decide_representation",
    "end_representation",
    "enter_representation",
    "hand_out_code",
]
