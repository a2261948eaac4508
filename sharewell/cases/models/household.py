"""Who belongs to the person: relations, those who live with them, and who is alleged to cause harm."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sharewell.agencies.models import Account
from sharewell.cases.models.people import Recorded
from sharewell.cases.models.words import choices

AT_RISK = ("yes", "no", "unknown")


class Relation(Recorded):
    """What somebody is to the person; by name, or also by a case that a reader may or may not know of."""

    name = models.CharField(max_length=200)
    other_case = models.ForeignKey(
        "cases.Case", null=True, on_delete=models.PROTECT, related_name="related_from"
    )
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)


class HouseholdMember(Recorded):
    """Somebody who lives with the person; ``kind`` is what they are to the person.

    Each row counts as added at its ``recorded_at``, also where an older one was ended and this one recorded
    because it became known that they are at risk.
    """

    SUBJECT_KINDS = ("adult", "child", "unborn")

    name = models.CharField(max_length=200)
    subject_kind = models.CharField(max_length=6, choices=choices(SUBJECT_KINDS))
    birth_date = models.DateField(null=True, blank=True)  # of one not born yet: when it is expected
    age = models.PositiveSmallIntegerField(null=True, blank=True)
    at_risk = models.CharField(max_length=7, choices=choices(AT_RISK), default="unknown")

    class Meta(Recorded.Meta):
        indexes = [
            *Recorded.Meta.indexes,
            models.Index(fields=["recorded_at"], name="household_added"),
        ]


class HouseholdCase(models.Model):
    """The case that was opened about a member of a household; shown to those in the circle of both."""

    member = models.ForeignKey(HouseholdMember, on_delete=models.PROTECT, related_name="cases")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="from_household")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")


class Alleged(Recorded):
    """A person alleged to cause harm; ``kind`` says who they are to the agency, ``relation`` to the person.

    ``handling`` are ids of the list of that name: what it made the case need.
    """

    name = models.CharField(max_length=200)  # or words that tell who is meant
    account = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="alleged_in"
    )
    member = models.ForeignKey(
        HouseholdMember, null=True, on_delete=models.PROTECT, related_name="alleged_as"
    )
    relation = models.CharField(max_length=40)
    birth_date = models.DateField(null=True, blank=True)
    access = models.CharField(max_length=300, blank=True)
    work = models.CharField(max_length=300, blank=True)
    handling = models.JSONField(default=list, blank=True)

    class Meta(Recorded.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="account", account__isnull=False)
                | (~Q(kind="account") & Q(account=None)),
                name="alleged_account_named",
            )
        ]
