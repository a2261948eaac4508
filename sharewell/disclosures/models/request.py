"""Somebody outside asks us for information: who, about whom, by what power; checked, decided, answered."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from sharewell.agencies.models import Account, Agency, Function
from sharewell.cases.models import Case
from sharewell.disclosures.models.disclosure import Disclosure

STATES = ("open", "answering", "refused", "neither")


class InformationRequest(models.Model):
    """One request to us; without a case where the person is not known here, or not linked yet."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="requests")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="requests")
    kind = models.CharField(max_length=40)  # an id of packs/requests.yaml
    function = models.ForeignKey(Function, null=True, on_delete=models.PROTECT, related_name="+")
    who = models.CharField(max_length=200)  # who asks, and their office
    contact = models.CharField(max_length=200, blank=True)  # as they gave it; never rung to check
    about = models.CharField(max_length=200)  # of whom, as they said it
    power = models.CharField(max_length=300, blank=True)  # the law that they cite
    fields = models.JSONField(default=list)  # ids of the catalogue
    asked = models.TextField()
    purpose = models.CharField(max_length=40)
    received_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    decider = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    checked_how = models.CharField(max_length=40, blank=True)  # an id of packs/requests.yaml
    checked_words = models.CharField(max_length=300, blank=True)  # the number, and who answered
    checked_at = models.DateTimeField(null=True, blank=True)  # identity is shown; empty: it is not
    checked_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=[(s, s) for s in STATES], default="open")
    reasons = models.TextField(blank=True)
    in_writing_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    disclosure = models.OneToOneField(
        Disclosure, null=True, on_delete=models.PROTECT, related_name="asked_by"
    )
    forget_at = models.DateTimeField(null=True, blank=True)  # its words are erased then
    form_key = models.UUIDField(unique=True)

    class Meta:
        ordering = ("due_at", "id")
        indexes = (
            models.Index(fields=["agency", "state", "due_at"], name="request_by_agency"),
            models.Index(
                fields=["forget_at"],
                name="request_forget_clock",
                condition=Q(forget_at__isnull=False),
            ),
        )
