"""Meetings about a case: who was asked, what was prepared, who came, what was decided and who does what by when."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from sharewell.agencies.models import Account, Agency, Function
from sharewell.cases.models import Case
from sharewell.disclosures.models import Disclosure


class Meeting(models.Model):
    """One meeting, from the calling to its record; ``kind`` and ``way`` are ids of packs/meetings.yaml."""

    STATES = ("called", "closed", "cancelled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="meetings")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="meetings")
    kind = models.CharField(max_length=40)
    purpose = models.TextField()
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    way = models.CharField(max_length=40)
    place = models.CharField(max_length=200)  # stands in the invitation, so it names nobody
    chair = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    note_taker = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=[(s, s) for s in STATES], default="called")
    sequence = models.PositiveIntegerField(default=0)  # of its invitations: RFC 5545
    called_at = models.DateTimeField()
    called_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    cancelled_why = models.TextField(blank=True)
    form_key = models.UUIDField(unique=True)

    class Meta:
        ordering = ("-starts_at", "id")


class Invited(models.Model):
    """One who was asked to a meeting: a function of an agency, a colleague, or the person and those close to them.

    ``to_kind`` is ``function``, ``account``, or who a lay person is to the gate of safe contact; ``channel`` is by
    what way the gate let them be asked. What was recorded of their presence stands here, newest last written.
    """

    LAY = ("person", "household", "carer")
    WHO = ("function", "account", *LAY)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="invited")
    to_kind = models.CharField(max_length=9, choices=[(w, w) for w in WHO])
    function = models.ForeignKey(Function, null=True, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200, blank=True)
    relation = models.CharField(max_length=40, blank=True)  # an id of packs/contact.yaml
    channel = models.CharField(max_length=40, blank=True)  # an id of packs/contact.yaml
    reason = models.CharField(max_length=300)
    invited_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)
    presence = models.CharField(max_length=40, blank=True)  # an id of packs/meetings.yaml
    presence_why = models.CharField(max_length=500, blank=True)
    people = models.CharField(max_length=300, blank=True)  # who came for them: names and jobs

    class Meta:
        ordering = ("invited_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["meeting", "function"],
                condition=Q(taken_back_at=None, function__isnull=False),
                name="invited_function_once",
            ),
            models.UniqueConstraint(
                fields=["meeting", "account"],
                condition=Q(taken_back_at=None, account__isnull=False),
                name="invited_account_once",
            ),
        )

    @property
    def who(self) -> str:
        """Their name: of the function, the colleague or the person."""
        return str(self.function or self.account or self.name)


class Invitation(models.Model):
    """One neutral e-mail with an iCalendar file to somebody invited, worked under a lease until it is settled."""

    METHODS = ("REQUEST", "CANCEL")
    STATES = ("waiting", "done", "failed", "dropped")  # dropped: a newer one took its place

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    invited = models.ForeignKey(Invited, on_delete=models.PROTECT, related_name="invitations")
    method = models.CharField(max_length=7, choices=[(m, m) for m in METHODS])
    sequence = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=[(s, s) for s in STATES], default="waiting")
    attempt = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["next_at"], name="invitation_due", condition=Q(state="waiting")),
        )


class MeetingPreparation(models.Model):
    """What was prepared for our own people; a later version takes the place of the one before."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="preparations")
    number = models.PositiveIntegerField()
    lines = models.JSONField(default=list)  # numbers of chosen lines of the chronology
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=["meeting", "number"], name="preparation_once"),
        )


class PreparedText(models.Model):
    """One part of a preparation in words."""

    preparation = models.ForeignKey(
        MeetingPreparation, on_delete=models.PROTECT, related_name="texts"
    )
    section = models.CharField(max_length=40)  # an id of packs/meetings.yaml
    text = models.TextField()


class MeetingDecision(models.Model):
    """One decision with its reasons, and the dissent of whoever saw it otherwise; a correction points at the old."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    what = models.TextField()
    reasons = models.TextField()
    dissent = models.TextField(blank=True)
    corrects = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    form_key = models.UUIDField(unique=True)

    class Meta:
        ordering = ("recorded_at", "id")


class MeetingAction(models.Model):
    """Something agreed in a meeting: what, who does it (ours, or a partner's), and the last day for it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="actions")
    what = models.TextField()
    owner = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey(
        Invited, null=True, on_delete=models.PROTECT, related_name="actions"
    )
    partner_name = models.CharField(max_length=200, blank=True)  # who does it there
    due_on = models.DateField()
    due_at = models.DateTimeField()  # when that day ends where its owner is
    late_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    form_key = models.UUIDField(unique=True)

    class Meta:
        ordering = ("due_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(owner=None) ^ Q(partner=None), name="meeting_action_one_owner"
            ),
        )
        indexes = (
            models.Index(fields=["due_at"], name="meeting_action_clock", condition=Q(done_at=None)),
        )

    @property
    def whose(self) -> str:
        """Who does it, as people know them."""
        if self.partner is None:
            return str(self.owner)
        return f"{self.partner.who}, {self.partner_name}" if self.partner_name else self.partner.who


class MeetingRecord(models.Model):
    """One version of the record; the first closes the meeting, a later one says what was corrected and why."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="records")
    number = models.PositiveIntegerField()
    review_on = models.DateField()
    escalation = models.TextField()  # the route if the risk increases
    no_actions_why = models.TextField(blank=True)
    missing_why = models.TextField(blank=True)  # a seat that was not filled, explained
    correction = models.TextField(blank=True)  # of a later version: what was wrong
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=["meeting", "number"], name="meeting_record_once"),
        )


class MeetingDraft(models.Model):
    """A disclosure that was begun for one invited agency: the preparation, or its part of the record."""

    WHAT = ("preparation", "part")

    invited = models.ForeignKey(Invited, on_delete=models.PROTECT, related_name="drafts")
    disclosure = models.OneToOneField(Disclosure, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=11, choices=[(w, w) for w in WHAT])
