"""What somebody saw, heard, did and asks for."""

from __future__ import annotations

import uuid

from django.db import models

from sharewell.agencies.models import Account, Agency
from sharewell.cases.models.words import KINDS, choices

PARTS = (  # of a concern; each statement belongs to one
    "statement",
    "present",
    "privacy_barriers",
    "presentation_changes",
    "actions_done",
    "reason",
    "risk_immediate",
    "risk_others",
    "ask",
)


class Concern(models.Model):
    """What somebody saw, heard, did and asks for; about one person or several."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="concerns")
    raised_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="concerns_raised")
    raised_at = models.DateTimeField()
    for_name = models.CharField(max_length=200, blank=True)  # a colleague without an account
    for_role = models.CharField(max_length=200, blank=True)
    immediate_danger = models.BooleanField()
    happened_at = models.DateTimeField(null=True, blank=True)
    happened_when = models.CharField(max_length=200, blank=True)  # in words, where no time is known
    place = models.CharField(max_length=300, blank=True)
    about_staff = models.ManyToManyField(Account, blank=True, related_name="concerns_about")
    about_staff_named = models.CharField(max_length=300, blank=True)  # staff without an account
    received_by = models.ForeignKey(  # None: nobody inside without a conflict; see ``outside``
        Account, null=True, on_delete=models.PROTECT, related_name="concerns_received"
    )
    outside = models.JSONField(default=dict, blank=True)  # whom to ring, as said when it was raised
    form_key = models.UUIDField(unique=True)  # the same form sent twice is one concern
    form_digest = models.BinaryField(max_length=32)  # tells a changed form under the same key


class ConcernCase(models.Model):
    """A concern as it bears on one person's case."""

    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="on_cases")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="concerns")
    categories = models.JSONField(default=list, blank=True)  # ids of packs/indicators.yaml
    indicators = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["concern", "case"], name="concern_case_once")
        ]


class Statement(models.Model):
    """One statement in a concern, kept as observed, reported, opinion or third party.

    Without a case it was marked as concerning everyone in the concern.
    """

    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="statements")
    case = models.ForeignKey(
        "cases.Case", null=True, on_delete=models.PROTECT, related_name="statements"
    )
    position = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=20, choices=choices(PARTS), default="statement")
    kind = models.CharField(max_length=11, choices=choices(KINDS))
    verbatim = models.BooleanField(default=False)  # the person's own words
    text = models.TextField()
    source_role = models.CharField(max_length=200, blank=True)
