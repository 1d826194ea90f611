"""Registration of this room with Django."""

from django.apps import AppConfig


class InquiriesConfig(AppConfig):
    """The room's registration."""

    name = "chengxin.inquiries"
    label = "inquiries"
