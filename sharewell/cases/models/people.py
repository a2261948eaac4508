"""The person at risk, as one agency knows them: what they are called, their numbers, how to speak with them."""

from __future__ import annotations

import uuid

from django.db import models

from sharewell.agencies.models import Account, Agency
from sharewell.cases.models.words import choices


class Person(models.Model):
    """A person at risk, as one agency knows them.

    One who is not born yet is decided about as a child; their birth makes them one, in the same case.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="people")
    name = models.CharField(max_length=200)
    birth_date = models.DateField(null=True, blank=True)
    age = models.PositiveSmallIntegerField(null=True, blank=True)  # in years, as said on age_on
    age_on = models.DateField(null=True, blank=True)
    subject_kind = models.CharField(max_length=5, choices=choices(("adult", "child")))
    unborn = models.BooleanField(default=False)
    expected_on = models.DateField(
        null=True, blank=True
    )  # stays after the birth, as it was expected

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(unborn=False)
                | models.Q(subject_kind="child", birth_date=None, age=None),
                name="person_unborn_is_a_child",
            )
        ]

    @property
    def kind_words(self) -> str:
        """What kind of person this is, in words."""
        return "unborn child" if self.unborn else self.subject_kind


class RecordedQuerySet(models.QuerySet["Recorded"]):
    """Rows of a case that were recorded, and may have ended."""

    def standing(self) -> RecordedQuerySet:
        """Those that nobody ended."""
        return self.filter(ended_at=None)


class Recorded(models.Model):
    """A row that is added and never overwritten: what no longer holds is ended with the reason, and stays.

    ``kind`` is an id of a list in packs/people.yaml.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="%(class)s_rows")
    kind = models.CharField(max_length=40)
    source_role = models.CharField(max_length=200, blank=True)  # who told it
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    end_reason = models.CharField(max_length=300, blank=True)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["case", "recorded_at"], name="%(class)s_by_case")]


class PersonName(Recorded):
    """Another name of the person: known as, likes to be called, former."""

    name = models.CharField(max_length=200)


class Identifier(Recorded):
    """A number of the person in a scheme whose check digit it passed; ``value`` as core.identifiers keeps it."""

    value = models.CharField(max_length=20)

    class Meta(Recorded.Meta):
        indexes = [
            *Recorded.Meta.indexes,
            models.Index(fields=["kind", "value"], name="identifier_by_value"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=models.Q(ended_at=None),
                name="identifier_one_stands",
            )
        ]


class Need(Recorded):
    """Something that others must know to speak with the person and be understood."""

    detail = models.CharField(max_length=300, blank=True)


class Decider(Recorded):
    """One who may decide for the person, or stands beside them by office; what was seen as proof of it."""

    name = models.CharField(max_length=200)
    contact = models.CharField(max_length=200, blank=True)
    evidence = models.CharField(max_length=300, blank=True)  # empty: nothing was seen
    until = models.DateField(null=True, blank=True)
