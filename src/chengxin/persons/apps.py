"""Registration of this room with Django."""

from django.apps import AppConfig


class PersonsConfig(AppConfig):
    """The room's registration."""

    name = "chengxin.persons"
    label = "persons"
