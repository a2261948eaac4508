"""What the directory says of agencies and functions: hours, named contacts, what they offer, pathways.

Each entry (a function, a contact, a pathway) carries when somebody last saw that it is right, and who.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

CONTACT_WHEN = ("any", "in_hours", "out_of_hours")


class Verified(models.Model):
    """An entry of the directory: on which day it was last found right, by whom, and whether that was asked for again.

    ``revision`` grows with each change: of two people who write, the second is told.
    """

    revision = models.PositiveIntegerField(default=1)
    verified_on = models.DateField(null=True, blank=True)
    verified_by = models.ForeignKey(
        "agencies.Account", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    verify_asked_at = models.DateTimeField(null=True, blank=True)  # once for each verification

    class Meta:
        abstract = True


class Hours(models.Model):
    """One span in which a function is open: each week on a weekday (0 is Monday), or on one day instead of that.

    A day without times is closed. Times are local to the agency; a span that closes when or before it opens goes
    on past midnight, so from midnight to midnight is the whole day.
    """

    function = models.ForeignKey(
        "agencies.Function", on_delete=models.CASCADE, related_name="hours_rows"
    )
    weekday = models.PositiveSmallIntegerField(null=True, blank=True)
    day = models.DateField(null=True, blank=True)
    opens = models.TimeField(null=True, blank=True)
    closes = models.TimeField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "hours"
        ordering = ("weekday", "day", "opens")
        constraints = (
            models.CheckConstraint(
                name="hours_whole",
                condition=Q(weekday__lte=6, day=None, opens__isnull=False, closes__isnull=False)
                | Q(weekday=None, day__isnull=False, opens__isnull=False, closes__isnull=False)
                | Q(weekday=None, day__isnull=False, opens=None, closes=None),
            ),
        )


class Offer(models.Model):
    """Something that a function can give; ``kind`` is an id of packs/directory.yaml, empty for what has none there."""

    function = models.ForeignKey(
        "agencies.Function", on_delete=models.CASCADE, related_name="offers"
    )
    kind = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=200, blank=True)  # in their words, where no kind fits

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["function", "kind", "name"], name="offer_once"),
        )


class NamedContact(Verified):
    """A person to ask for at an agency, or at one of its functions; they need no account here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(
        "agencies.Agency", on_delete=models.PROTECT, related_name="named_contacts"
    )
    function = models.ForeignKey(
        "agencies.Function",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="named_contacts",
    )
    name = models.CharField(max_length=200)
    job_title = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    when = models.CharField(
        max_length=12, choices=[(each, each) for each in CONTACT_WHEN], default="any"
    )
    ended_at = models.DateTimeField(null=True, blank=True)  # no longer the one to ask for
    form_key = models.UUIDField(unique=True, default=uuid.uuid4)  # a double click adds once

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class Pathway(Verified):
    """What to do for a need, step by step, as an agency keeps it for itself and its partners."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="pathways")
    title = models.CharField(max_length=200)
    need = models.CharField(max_length=40)  # an id of packs/directory.yaml
    criteria = models.CharField(max_length=1000, blank=True)
    ladder = models.CharField(max_length=40, blank=True)  # an id of packs/ladders.yaml
    level = models.CharField(max_length=40, blank=True)
    link = models.URLField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    form_key = models.UUIDField(unique=True, default=uuid.uuid4)

    class Meta:
        ordering = ("title", "id")
        indexes = (models.Index(fields=["agency", "need"], name="pathway_lookup"),)

    def __str__(self) -> str:
        return self.title


class PathwayStep(models.Model):
    """One step of a pathway, with the function to turn to where there is one."""

    pathway = models.ForeignKey(Pathway, on_delete=models.CASCADE, related_name="steps")
    place = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=400)
    function = models.ForeignKey(
        "agencies.Function", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("place",)
        constraints = (
            models.UniqueConstraint(fields=["pathway", "place"], name="pathway_step_once"),
        )
