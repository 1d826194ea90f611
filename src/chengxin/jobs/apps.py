"""Registration of this room with Django."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The room's registration."""

    name = "chengxin.jobs"
    label = "jobs"
