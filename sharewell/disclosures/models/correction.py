"""A message that corrects an earlier one: what was wrong, and what its recipient reads differently now."""

from __future__ import annotations

from django.db import models

from sharewell.agencies.models import Account
from sharewell.disclosures.models.disclosure import Disclosure


class Correction(models.Model):
    """One message replaces another to the same recipient; the old one stays readable, marked as corrected."""

    old = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="corrections")
    new = models.OneToOneField(Disclosure, on_delete=models.PROTECT, related_name="correction")
    reason = models.TextField()
    wrong = models.JSONField(default=list)  # ids of the catalogue
    changed = models.JSONField(default=list)  # label, before, after: once it is sent
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
