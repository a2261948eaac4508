"""Break-glass: who sought somebody in immediate danger, what was opened, and what the review found."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q

from sharewell.agencies.models import Account, Agency
from sharewell.cases.models.case import Case, CircleMember
from sharewell.cases.models.words import choices


class GlassSearch(models.Model):
    """One search by name and date of birth, whatever came of it.

    The account learns of ``opened`` and of ``own`` (a case whose circle they stand in anyway), with ``case``;
    ``unclear`` (several people), ``hidden`` and ``none`` look the same to them. ``hidden`` is the newest case
    that stayed unseen, whatever the outcome.
    """

    OUTCOMES = ("opened", "own", "none", "unclear", "hidden")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    form_key = models.UUIDField(unique=True)  # the same form sent twice is one search
    name = models.CharField(max_length=200)
    birth_date = models.DateField()
    reason = models.CharField(max_length=40)  # an id of packs/break_glass.yaml
    words = models.TextField()
    outcome = models.CharField(max_length=7, choices=choices(OUTCOMES))
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    hidden = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True)  # the oversight point, of a hidden case
    watched_at = models.DateTimeField(null=True, blank=True)  # counted among repeated searches

    class Meta:
        indexes = [
            models.Index(fields=["account", "at"], name="glass_search_by_account"),
            models.Index(
                fields=["at"],
                name="glass_search_to_tell",
                condition=Q(hidden__isnull=False, told_at=None),
            ),
        ]


class GlassBreak(models.Model):
    """One case opened by break-glass: first the essentials, then, with a reason of its own, the whole record."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="glass_breaks")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    search = models.OneToOneField(GlassSearch, on_delete=models.PROTECT, related_name="opened")
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)  # given up before its time
    whole_at = models.DateTimeField(null=True, blank=True)
    whole_reason = models.CharField(max_length=40, blank=True)
    whole_words = models.TextField(blank=True)
    member = models.ForeignKey(CircleMember, null=True, on_delete=models.PROTECT, related_name="+")
    told = models.JSONField(default=list)  # names of those who were told at once
    outside = models.TextField(blank=True)  # whom to ring where nobody here could be told
    review_due_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    finding = models.CharField(max_length=40, blank=True)
    follows = models.JSONField(default=list, blank=True)
    finding_words = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["case", "-opened_at"], name="glass_break_by_case")]

    def ended(self, now: datetime) -> datetime | None:
        """When it ended, by time or before; None while it lasts."""
        if self.ended_at is not None:
            return self.ended_at
        return self.ends_at if self.ends_at <= now else None


class Notice(models.Model):
    """A neutral e-mail to somebody with an account that something waits; sent after commit, tried again."""

    STATES = ("waiting", "done", "failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)  # idempotency key
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    about_id = models.UUIDField()  # what it is about; never said in it
    state = models.CharField(max_length=7, choices=choices(STATES), default="waiting")
    attempt = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "about_id"], name="notice_once")]
        indexes = [
            models.Index(fields=["next_at"], name="notice_waiting", condition=Q(state="waiting"))
        ]
