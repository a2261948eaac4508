"""What entries of a case count as, so that those of several teams can be counted together."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sharewell.agencies.models import Account, Agency, Team
from sharewell.cases.models.case import Case
from sharewell.cases.models.chronology import ChronologyEntry
from sharewell.cases.models.concern import Concern


class Marking(models.Model):
    """One event that a line of the timeline, or a concern about one person, counts as; with its number.

    ``event`` is an id of packs/events.yaml; ``number`` the hours or the sum of money it asks for, where known.
    One that somebody found wrong on reading is ended, and counts no more.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="markings")
    line = models.ForeignKey(
        ChronologyEntry, null=True, on_delete=models.PROTECT, related_name="markings"
    )
    concern = models.ForeignKey(
        Concern, null=True, on_delete=models.PROTECT, related_name="markings"
    )
    event = models.CharField(max_length=40)
    number = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    event_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(
        Team, null=True, on_delete=models.PROTECT, related_name="+"
    )  # of its writer
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["agency", "recorded_at"], name="marking_by_recording"),
            models.Index(fields=["case", "-event_at"], name="marking_by_case"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(line=None) ^ Q(concern=None), name="marking_line_or_concern"
            ),
            models.UniqueConstraint(
                fields=["line", "event"], condition=Q(ended_at=None), name="marking_line_once"
            ),
            models.UniqueConstraint(
                fields=["concern", "case", "event"],
                condition=Q(ended_at=None),
                name="marking_case_once",
            ),
        ]
