"""The call that was made in an emergency, as it was logged."""

from __future__ import annotations

import uuid

from django.db import models

from sharewell.agencies.models import Account
from sharewell.cases.models import Case


class EmergencyCall(models.Model):
    """The call to 999 or 911: number, time, call taker and incident reference."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="emergency_calls")
    number = models.CharField(max_length=40)
    called_at = models.DateTimeField()
    call_taker = models.CharField(max_length=200, blank=True)
    incident_reference = models.CharField(max_length=100, blank=True)
    said = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    form_key = models.UUIDField(unique=True)
