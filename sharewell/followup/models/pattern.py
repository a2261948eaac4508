"""Patterns that were found, the entries that made them, what came of each review, and the nightly look."""

from __future__ import annotations

import uuid

from django.db import models

from sharewell.agencies.models import Account, Agency
from sharewell.cases.models import Case, Person, Task


class Pattern(models.Model):
    """One rule that fired about one person, or about one member of staff or service: a review, open or closed.

    ``rule`` is an id of packs/patterns.yaml; ``key`` says about whom or what, by ids alone. New entries join it;
    after it was closed they open it again.
    """

    STATES = ("open", "closed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="patterns")
    rule = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="patterns")
    state = models.CharField(max_length=6, choices=[(s, s) for s in STATES], default="open")
    says = models.CharField(max_length=300)  # what came together, without a name
    found_at = models.DateTimeField()
    fired_at = models.DateTimeField()  # when it last gained entries
    task = models.ForeignKey(
        Task, null=True, on_delete=models.PROTECT, related_name="+"
    )  # None: nobody inside could take it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "rule", "key"], name="pattern_once")
        ]


class PatternEntry(models.Model):
    """One entry that made a pattern, by its id; what it says stays where it was recorded."""

    WHATS = ("concern", "line", "refusal", "disclosure", "relation", "alleged")

    pattern = models.ForeignKey(Pattern, on_delete=models.PROTECT, related_name="entries")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=10, choices=[(w, w) for w in WHATS])
    about_id = models.UUIDField()
    event_at = models.DateTimeField()
    added_at = models.DateTimeField()
    fired_at = models.DateTimeField()  # when it was last among those that made the rule fire

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pattern", "what", "about_id", "case"], name="pattern_entry_once"
            )
        ]


class PatternReview(models.Model):
    """What came of a review: the outcome, the reason in words, by whom."""

    pattern = models.ForeignKey(Pattern, on_delete=models.PROTECT, related_name="reviews")
    says = models.CharField(max_length=300)  # as it stood when it was reviewed
    outcome = models.CharField(max_length=40)  # an id of packs/patterns.yaml
    reason = models.TextField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class PatternRun(models.Model):
    """The nightly look of one agency on one day of its own calendar; not finished, it is taken again."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="pattern_runs")
    day = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    looked_at = models.PositiveIntegerField(default=0)  # entries
    raised = models.PositiveIntegerField(default=0)  # reviews opened, or that gained entries
    failed = models.PositiveIntegerField(default=0)  # rules that could not be followed

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "day"], name="pattern_run_once")]
