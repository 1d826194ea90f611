"""Registration of this room with Django."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """The room's registration."""

    name = "chengxin.reports"
    label = "reports"
