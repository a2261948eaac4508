"""The days on which an agency works otherwise than the calendar of its place."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q


class LocalDays(models.Model):
    """Days on which an agency is closed, or open at other times than its calendar says; a row is only ever withdrawn.

    It counts for clocks that start from ``added_at`` on, until it is withdrawn: what had started keeps its due
    date, and can be explained from what stood then.
    """

    KINDS = ("closed", "hours")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(
        "agencies.Agency", on_delete=models.PROTECT, related_name="local_days"
    )
    kind = models.CharField(max_length=6, choices=[(k, k) for k in KINDS])
    name = models.CharField(max_length=200)  # what people read, e.g. "Staff day"
    first = models.DateField()
    last = models.DateField(null=True, blank=True)  # hours only: until something else is entered
    weekdays = models.JSONField(default=list)  # of hours: 0 is Monday
    opens = models.TimeField(null=True, blank=True)
    closes = models.TimeField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("agencies.Account", on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        "agencies.Account", null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_why = models.CharField(max_length=300, blank=True)
    form_key = models.UUIDField(unique=True)  # a double click adds once

    class Meta:
        verbose_name_plural = "local days"
        indexes = (models.Index(fields=["agency", "added_at"], name="local_days_lookup"),)
        constraints = (
            models.CheckConstraint(
                name="local_days_whole",
                condition=Q(kind="closed", last__isnull=False)
                | Q(kind="hours", opens__isnull=False, closes__gt=models.F("opens")),
            ),
        )
