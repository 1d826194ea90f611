"""Registration of this room with Django."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The room's registration."""

    name = "chengxin.api"
    label = "api"
