"""Registration of this room with Django."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The room's registration."""

    name = "chengxin.intake"
    label = "intake"
