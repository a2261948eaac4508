"""An allegation about a member of staff: a closed space beside the case of the person, and its witnesses.

What is recorded is never overwritten: facts, what was secured, what the named person was told and outcomes
are rows that are added; the newest facts and the newest outcome stand.
"""

from __future__ import annotations

import uuid

from django.db import models

from sharewell.agencies.models import Account
from sharewell.cases.models.case import Case
from sharewell.cases.models.concern import Concern


class Allegation(models.Model):
    """What makes a case of kind ``allegation``: whom it names, and the concern that it came from.

    The case of the person at risk is found through the concern; nothing there leads back here. ``outside``
    says whom to ring while nobody inside the agency can look after it; empty once somebody does.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="allegation")
    concern = models.OneToOneField(Concern, on_delete=models.PROTECT, related_name="allegation")
    named = models.ManyToManyField(Account, related_name="allegations_naming")
    named_words = models.CharField(max_length=300, blank=True)  # staff without an account
    outside = models.JSONField(default=dict, blank=True)
    lead = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="allegations_led"
    )


class AllegationFacts(models.Model):
    """What is alleged, as somebody recorded it at one moment; the newest stands."""

    allegation = models.ForeignKey(Allegation, on_delete=models.PROTECT, related_name="facts")
    capacity = models.CharField(max_length=30, blank=True)  # packs/allegations.yaml: capacities
    alleged = models.TextField()
    happened_when = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=300, blank=True)
    reported_by = models.CharField(max_length=300, blank=True)
    safety_action = models.TextField(blank=True)
    account_for_safety = models.TextField(blank=True)  # what was asked, for safety only
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")


class EvidenceKept(models.Model):
    """One thing that was secured, or could not be: who did it, when, and where it is held."""

    allegation = models.ForeignKey(Allegation, on_delete=models.PROTECT, related_name="kept")
    kind = models.CharField(max_length=30)  # packs/allegations.yaml: evidence
    what = models.CharField(max_length=500)
    secured = models.BooleanField()
    secured_by = models.CharField(max_length=200)
    secured_at = models.DateTimeField()
    held_where = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")


class NamedTold(models.Model):
    """What the named person was told, by whom, and who outside agreed to it first."""

    allegation = models.ForeignKey(Allegation, on_delete=models.PROTECT, related_name="told")
    words = models.TextField()
    told_by = models.CharField(max_length=200)
    told_at = models.DateTimeField()
    steered_by = models.CharField(max_length=30)  # packs/allegations.yaml: steers
    steer_name = models.CharField(max_length=200)
    steered_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")


class AllegationOutcome(models.Model):
    """How an allegation was found; the newest stands, and says how long the record is kept."""

    allegation = models.ForeignKey(Allegation, on_delete=models.PROTECT, related_name="outcomes")
    outcome = models.CharField(max_length=30)  # packs/allegations.yaml: outcomes
    reason = models.TextField()
    found_by = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")


class WitnessAccount(models.Model):
    """What one witness saw and heard, in their own words; sealed from everybody else until it is signed.

    Signed, it stands still: a trigger holds it (migration witness_guards). What is remembered later is an
    addendum, a row of its own that points at the first. ``witness`` has an account here and writes it;
    otherwise ``taker`` writes down what ``witness_name`` says.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    allegation = models.ForeignKey(Allegation, on_delete=models.PROTECT, related_name="witnesses")
    witness = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="witness_accounts"
    )
    witness_name = models.CharField(max_length=200, blank=True)
    witness_role = models.CharField(max_length=200, blank=True)
    taker = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="accounts_taken"
    )
    question = models.CharField(max_length=500)
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    text = models.TextField(blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_as = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of what was signed
    adds_to = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="addenda"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(witness__isnull=False) ^ models.Q(taker__isnull=False),
                name="witness_writes_or_taker",
            )
        ]
