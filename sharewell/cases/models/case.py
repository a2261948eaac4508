"""A case, and the circle of those who need to know it."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Exists, Q

from sharewell.agencies.models import Account, Agency, RoleHeld, Team
from sharewell.cases.models.concern import ConcernCase
from sharewell.cases.models.people import Person
from sharewell.cases.models.words import READERS, choices


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases, as far as a viewer may know of them."""

    def visible_to(self, viewer: Account, now: datetime) -> CaseQuerySet:
        """Cases of the viewer's own agency whose circle the viewer stands in at this moment.

        A case with a concern about the viewer, or from which they or their team are walled off, is never
        among them, whatever the circle says; nor any for one who holds no role in which cases are read.
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
            .exclude(pk__in=Wall.objects.against(viewer).values("case_id"))
            .exclude(state="merged")
        )

    def unrestricted(self) -> CaseQuerySet:
        """Without restricted cases: for every list that goes beyond one's own circles."""
        return self.filter(restrictions=[])


class Case(models.Model):
    """The record about one person at risk in one agency; only its circle may read it."""

    STATES = ("open", "closed", "merged")  # merged: taken into another, which alone is read
    # An allegation is about a member of staff: a closed space of its own, beside the case of the person.
    KINDS = ("protection", "allegation")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="cases")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cases")
    reference = models.CharField(max_length=12, unique=True)  # random, says nothing of the person
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="owned_cases")
    manager = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="managed_cases")
    kind = models.CharField(max_length=10, choices=choices(KINDS), default="protection")
    flags = models.JSONField(default=list, blank=True)  # vocabulary: request.flags
    restrictions = models.JSONField(
        default=list, blank=True
    )  # why it is restricted; empty: it is not
    state = models.CharField(max_length=6, choices=choices(STATES), default="open")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

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
        "oversight",
        "break_glass",
    )

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="circle")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="circles")
    relation = models.CharField(max_length=20, choices=choices(RELATIONS))
    reason = models.CharField(max_length=300, blank=True)
    invited_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField()
    review_at = models.DateTimeField(null=True, blank=True)  # whether it is still needed is asked
    expires_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    left_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    left_why = models.CharField(max_length=300, blank=True)

    objects = CircleMemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "account"], condition=Q(left_at=None), name="circle_member_once"
            )
        ]


class Closing(models.Model):
    """How a case ended, and, where it was opened again, why; each ending stays."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="closings")
    outcome = models.CharField(max_length=40)  # an id of packs/circle.yaml
    words = models.TextField()
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    reopened_why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(reopened_at=None), name="closing_one_stands"
            )
        ]


class WallQuerySet(models.QuerySet["Wall"]):
    """Walls that stand."""

    def against(self, account: Account) -> WallQuerySet:
        """Those that keep this account out, by name or by its team."""
        named = Q(account=account)
        if account.team_id is not None:
            named |= Q(team_id=account.team_id)
        return self.filter(named, lifted_at=None)


class Wall(models.Model):
    """One account, or one team, that never learns of a case, whatever roles or standing it is given."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="walls")
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="walls")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="walls")
    reason = models.CharField(max_length=300)
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")

    objects = WallQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(account=None) ^ Q(team=None), name="wall_account_or_team"
            )
        ]
