"""What a recipient answered, and what they said they will do; rows are added, and only a promise is ever settled."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from sharewell.disclosures.models.disclosure import Disclosure, Opening

ANSWERS = (
    "accept",  # they take it on
    "redirect",  # it belongs elsewhere, and where
    "ask_more",  # which fields they need, and for what: a decision on our side
    "decline",  # not taken on, with the reason
    "update",  # how it goes on
    "outcome",  # what changed
)


class Answer(models.Model):
    """One answer to a message, in the structure of what was asked; the newest says how it stands."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="answers")
    opening = models.ForeignKey(Opening, on_delete=models.PROTECT, related_name="answers")
    kind = models.CharField(max_length=8, choices=[(k, k) for k in ANSWERS])
    reason = models.CharField(
        max_length=40, blank=True
    )  # of declining: an id of packs/answers.yaml
    words = models.TextField(blank=True)
    to_whom = models.CharField(max_length=200, blank=True)  # of redirecting
    fields = models.JSONField(default=list)  # of asking for more: ids of the catalogue
    purpose = models.CharField(max_length=40, blank=True)  # what they need them for
    decision = models.ForeignKey(  # what was opened on our side to decide on it
        Disclosure, null=True, on_delete=models.PROTECT, related_name="answers_asked"
    )
    quality = models.JSONField(
        default=list
    )  # what they say of the message: ids of packs/answers.yaml
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    form_key = models.UUIDField(unique=True)  # a double click answers once

    class Meta:
        ordering = ("recorded_at", "id")


class PartnerAction(models.Model):
    """Something a recipient said they will do: what, who there, and by when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    disclosure = models.ForeignKey(
        Disclosure, on_delete=models.PROTECT, related_name="partner_actions"
    )
    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="promised")
    what = models.CharField(max_length=400)
    owner = models.CharField(max_length=200)  # who does it, as they named them
    due_on = models.DateField()
    due_at = models.DateTimeField()  # the end of that day where they are
    late_at = models.DateTimeField(null=True, blank=True)  # when the sender was asked to chase it
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Answer, null=True, on_delete=models.PROTECT, related_name="settled")

    class Meta:
        ordering = ("due_at", "what", "id")
        indexes = (
            models.Index(fields=["due_at"], name="partner_action_clock", condition=Q(done_at=None)),
        )

    @property
    def put_off(self) -> str:
        """How often its day was moved, and which it was at first; empty where it stands as it was given."""
        moved = list(self.moved.all())
        if not moved:
            return ""
        often = "once" if len(moved) == 1 else f"{len(moved)} times"
        return f"put off {often}, at first {moved[0].due_on_before:%-d %B %Y}"


class ActionMoved(models.Model):
    """A later day for an action, as the recipient gave it; the day before it stays readable."""

    action = models.ForeignKey(PartnerAction, on_delete=models.PROTECT, related_name="moved")
    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="moved")
    due_on_before = models.DateField()
    due_at_before = models.DateTimeField()
    due_on = models.DateField()

    class Meta:
        ordering = ("id",)
