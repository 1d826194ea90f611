"""Registration of this room with Django."""

from django.apps import AppConfig


class PortalOfficeConfig(AppConfig):
    """The room's registration."""

    name = "chengxin.portals.office"
    label = "portal_office"
