"""How a person may be reached safely, in versions; the newest stands."""

from __future__ import annotations

import uuid

from django.db import models

from sharewell.agencies.models import Account
from sharewell.cases.models.case import Case
from sharewell.cases.models.words import choices

WHEN = ("any", "listed", "unknown")


class SafeContact(models.Model):
    """How the person may be reached safely, and what must never be done; the newest stands."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="safe_contacts")
    ways = models.JSONField(
        default=list, blank=True
    )  # {channel, address, safe: true|false|unknown}
    how = models.CharField(max_length=300, blank=True)  # what no channel or address says
    when = models.CharField(max_length=7, choices=choices(WHEN), default="unknown")
    windows = models.JSONField(default=list, blank=True)  # {days: [0 is Monday], from, to}
    times = models.CharField(max_length=200, blank=True)  # what no day or hour says
    code_word = models.CharField(max_length=100, blank=True)
    must_not_know = models.JSONField(default=list, blank=True)  # {name, relation}
    never = models.TextField(blank=True)  # anything else that must never be done
    no_letters = models.BooleanField(default=False)
    no_visits = models.BooleanField(default=False)
    leave_message = models.BooleanField(default=False)
    cover = models.CharField(max_length=300, blank=True)  # what to say if somebody else answers
    interpreter = models.CharField(max_length=200, blank=True)  # independent of the family
    meeting_place = models.CharField(max_length=300, blank=True)
    agreed_by = models.CharField(max_length=200, blank=True)  # who agreed it with the person
    agreed_on = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")


class ContactLeave(models.Model):
    """A manager's leave to make contact although no plan is recorded, with the reason; it ends by itself."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="contact_leaves")
    reason = models.TextField()
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField()


class ContactWord(models.Model):
    """One word to the person, the household or a carer that the gate let through; what was said is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="contact_words")
    to_kind = models.CharField(max_length=9, choices=choices(("person", "household", "carer")))
    to_name = models.CharField(max_length=200, blank=True)
    to_relation = models.CharField(max_length=20, blank=True)
    to_knows = models.BooleanField(default=False)
    channel = models.CharField(max_length=20)  # an id of packs/contact.yaml
    rang_first = models.BooleanField(default=False)
    shown = models.CharField(max_length=200, blank=True)
    inside = models.TextField(blank=True)
    reach_at = models.DateTimeField()
    released_at = models.DateTimeField()
    released_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    form_key = models.UUIDField(unique=True)
