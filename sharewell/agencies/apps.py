"""The agencies room, as Django sees it."""

from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    """Agencies, people, roles, routes and agreements."""

    name = "sharewell.agencies"
    label = "agencies"
    default_auto_field = "django.db.models.BigAutoField"
