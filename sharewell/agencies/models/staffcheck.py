"""Training and vetting of the people with accounts: that it was seen, by whom, and until when it counts."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q


class StaffCheck(models.Model):
    """A certificate that somebody else saw; never what it says, and of its number at most the last characters.

    The newest of a kind that was not withdrawn counts. ``expires_on`` is the last day on which it counts.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(
        "agencies.Account", on_delete=models.PROTECT, related_name="staff_checks"
    )
    kind = models.CharField(max_length=40)  # an id of packs/staff_checks.yaml
    done_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)  # None: it does not run out
    ending = models.CharField(max_length=8, blank=True)  # the last characters of its number
    seen_on = models.DateField()
    seen_by = models.ForeignKey("agencies.Account", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)  # that it was asked to be renewed, once
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        "agencies.Account", null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_why = models.CharField(max_length=300, blank=True)
    form_key = models.UUIDField(unique=True)  # a double click records once

    class Meta:
        indexes = (
            models.Index(fields=["account", "kind", "-done_on"], name="staff_check_lookup"),
            models.Index(
                fields=["expires_on"],
                name="staff_check_clock",
                condition=Q(asked_at=None, withdrawn_at=None),
            ),
        )
        constraints = (
            models.CheckConstraint(
                name="staff_check_days_in_order",
                condition=Q(expires_on=None) | Q(expires_on__gte=models.F("done_on")),
            ),
        )
