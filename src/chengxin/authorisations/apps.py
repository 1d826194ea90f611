"""Registration of this room with Django."""

from django.apps import AppConfig


class AuthorisationsConfig(AppConfig):
    """The room's registration."""

    name = "chengxin.authorisations"
    label = "authorisations"
