"""The followup room, as Django sees it."""

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    """Tasks, clocks, chases and escalation."""

    name = "sharewell.followup"
    label = "followup"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have patterns looked at after what operations recorded."""
        from sharewell.agencies import evidence  # noqa: PLC0415 - tables are known only now
        from sharewell.followup import looking  # noqa: PLC0415

        if looking.after not in evidence.listeners:
            evidence.listeners.append(looking.after)
