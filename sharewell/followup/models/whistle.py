"""A worry raised in confidence, past line management: read by the appointed leads alone, and by whoever raised it."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q

from sharewell.agencies.models import Account, Agency, RoleHeld


class WhistleLead(models.Model):
    """That an account is the whistleblowing lead of its agency, from and until a moment."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="whistle_leads")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="whistle_led")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    appointed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "account"], condition=Q(ends_at=None), name="whistle_lead_once"
            )
        ]


class WhistleQuerySet(models.QuerySet["Whistle"]):
    """Worries, as far as somebody may know of them."""

    def led_by(self, viewer: Account, now: datetime) -> WhistleQuerySet:
        """Those that this account reads as a lead.

        Never one that names them or somebody of their team, their own, nor one of somebody whom they manage.
        """
        leads = WhistleLead.objects.filter(account=viewer, starts_at__lte=now)
        leads = leads.filter(Q(ends_at=None) | Q(ends_at__gt=now), agency=OuterRef("agency"))
        found = self.filter(Exists(leads), agency_id=viewer.agency_id)
        if not viewer.is_active:
            return self.none()
        near = Q(pk=viewer.pk)
        if viewer.team_id is not None:
            near |= Q(team_id=viewer.team_id)
        found = found.exclude(named__in=Account.objects.filter(near)).exclude(reporter=viewer)
        manages = RoleHeld.objects.current(now).filter(account=viewer, role="manager").exists()
        if manages and viewer.team_id is not None:
            found = found.exclude(reporter__team_id=viewer.team_id)
        return found

    def known_to(self, viewer: Account, now: datetime) -> WhistleQuerySet:
        """Those that this account raised, or reads as a lead."""
        led = self.led_by(viewer, now).values("pk")
        own = Q(reporter=viewer) if viewer.is_active else Q(pk=None)
        return self.filter(own | Q(pk__in=led))


class Whistle(models.Model):
    """One worry. With ``protected`` the lead learns who raised it only by asking, with a reason that is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="whistles")
    reporter = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="whistles")
    protected = models.BooleanField(default=True)
    said = models.TextField()
    wanted = models.TextField(blank=True)  # what should happen, and what they are afraid of
    named = models.ManyToManyField(Account, blank=True, related_name="+")
    raised_at = models.DateTimeField()
    follow_up_at = models.DateTimeField()
    form_key = models.UUIDField(unique=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(blank=True)

    objects = WhistleQuerySet.as_manager()


class WhistleWord(models.Model):
    """What the lead and whoever raised it say to each other; ``held_against`` answers whether anything was."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    whistle = models.ForeignKey(Whistle, on_delete=models.PROTECT, related_name="words")
    by_lead = models.BooleanField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.TextField()
    held_against = models.BooleanField(null=True)
    form_key = models.UUIDField(unique=True)

    class Meta:
        ordering = ["at", "id"]


class WhistleRead(models.Model):
    """Who read a worry, and who asked who raised it and why; never altered."""

    WHATS = ("page", "identity")

    whistle = models.ForeignKey(Whistle, on_delete=models.PROTECT, related_name="reads")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    what = models.CharField(max_length=8, choices=[(w, w) for w in WHATS])
    reason = models.TextField(blank=True)
