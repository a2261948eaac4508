"""Who wants an e-mail that says how much waits, and each that was made; none says what."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from sharewell.agencies.models import Account


class DigestChoice(models.Model):
    """What an account chose; one that never chose has the default of packs/digests.yaml."""

    KINDS = ("none", "shift", "daily")

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="digest_choice")
    kind = models.CharField(max_length=5, choices=[(k, k) for k in KINDS])
    chosen_at = models.DateTimeField()


class Digest(models.Model):
    """One digest of one period for one account, made once; with nothing to say it is kept and not sent.

    ``period`` is the day and time at which it ended where the agency is, so that no clock that moves makes two.
    """

    STATES = ("waiting", "nothing", "done", "failed", "dropped")  # dropped: they left, or are away

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="digests")
    kind = models.CharField(max_length=5, choices=[(k, k) for k in DigestChoice.KINDS])
    period = models.CharField(max_length=16)  # 2026-11-20/08:00
    made_at = models.DateTimeField()
    ahead_at = models.DateTimeField()  # until when what is due soon was counted
    late = models.PositiveIntegerField()
    soon = models.PositiveIntegerField()
    partners_late = models.PositiveIntegerField()
    state = models.CharField(max_length=7, choices=[(s, s) for s in STATES], default="waiting")
    attempt = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["account", "kind", "period"], name="digest_once"),
        )
        indexes = (
            models.Index(fields=["next_at"], name="digest_due", condition=Q(state="waiting")),
        )
