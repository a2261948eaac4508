"""A message that was taken back: when, why, whom it endangers, and the breach that it may be. Rows are added."""

from __future__ import annotations

import uuid

from django.db import models

from sharewell.agencies.models import Account
from sharewell.disclosures.models.disclosure import Attachment, Disclosure, Opening

DANGERS = ("true", "false", "unknown")
TOLD = ("authority", "person")


class FileOpened(models.Model):
    """That one who had a message open took one of its files."""

    opening = models.ForeignKey(Opening, on_delete=models.PROTECT, related_name="files_opened")
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="opened")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")


class Recall(models.Model):
    """A message was taken back by its sender; whether whoever has it endangers anybody is asked first."""

    disclosure = models.OneToOneField(Disclosure, on_delete=models.PROTECT, related_name="recall")
    reason = models.TextField()
    aware_at = models.DateTimeField()  # when somebody here first knew; the legal clock starts
    at = models.DateTimeField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    danger = models.CharField(max_length=7, blank=True, choices=[(d, d) for d in DANGERS])
    danger_words = models.TextField(blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")


class Breach(models.Model):
    """That what was recalled may be a breach of personal data, and by when it is to be reported."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recall = models.OneToOneField(Recall, on_delete=models.PROTECT, related_name="breach")
    due_at = models.DateTimeField()  # the first legal clock, from awareness


class BreachAssessment(models.Model):
    """What a breach was judged to be; the newest stands."""

    breach = models.ForeignKey(Breach, on_delete=models.PROTECT, related_name="assessments")
    facts = models.TextField()
    which_data = models.TextField()
    people = models.PositiveIntegerField()
    risk = models.CharField(max_length=40)  # an id of packs/recall.yaml
    harm = models.TextField()
    measures = models.TextField()
    tell_authority = models.BooleanField()
    authority_why = models.TextField()
    tell_person = models.BooleanField()
    person_why = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    form_key = models.UUIDField(unique=True)

    class Meta:
        ordering = ("at", "id")


class BreachTold(models.Model):
    """That the authority or the person was told of a breach."""

    breach = models.ForeignKey(Breach, on_delete=models.PROTECT, related_name="told")
    whom = models.CharField(max_length=9, choices=[(w, w) for w in TOLD])
    how = models.CharField(max_length=20, blank=True)  # a channel of packs/contact.yaml
    words = models.TextField()  # what was said; for an authority its reference too
    late_why = models.TextField(blank=True)  # why after the clock
    despite = models.TextField(blank=True)  # why, where the safe contact plan spoke against it
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    form_key = models.UUIDField(unique=True)

    class Meta:
        ordering = ("at", "id")
