"""Registration of this room with Django."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """The room's registration."""

    name = "chengxin.register"
    label = "register"
