"""What another agency told us about the person of a case: a message of theirs, or by a way outside Sharewell."""

from __future__ import annotations

import uuid

from django.db import models

from sharewell.agencies.models import Account, Agency
from sharewell.cases.models import Case, ChronologyEntry
from sharewell.disclosures.models.disclosure import Disclosure

STATES = ("stands", "corrected", "recalled")
INBOX = "inbox"


class InformationReceived(models.Model):
    """One thing that we were told, and the line of the chronology that holds it; caveats stand on that line."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")  # that was told
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="received")
    line = models.OneToOneField(ChronologyEntry, on_delete=models.PROTECT, related_name="received")
    disclosure = models.ForeignKey(
        Disclosure, null=True, on_delete=models.PROTECT, related_name="taken_into"
    )
    office = models.CharField(max_length=100)  # the agency that told it
    who = models.CharField(max_length=95)  # name and job
    way = models.CharField(max_length=40)  # an id of packs/received.yaml, or inbox
    grading = models.CharField(max_length=40, blank=True)  # an id of packs/received.yaml
    checked_how = models.CharField(max_length=40, blank=True)  # an id of packs/requests.yaml
    checked_words = models.CharField(max_length=300, blank=True)
    told_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=[(s, s) for s in STATES], default="stands")
    form_key = models.UUIDField(unique=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "disclosure"], name="received_message_once"),
        )
