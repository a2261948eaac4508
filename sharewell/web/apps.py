"""The web room, as Django sees it."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages for staff and partners."""

    name = "sharewell.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
