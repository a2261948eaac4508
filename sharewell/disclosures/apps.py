"""The disclosures room, as Django sees it."""

from django.apps import AppConfig


class DisclosuresConfig(AppConfig):
    """The only door out: decide, minimise, send, acknowledge."""

    name = "sharewell.disclosures"
    label = "disclosures"
    default_auto_field = "django.db.models.BigAutoField"
