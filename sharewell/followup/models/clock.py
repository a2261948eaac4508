"""Clocks that were started on a case, and the pauses of any clock."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from sharewell.agencies.models import Account, Agency
from sharewell.cases.models import Case


class CaseClock(models.Model):
    """A clock of law, guidance or habit that runs on a case: what must happen is that of packs/clocks.yaml."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="case_clocks")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clocks")
    clock = models.CharField(max_length=60)  # an id of packs/clocks.yaml
    event = models.CharField(max_length=60)  # what started it, of the same pack
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="case_clocks")
    note = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField()  # when that happened
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    counted_by = models.CharField(max_length=200)  # by which calendar, so that it can be explained
    due_at = models.DateTimeField()
    soon_at = models.DateTimeField()  # from when on it is at risk
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.TextField(blank=True)
    form_key = models.UUIDField()

    class Meta:
        ordering = ("due_at", "id")
        indexes = (
            models.Index(fields=["soon_at"], name="case_clock_soon", condition=Q(done_at=None)),
            models.Index(fields=["case", "due_at"], name="case_clock_by_case"),
        )
        constraints = (
            models.UniqueConstraint(fields=["case", "clock", "started_at"], name="case_clock_once"),
        )


class ClockPause(models.Model):
    """One pause of one clock: by whom, why and until when. The clock's due date is moved when it begins.

    It ends by itself at ``until``, or earlier by a person; ``rest`` is what was left of the clock: of a working
    clock, time in which business is open.
    """

    KINDS = (
        "acknowledge",
        "first_action",
        "partner_action",
        "meeting_action",
        "escalation",
        "task",
        "review",
        "case_clock",
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="clock_pauses")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clock_pauses")
    kind = models.CharField(max_length=14, choices=[(k, k) for k in KINDS])
    about_id = models.UUIDField()
    reason = models.CharField(max_length=40)  # an id of packs/clock_rules.yaml
    words = models.CharField(max_length=500)
    paused_at = models.DateTimeField()
    paused_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField()
    rest = models.DurationField()
    due_before = models.DateTimeField()
    due_after = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    form_key = models.UUIDField(unique=True)

    class Meta:
        ordering = ("-paused_at", "id")
        indexes = (
            models.Index(fields=["until"], name="clock_pause_over", condition=Q(ended_at=None)),
            models.Index(fields=["about_id", "kind"], name="clock_pause_about"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "about_id"], condition=Q(ended_at=None), name="clock_pause_one"
            ),
        )
