"""Who read what of a case, and what was typed and not yet sent."""

from __future__ import annotations

from django.db import models

from sharewell.agencies.models import Account
from sharewell.cases.models.case import Case


class CaseRead(models.Model):
    """The access table: who read what of a case, when."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reads")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    what = models.CharField(max_length=40)


class Draft(models.Model):
    """What was typed into a long form and not yet sent; leaves no evidence, gone once sent."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="drafts")
    form = models.CharField(max_length=60)
    about = models.CharField(max_length=36, blank=True, default="")  # which of several forms
    data = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "form", "about"], name="draft_once")
        ]
