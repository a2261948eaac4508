"""How a person may be reached safely."""

from __future__ import annotations

from django.db import models

from sharewell.agencies.models import Account
from sharewell.cases.models.case import Case


class SafeContact(models.Model):
    """How the person may be reached safely, and what must never be done; the newest stands."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="safe_contacts")
    channel = models.CharField(max_length=200, blank=True)
    number = models.CharField(max_length=60, blank=True)
    times = models.CharField(max_length=200, blank=True)
    code_word = models.CharField(max_length=100, blank=True)
    must_not_know = models.TextField(blank=True)
    never = models.TextField(blank=True)  # no letters, do not ring, do not visit
    leave_message = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
