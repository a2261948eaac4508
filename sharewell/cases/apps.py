"""The cases room, as Django sees it."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """People, concerns, chronology and circles."""

    name = "sharewell.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hold in every room that break-glass is for reading."""
        from sharewell.agencies.evidence import guarded_by  # noqa: PLC0415 - models load first
        from sharewell.cases.readonly import refuse_writing  # noqa: PLC0415

        guarded_by(refuse_writing)
