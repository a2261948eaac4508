"""What one shift hands to the next."""

from __future__ import annotations

import uuid

from django.db import models

from sharewell.agencies.models import Account, Agency
from sharewell.cases.models.case import Case


class Handover(models.Model):
    """Cases that one who goes off shift hands to a named colleague, for a time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="handovers")
    given_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="handovers_given")
    given_to = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="handovers_taken")
    given_at = models.DateTimeField()
    until = models.DateTimeField()  # the end of the shift; what was let in by it ends then
    words = models.TextField(blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["given_to", "-until"], name="handover_taken_by")]


class HandoverCase(models.Model):
    """One case of a handover, and what to watch or to do in it."""

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="cases")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="handovers")
    watch = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["handover", "case"], name="handover_case_once")
        ]
