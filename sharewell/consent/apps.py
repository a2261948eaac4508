"""The consent room, as Django sees it."""

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """Consent conversations, positions and capacity."""

    name = "sharewell.consent"
    label = "consent"
    default_auto_field = "django.db.models.BigAutoField"
