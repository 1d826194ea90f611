"""Registration of this room with Django."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """The room's registration."""

    name = "chengxin.organisations"
    label = "organisations"
