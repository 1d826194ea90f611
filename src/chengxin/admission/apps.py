"""Registration of this room with Django."""

from django.apps import AppConfig


class AdmissionConfig(AppConfig):
    """The room's registration."""

    name = "chengxin.admission"
    label = "admission"
