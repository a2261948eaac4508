"""The level that somebody gave on a ladder of need or risk; advice that is kept, and decides nothing."""

from __future__ import annotations

import uuid

from django.db import models

from sharewell.agencies.models import Account
from sharewell.cases.models.case import Case
from sharewell.cases.models.concern import Concern


class LevelGiven(models.Model):
    """One level as it was given: on which ladder, by whom, when and why; never changed, the newest stands.

    ``words`` say ladder and level as they read that day. ``number`` is what the ladder asked for, and ``pointed_to``
    the level that it pointed to, which may be another than the one given.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="levels")
    concern = models.ForeignKey(  # where it was given on reading one
        Concern, null=True, on_delete=models.PROTECT, related_name="levels"
    )
    ladder = models.CharField(max_length=40)  # ids of packs/ladders.yaml
    level = models.CharField(max_length=40)
    words = models.CharField(max_length=300)
    number = models.PositiveSmallIntegerField(null=True)
    pointed_to = models.CharField(max_length=40, blank=True)
    why = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    form_key = models.UUIDField(null=True, unique=True)  # a double click gives it once

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["case", "-at"], name="level_by_case")]
