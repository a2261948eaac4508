"""A packet: one referral to several partners, filled in once; each partner's copy is a disclosure of its own."""

from __future__ import annotations

import uuid

from django.db import models

from sharewell.agencies.models import Account, Agency
from sharewell.cases.models import Case, Task


class Packet(models.Model):
    """What groups the copies; it holds nothing of anybody, so that it shows nobody to whom it is not shown."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="packets")
    template = models.CharField(max_length=20)  # an id of packs/packets.yaml
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    form_key = models.UUIDField(unique=True)  # a double click begins one


class PacketPart(models.Model):
    """One person of a packet, and the words on which every copy about them draws."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    packet = models.ForeignKey(Packet, on_delete=models.PROTECT, related_name="parts")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="packet_parts")
    version = models.PositiveIntegerField(default=1)  # two people writing: the second is told
    answers = models.JSONField(default=dict)  # by field of the catalogue
    outcome_intended = models.TextField(blank=True)
    retaliation_steps = models.TextField(blank=True)
    inform_plan = models.TextField(blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("added_at", "id")
        constraints = (
            models.UniqueConstraint(fields=["packet", "case"], name="packet_person_once"),
        )


class PacketAction(models.Model):
    """Something that we do ourselves; those told of it read it in their copy, nobody else does."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    part = models.ForeignKey(PacketPart, on_delete=models.PROTECT, related_name="actions")
    what = models.TextField()
    task = models.OneToOneField(Task, on_delete=models.PROTECT, related_name="+")
    told = models.ManyToManyField("disclosures.Disclosure", related_name="our_actions")
    form_key = models.UUIDField(unique=True)

    class Meta:
        ordering = ("task__due_at", "what", "id")
