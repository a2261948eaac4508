"""The timeline of a case and what is known of it; the newest stands and the older remain readable."""

from __future__ import annotations

import uuid

from django.db import models

from sharewell.agencies.models import Account, Team
from sharewell.cases.models.case import Case
from sharewell.cases.models.words import KINDS, UNKNOWN, choices


class ChronologyEntry(models.Model):
    """One dated line of the case's timeline; a correction is a new line that points at the old."""

    SECTIONS = (
        "concern",
        "contact",
        "action",
        "consent",
        "decision",
        "disclosure",
        "answer",
        "meeting",
        "received",
        "note",
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="chronology")
    line = models.PositiveIntegerField()  # counted within the case, in the order of recording
    event_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(
        Team, null=True, on_delete=models.PROTECT, related_name="+"
    )  # of its writer
    section = models.CharField(max_length=12, choices=choices(SECTIONS))
    kind = models.CharField(max_length=11, choices=choices(KINDS), default="observed")
    source_role = models.CharField(max_length=200, blank=True)
    verbatim = models.BooleanField(default=False)  # the person's own words
    text = models.TextField()
    about_id = models.UUIDField(null=True, blank=True)  # the concern, conversation or disclosure
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )

    class Meta:
        indexes = [
            models.Index(fields=["case", "-event_at", "-line"], name="chronology_by_case"),
            # What people wrote as a concern: the nightly look reads these and not the whole timeline.
            models.Index(
                fields=["recorded_at"],
                name="chronology_concerns",
                condition=models.Q(section="concern", about_id=None),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "line"], name="chronology_line_once")
        ]


class ChronologyWords(models.Model):
    """The words of a line as they are found again, kept beside it and gone with it.

    ``words`` begins with marks that name its agency and its case (:mod:`sharewell.cases.finding`). The search
    index of each database follows this table by itself: migration ``chronology_words`` says how.
    """

    entry = models.OneToOneField(ChronologyEntry, on_delete=models.CASCADE, related_name="words")
    words = models.TextField()


class FieldEntry(models.Model):
    """What is known of one catalogue field of a case, with its kind and source; the newest stands."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="field_entries")
    field = models.CharField(max_length=60)  # an id of the field catalogue
    text = models.TextField(blank=True)
    items = models.JSONField(default=list, blank=True)
    unknown = models.CharField(max_length=16, choices=choices(UNKNOWN), blank=True)
    kind = models.CharField(max_length=11, choices=choices(KINDS), blank=True)
    source_role = models.CharField(max_length=200, blank=True)
    event_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["case", "field", "-id"], name="field_newest")]


class RiskFacts(models.Model):
    """The facts a decision turns on (vocabulary: facts), as somebody judged them at one moment."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="risk_facts")
    facts = models.JSONField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
