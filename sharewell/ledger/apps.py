"""The ledger room, as Django sees it."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The append-only evidence log."""

    name = "sharewell.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
