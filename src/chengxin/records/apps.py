"""Registration of this room with Django."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """The room's registration."""

    name = "chengxin.records"
    label = "records"
