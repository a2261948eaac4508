"""Agencies, the people and functions in them, the agreements between them, and what evidence opens to."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from sharewell.agencies.models.listing import Hours as Hours
from sharewell.agencies.models.listing import NamedContact as NamedContact
from sharewell.agencies.models.listing import Offer as Offer
from sharewell.agencies.models.listing import Pathway as Pathway
from sharewell.agencies.models.listing import PathwayStep as PathwayStep
from sharewell.agencies.models.listing import Verified
from sharewell.agencies.models.localdays import LocalDays as LocalDays
from sharewell.agencies.models.staffcheck import StaffCheck as StaffCheck
from sharewell.core.shifts import SITE_KINDS

ROLES = (
    "practitioner",
    "manager",
    "safeguarding_lead",
    "governance_lead",
    "hr",
    "partner",
    "inspector",
    "administrator",
)
DUTIES = ("manager_on_duty", "on_call_manager")


class Agency(models.Model):
    """An organisation that shares or receives; each case row carries its agency."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=40, blank=True)  # sender_kinds; empty: it only receives
    jurisdiction = models.CharField(max_length=40)
    state = models.CharField(max_length=10, blank=True)
    regimes = models.JSONField(default=list, blank=True)
    public_authority = models.BooleanField(null=True, blank=True)  # None: by its kind
    time_zone = models.CharField(max_length=60, default="Europe/London")
    duty_phone = models.CharField(max_length=40, blank=True)
    out_of_hours_phone = models.CharField(max_length=40, blank=True)
    # Whoever finds nothing is told to ask the safeguarding lead: everybody alike, whatever there is.
    ask_lead = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A club, school, service or region of an agency; its teams work there, its leads are appointed to it."""

    KINDS = SITE_KINDS

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="sites")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=[(k, k) for k in KINDS])
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts"
    )  # the region it belongs to
    phone = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["agency", "name"], name="site_name_once"),)

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """A team of an agency, at one of its sites where it has any."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=200)
    site = models.ForeignKey(
        Site, null=True, blank=True, on_delete=models.PROTECT, related_name="teams"
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["agency", "name"], name="team_name_once"),)

    def __str__(self) -> str:
        return self.name


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> Account:
        """Create an account that signs in with its e-mail address."""
        account = self.model(email=self.normalize_email(email).lower(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """A named person who signs in; what they may do comes from the roles they hold now."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    job_title = models.CharField(max_length=200, blank=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="accounts")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = AccountManager()

    def __str__(self) -> str:
        return self.name


class RoleHeldQuerySet(models.QuerySet["RoleHeld"]):
    """Filters of roles held."""

    def current(self, now: datetime) -> RoleHeldQuerySet:
        """Those that are held at a moment."""
        return self.filter(starts_at__lte=now).filter(Q(ends_at=None) | Q(ends_at__gt=now))


class RoleHeld(models.Model):
    """A role that an account holds in its agency, from and until a moment."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="roles_held")
    role = models.CharField(max_length=40, choices=[(r, r) for r in ROLES])
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    objects = RoleHeldQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["account", "role"],
                condition=Q(ends_at=None),
                name="role_held_once",
            ),
            models.CheckConstraint(condition=Q(role__in=ROLES), name="role_known"),
        )


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Filters of absences."""

    def current(self, now: datetime) -> AbsenceQuerySet:
        """Those that hold at a moment."""
        return self.filter(starts_at__lte=now).filter(Q(until=None) | Q(until__gt=now))


class Absence(models.Model):
    """That an account is away from and until a moment, or leaves for good; nothing new comes to it meanwhile."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="absences")
    starts_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)  # None: they leave
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    handed_at = models.DateTimeField(null=True, blank=True)  # what was left was handed over

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["starts_at"], name="absence_clock", condition=Q(handed_at=None)),
        )


class SiteLead(models.Model):
    """A safeguarding lead as appointed to one site, from and until a moment.

    A lead appointed to no site is the oversight point above all of them.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="leads")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="led_sites")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["site", "account"], condition=Q(ends_at=None), name="site_lead_once"
            ),
        )


class Duty(models.Model):
    """Who is the manager on duty, or on call, and when; the first by ``rank`` without a conflict answers."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="duties")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="duties")
    kind = models.CharField(max_length=20, choices=[(d, d) for d in DUTIES])
    rank = models.PositiveSmallIntegerField(default=1)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["agency", "kind", "starts_at"], name="duty_lookup"),)


class Function(Verified):
    """A function of an agency (a duty desk, a front door, a service): active, the recipient of a disclosure.

    One that is listed and not active stands in the directory, to ring, and nothing is sent to it from here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="functions")
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=40)  # recipient_roles
    phone = models.CharField(max_length=40, blank=True)
    out_of_hours_phone = models.CharField(max_length=40, blank=True)
    hours = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)  # where the notice with the link goes
    code_email = models.EmailField(blank=True)  # second address, for the code only
    webhook = models.CharField(max_length=254, blank=True)  # where its own system takes messages
    about = models.CharField(max_length=1000, blank=True)  # what it is for, and for whom
    area = models.CharField(max_length=300, blank=True)  # the places it serves
    address = models.CharField(max_length=300, blank=True)
    link = models.URLField(max_length=300, blank=True)
    on_holidays = models.BooleanField(default=False)  # its weekly hours hold on holidays too
    webhook_since = models.DateTimeField(null=True, blank=True)
    active = models.BooleanField(default=True)
    listed = models.BooleanField(default=True)
    staff = models.ManyToManyField(Account, blank=True, related_name="functions")

    def __str__(self) -> str:
        return self.name


class SystemQuerySet(models.QuerySet["System"]):
    """Filters of systems."""

    def current(self, now: datetime) -> SystemQuerySet:
        """Those that are let in at a moment."""
        return self.filter(ended_at=None, ends_at__gt=now, function__active=True)


class System(models.Model):
    """A partner's own computer system, let in to what is sent to one function until a moment."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    function = models.ForeignKey(Function, on_delete=models.PROTECT, related_name="systems")
    name = models.CharField(max_length=200)
    token_digest = models.BinaryField(
        max_length=32, unique=True
    )  # SHA-256; the token is shown once
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)  # before its time
    ended_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    used_at = models.DateTimeField(null=True, blank=True)  # last, to the minute

    objects = SystemQuerySet.as_manager()


class Agreement(models.Model):
    """An information-sharing agreement between agencies; its versions hold the text that executes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    keeper = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="kept_agreements")


class AgreementVersion(models.Model):
    """One version of an agreement: YAML that core.agreement loads; in force it decides.

    From the first signature on the text stands still; whether a version that was brought into force binds at a
    moment follows from ``starts_at`` and ``ends_at`` alone (the end excluded). Triggers hold both (migration
    0005).
    """

    STATES = ("draft", "signing", "in_force", "given_up")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    digest = models.CharField(max_length=64)  # SHA-256 of the text in UTF-8; this is what is signed
    revision = models.PositiveIntegerField(default=1)  # two people editing: the second is told
    state = models.CharField(max_length=12, choices=[(s, s) for s in STATES], default="draft")
    saved_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(null=True, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    brought_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    brought_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.TextField(blank=True)
    parties = models.ManyToManyField(Agency, related_name="agreement_versions")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["agreement", "number"], name="agreement_version_once"),
            models.UniqueConstraint(
                fields=["agreement"],
                condition=Q(state__in=("draft", "signing")),
                name="agreement_one_in_hand",
            ),
            models.CheckConstraint(
                condition=~Q(state="in_force")
                | Q(starts_at__isnull=False)
                & (Q(ends_at=None) | Q(ends_at__gte=models.F("starts_at"))),
                name="agreement_times_in_order",
            ),
        )


class AgreementSignature(models.Model):
    """One person's signature under one version, for one of its parties; it is never altered.

    ``digest`` is that of the text signed. ``signatory``, ``reference`` and ``signed_on`` say who signed where
    the account records the signature that a partner gave on paper; empty, the account signed itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(
        AgreementVersion, on_delete=models.PROTECT, related_name="signatures"
    )
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="signatures")
    party = models.SlugField()  # the agency, as the text names it
    digest = models.CharField(max_length=64)
    accepted = models.JSONField(
        default=list
    )  # {place, kind, says, reason} of each finding that may stand
    signatory = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=200, blank=True)
    signed_on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["version", "account"], name="signature_once"),
            models.UniqueConstraint(fields=["version", "party"], name="signature_one_for_party"),
        )


class Sealed(models.Model):
    """What an evidence entry commits to: the exact bytes and their salt, erased with the record."""

    entry_id = models.CharField(max_length=32, db_index=True)  # no foreign key into the ledger
    case_id = models.UUIDField(null=True, blank=True, db_index=True)
    name = models.CharField(max_length=64)
    salt = models.BinaryField(max_length=32)
    content = models.BinaryField()

    class Meta:
        verbose_name_plural = "sealed"
        constraints = (models.UniqueConstraint(fields=["entry_id", "name"], name="sealed_once"),)
