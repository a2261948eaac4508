"""The followup room, as Django sees it."""

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    """Tasks, clocks, chases and escalation."""

    name = "sharewell.followup"
    label = "followup"
    default_auto_field = "django.db.models.BigAutoField"
