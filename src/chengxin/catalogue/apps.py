"""Registration of this room with Django."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """The room's registration."""

    name = "chengxin.catalogue"
    label = "catalogue"
