"""The plan to see a person alone, and each attempt at it."""

from __future__ import annotations

import uuid

from django.db import models

from sharewell.agencies.models import Account
from sharewell.cases.models.case import Case
from sharewell.cases.models.words import choices

ALONE = ("true", "false", "unknown")


class PrivatePlan(models.Model):
    """How a private moment with the person is sought; open until somebody ends it and says why."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="private_plans")
    aim = models.TextField()
    ways = models.JSONField(default=list)  # ids of packs/contact.yaml
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    ended_why = models.TextField(blank=True)


class PrivateAttempt(models.Model):
    """One attempt to see the person alone, and what came of it; never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(PrivatePlan, on_delete=models.PROTECT, related_name="attempts")
    way = models.CharField(max_length=40)  # an id of packs/contact.yaml
    at = models.DateTimeField()
    by = models.CharField(max_length=200, blank=True)  # who tried, where it was another
    alone = models.CharField(max_length=7, choices=choices(ALONE))
    outcome = models.CharField(max_length=40)  # an id of packs/contact.yaml
    words = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    form_key = models.UUIDField(unique=True)

    class Meta:
        ordering = ["at", "recorded_at"]
