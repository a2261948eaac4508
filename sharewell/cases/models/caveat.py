"""What an originator says of passing on what they gave us, and when they agreed."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from sharewell.agencies.models import Account
from sharewell.cases.models.case import Case
from sharewell.cases.models.chronology import ChronologyEntry
from sharewell.cases.models.words import choices


class Caveat(models.Model):
    """A caveat on one line of the timeline, or on one field of the catalogue, until it is lifted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="caveats")
    entry = models.ForeignKey(
        ChronologyEntry, null=True, on_delete=models.PROTECT, related_name="caveats"
    )
    field = models.CharField(max_length=60, blank=True)  # an id of the field catalogue
    kind = models.CharField(max_length=40)  # an id of packs/caveats.yaml
    originator = models.CharField(max_length=200)
    conditions = models.CharField(max_length=500, blank=True)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_why = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["case"], name="caveat_standing", condition=Q(lifted_at=None))
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(entry=None) ^ Q(field=""), name="caveat_line_or_field"
            )
        ]


class OriginatorAgreement(models.Model):
    """That an originator agreed to share further what is under a caveat: who, when, how, to whom."""

    HOW = ("phone", "email", "letter", "meeting")

    caveat = models.ForeignKey(Caveat, on_delete=models.PROTECT, related_name="agreements")
    recipient_role = models.CharField(max_length=40)  # a recipient role of the vocabulary
    who = models.CharField(max_length=200)
    how = models.CharField(max_length=10, choices=choices(HOW))
    agreed_at = models.DateTimeField()
    words = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
