"""What goes up a ladder because a partner is silent or professionals disagree, and each thing done about it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from sharewell.agencies.models import Account, Agency
from sharewell.cases.models import Case
from sharewell.disclosures.models import Disclosure

CAUSES = ("no_acknowledgement", "no_action", "late_action", "answer", "decision")


class Escalation(models.Model):
    """One matter on its ladder (packs/escalation.yaml): on which step, whose it is, until when; open until it ended.

    ``answer`` and ``decision`` are disagreements, with a position of each side. Whoever opened it is None where
    a clock did.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="escalations")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="escalations")
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="escalations")
    cause = models.CharField(max_length=20, choices=[(c, c) for c in CAUSES])
    ladder = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=40)  # of the ladder, or danger
    holder = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="escalations_held")
    started_at = models.DateTimeField()  # on this step
    next_at = models.DateTimeField(null=True, blank=True)  # goes up then; None: no step above
    form_key = models.UUIDField(null=True, unique=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    ending = models.CharField(max_length=40, blank=True)
    end_reason = models.TextField(blank=True)
    lessons = models.BooleanField(default=False)  # something to be learnt from it

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["disclosure", "cause"],
                condition=Q(ended_at=None),
                name="escalation_one_open",
            )
        ]
        indexes = [
            models.Index(fields=["next_at"], name="escalation_clock", condition=Q(ended_at=None)),
            models.Index(fields=["case", "-opened_at"], name="escalation_by_case"),
        ]


class _Row(models.Model):
    """One thing written down about an escalation, on the step it was on; never changed."""

    escalation = models.ForeignKey(Escalation, on_delete=models.PROTECT, related_name="%(class)ss")
    step = models.CharField(max_length=40)
    at = models.DateTimeField()
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    form_key = models.UUIDField(null=True, unique=True)

    class Meta:
        abstract = True
        ordering = ["at", "id"]


class EscalationStep(_Row):
    """A step was reached: whose it became, why early, and whom to ring outside where nobody inside was free."""

    holder = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True)
    outside = models.TextField(blank=True)
    told = models.JSONField(default=dict)  # what the step said then, whatever the pack becomes


class EscalationAttempt(_Row):
    """Somebody spoke, or tried to speak, to the other side."""

    how = models.CharField(max_length=40)
    whom = models.CharField(max_length=200)
    said = models.TextField(blank=True)
    result = models.CharField(max_length=40)
    tried_at = models.DateTimeField()


class EscalationRisk(_Row):
    """Whether the danger has changed, as somebody judged it on a step."""

    danger = models.CharField(max_length=40)
    words = models.TextField(blank=True)


class EscalationPosition(_Row):
    """What one side holds, and the facts it rests on; both stay."""

    SIDES = ("ours", "theirs")

    side = models.CharField(max_length=6, choices=[(s, s) for s in SIDES])
    words = models.TextField()
