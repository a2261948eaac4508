"""Cases: the person at risk, what was seen and said, who may read it, and what is to be done by when.

What is known is never overwritten: catalogue fields, facts for decisions, safe contact and chronology are
rows that are added; the newest stands and the older remain readable.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Exists, Q

from sharewell.agencies.models import Account, Agency, RoleHeld

KINDS = ("observed", "reported", "opinion", "third_party")
READERS = ("practitioner", "manager", "safeguarding_lead", "governance_lead", "hr")
UNKNOWN = ("unknown", "not_asked", "refused", "not_safe_to_ask")
PARTS = (  # of a concern; each statement belongs to one
    "statement",
    "present",
    "privacy_barriers",
    "presentation_changes",
    "actions_done",
    "reason",
    "risk_immediate",
    "risk_others",
    "ask",
)


def _choices(values: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(v, v) for v in values]


class Person(models.Model):
    """A person at risk, as one agency knows them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="people")
    name = models.CharField(max_length=200)
    birth_date = models.DateField(null=True, blank=True)
    age = models.PositiveSmallIntegerField(null=True, blank=True)  # in years, as said on age_on
    age_on = models.DateField(null=True, blank=True)
    subject_kind = models.CharField(max_length=5, choices=_choices(("adult", "child")))


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases, as far as a viewer may know of them."""

    def visible_to(self, viewer: Account, now: datetime) -> CaseQuerySet:
        """Cases of the viewer's own agency whose circle the viewer stands in at this moment.

        A case with a concern about the viewer is never among them, whatever the circle says; nor any for
        one who holds no role in which cases are read.
        """
        if not viewer.is_active:
            return self.none()
        reads = RoleHeld.objects.current(now).filter(account=viewer, role__in=READERS)
        about_viewer = ConcernCase.objects.filter(concern__about_staff=viewer)
        return (
            self.filter(
                agency_id=viewer.agency_id,
                pk__in=CircleMember.objects.standing(now).filter(account=viewer).values("case_id"),
            )
            .filter(Exists(reads))
            .exclude(pk__in=about_viewer.values("case_id"))
        )


class Case(models.Model):
    """The record about one person at risk in one agency; only its circle may read it."""

    STATES = ("open", "closed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="cases")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cases")
    reference = models.CharField(max_length=12, unique=True)  # random, says nothing of the person
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="owned_cases")
    manager = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="managed_cases")
    flags = models.JSONField(default=list, blank=True)  # vocabulary: request.flags
    state = models.CharField(max_length=6, choices=_choices(STATES), default="open")
    opened_at = models.DateTimeField()

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["agency", "-opened_at"], name="case_by_agency")]


class CircleMemberQuerySet(models.QuerySet["CircleMember"]):
    """Standings in circles."""

    def standing(self, now: datetime) -> CircleMemberQuerySet:
        """Those that hold at this moment."""
        return self.filter(left_at=None, joined_at__lte=now).filter(
            Q(expires_at=None) | Q(expires_at__gt=now)
        )


class CircleMember(models.Model):
    """One who needs to know a case, as what, why and until when."""

    RELATIONS = (
        "owner",
        "manager",
        "safeguarding_lead",
        "raised_it",
        "approver",
        "decider",
        "invited",
    )

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="circle")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="circles")
    relation = models.CharField(max_length=20, choices=_choices(RELATIONS))
    reason = models.CharField(max_length=300, blank=True)
    joined_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = CircleMemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "account"], condition=Q(left_at=None), name="circle_member_once"
            )
        ]


class Concern(models.Model):
    """What somebody saw, heard, did and asks for; about one person or several."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="concerns")
    raised_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="concerns_raised")
    raised_at = models.DateTimeField()
    for_name = models.CharField(max_length=200, blank=True)  # a colleague without an account
    for_role = models.CharField(max_length=200, blank=True)
    immediate_danger = models.BooleanField()
    happened_at = models.DateTimeField(null=True, blank=True)
    happened_when = models.CharField(max_length=200, blank=True)  # in words, where no time is known
    place = models.CharField(max_length=300, blank=True)
    about_staff = models.ManyToManyField(Account, blank=True, related_name="concerns_about")
    about_staff_named = models.CharField(max_length=300, blank=True)  # staff without an account
    received_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="concerns_received"
    )
    form_key = models.UUIDField(unique=True)  # the same form sent twice is one concern
    form_digest = models.BinaryField(max_length=32)  # tells a changed form under the same key


class ConcernCase(models.Model):
    """A concern as it bears on one person's case."""

    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="on_cases")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="concerns")
    categories = models.JSONField(default=list, blank=True)  # ids of packs/indicators.yaml
    indicators = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["concern", "case"], name="concern_case_once")
        ]


class Statement(models.Model):
    """One statement in a concern, kept as observed, reported, opinion or third party.

    Without a case it was marked as concerning everyone in the concern.
    """

    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="statements")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="statements")
    position = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=20, choices=_choices(PARTS), default="statement")
    kind = models.CharField(max_length=11, choices=_choices(KINDS))
    verbatim = models.BooleanField(default=False)  # the person's own words
    text = models.TextField()
    source_role = models.CharField(max_length=200, blank=True)


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
        "note",
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="chronology")
    line = models.PositiveIntegerField()  # counted within the case, in the order of recording
    event_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    section = models.CharField(max_length=12, choices=_choices(SECTIONS))
    kind = models.CharField(max_length=11, choices=_choices(KINDS), default="observed")
    source_role = models.CharField(max_length=200, blank=True)
    verbatim = models.BooleanField(default=False)  # the person's own words
    text = models.TextField()
    about_id = models.UUIDField(null=True, blank=True)  # the concern, conversation or disclosure
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )

    class Meta:
        indexes = [models.Index(fields=["case", "-event_at", "-line"], name="chronology_by_case")]
        constraints = [
            models.UniqueConstraint(fields=["case", "line"], name="chronology_line_once")
        ]


class FieldEntry(models.Model):
    """What is known of one catalogue field of a case, with its kind and source; the newest stands."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="field_entries")
    field = models.CharField(max_length=60)  # an id of the field catalogue
    text = models.TextField(blank=True)
    items = models.JSONField(default=list, blank=True)
    unknown = models.CharField(max_length=16, choices=_choices(UNKNOWN), blank=True)
    kind = models.CharField(max_length=11, choices=_choices(KINDS), blank=True)
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


class SafeContact(models.Model):
    """How the person may be reached safely, and what must never be done; the newest stands."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="safe_contacts")
    channel = models.CharField(max_length=200, blank=True)
    number = models.CharField(max_length=60, blank=True)
    times = models.CharField(max_length=200, blank=True)
    code_word = models.CharField(max_length=100, blank=True)
    must_not_know = models.TextField(blank=True)
    never = models.TextField(blank=True)  # no letters, do not ring, do not visit
    leave_message = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")


class TaskQuerySet(models.QuerySet["Task"]):
    """Tasks, done and waiting."""

    def waiting(self) -> TaskQuerySet:
        """Those that are not done."""
        return self.filter(done_at=None)


class Task(models.Model):
    """Something a named person does by a moment; late ones go up to the on-call manager."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="tasks")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=40)  # an id of packs/tasks.yaml
    about_id = models.UUIDField(null=True, blank=True)
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="tasks")
    note = models.CharField(max_length=500, blank=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    deferred_from = models.DateTimeField(null=True, blank=True)
    defer_reason = models.CharField(max_length=500, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.TextField(blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["owner", "due_at"], name="task_waiting", condition=Q(done_at=None)
            ),
            models.Index(fields=["due_at"], name="task_clock", condition=Q(done_at=None)),
            models.Index(fields=["about_id", "kind"], name="task_about"),
        ]


class Draft(models.Model):
    """What was typed into a long form and not yet sent; leaves no evidence, gone once sent."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="drafts")
    form = models.CharField(max_length=60)
    about = models.CharField(max_length=36, blank=True, default="")  # which of several forms
    data = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "form", "about"], name="draft_once")
        ]


class CaseRead(models.Model):
    """The access table: who read what of a case, when."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reads")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    what = models.CharField(max_length=40)
