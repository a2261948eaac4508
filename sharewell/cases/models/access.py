"""Who read what of a case, as what, and what was typed and not yet sent."""

from __future__ import annotations

import uuid

from django.db import models

from sharewell.agencies.models import Account, Agency
from sharewell.cases.models.case import Case, CircleMember


class CaseRead(models.Model):
    """The access table: who read what of a case, when, and how they stood to the case at that moment.

    Rows are inserted and never changed; triggers in the database hold it (migration 0003), and the hourly
    digests in the evidence log show it. ``role`` and ``relation`` are those of the moment of the read;
    ``member`` says by which standing, with its reason; without one the relation says what let them in.
    """

    # Without an index of their own: those below begin with them.
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reads", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    what = models.CharField(max_length=40)
    role = models.CharField(max_length=40, blank=True)
    relation = models.CharField(max_length=20, blank=True)
    member = models.ForeignKey(
        CircleMember, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        indexes = [
            models.Index(fields=["agency", "id"], name="case_read_by_agency"),
            models.Index(fields=["case", "-id"], name="case_read_by_case"),
            models.Index(fields=["account", "at"], name="case_read_by_account"),
        ]


class AccessDigest(models.Model):
    """The access table of one agency up to a row, as one entry of the evidence log commits to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()  # 1, 2, 3 of the agency, without a gap
    last_id = models.BigIntegerField()  # the newest row of the table that it covers
    at = models.DateTimeField()
    entry_id = models.CharField(max_length=32, unique=True)  # no foreign key into the ledger

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "number"], name="access_digest_once")
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
