"""That somebody went past their manager to the next person, about one thing of a case."""

from __future__ import annotations

import uuid

from django.db import models

from sharewell.agencies.models import Account, Agency
from sharewell.cases.models import Case

WHATS = ("case", "task", "concern", "decision")
WHYS = ("silent", "unsafe")  # the manager did not respond; chose what the worker holds to be unsafe
TOLD = ("later", "now", "not")


class Passed(models.Model):
    """Who went past whom, to whom, and why; only those two read it, unless the manager is told."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="passed")
    what = models.CharField(max_length=8, choices=[(w, w) for w in WHATS])
    about_id = models.UUIDField(null=True)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    manager = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    outside = models.TextField(blank=True)  # whom to ring, where nobody inside was free
    why = models.CharField(max_length=6, choices=[(w, w) for w in WHYS])
    reason = models.TextField()
    told = models.CharField(max_length=5, choices=[(t, t) for t in TOLD], default="later")
    told_reason = models.TextField(blank=True)
    at = models.DateTimeField()
    form_key = models.UUIDField(unique=True)
