"""What came of it for the person, as recorded at each review; the newest stands and the older remain readable."""

from __future__ import annotations

import uuid

from django.db import models

from sharewell.agencies.models import Account
from sharewell.cases.models import Case


class Outcome(models.Model):
    """One version: what the person wanted and whether it was met, losses, wellbeing, the risk before and after.

    The codes are ids of packs/outcomes.yaml; ``wanted`` is in the person's words where they were asked.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="outcomes")
    occasion = models.CharField(max_length=40)
    wanted = models.TextField(blank=True)
    met = models.CharField(max_length=40)
    met_why = models.TextField(blank=True)
    losses = models.JSONField(default=list)
    losses_words = models.TextField(blank=True)
    wellbeing = models.CharField(max_length=40)
    wellbeing_words = models.TextField(blank=True)
    risk_before = models.CharField(max_length=40)
    risk_after = models.CharField(max_length=40)
    risk_words = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    form_key = models.UUIDField(unique=True)

    class Meta:
        ordering = ("-recorded_at", "-id")
