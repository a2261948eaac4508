"""Two records about one person brought together, so that it can be undone; and two that are not the same."""

from __future__ import annotations

import uuid

from django.db import models

from sharewell.agencies.models import Account
from sharewell.cases.models.case import Case


class Merge(models.Model):
    """One case taken into another because both are about one person; ``before`` is what it changed there."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="merges")  # it survives
    taken_in = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="taken_into")
    reason = models.CharField(max_length=300)
    before = models.JSONField(
        default=dict
    )  # owner, manager, flags, restrictions, and the other's state
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    undo_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["taken_in"], condition=models.Q(undone_at=None), name="merge_one_stands"
            )
        ]


class MergedRow(models.Model):
    """One row that a merge moved, made or ended, and what it was before."""

    DEEDS = ("moved", "made", "left_circle")

    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="rows")
    deed = models.CharField(max_length=11, choices=[(d, d) for d in DEEDS])
    table = models.CharField(max_length=80)  # e.g. cases.FieldEntry
    column = models.CharField(max_length=60)
    row = models.CharField(max_length=40)
    line = models.PositiveIntegerField(null=True, blank=True)  # of the timeline, as it was counted


class NotSame(models.Model):
    """Two cases that somebody looked at and found to be about two people; they are not suggested again."""

    one = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="not_same_as")
    other = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="not_same_of")
    reason = models.CharField(max_length=300)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="not_same_once"),
            # Each pair once, whichever case was looked at: the smaller id comes first.
            models.CheckConstraint(
                condition=models.Q(one__lt=models.F("other")), name="not_same_order"
            ),
        ]
