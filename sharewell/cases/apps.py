"""The cases room, as Django sees it."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """People, concerns, chronology and circles."""

    name = "sharewell.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"
