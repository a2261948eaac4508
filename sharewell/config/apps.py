"""The config room, as Django sees it."""

from django.apps import AppConfig


class SharewellConfig(AppConfig):
    """System checks and the commands that bind the rooms together."""

    name = "sharewell.config"
    label = "config"

    def ready(self) -> None:
        """Register the checks."""
        from sharewell.config import checks  # noqa: F401, PLC0415 - importing registers
