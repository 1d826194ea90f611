"""The Django application that brings the shared templates and template tags."""

from django.apps import AppConfig


class PresentationConfig(AppConfig):
    """Shared templates, template tags and account pages; it has no tables."""

    name = "chengxin.portals.presentation"
    label = "presentation"
