"""Disclosures: asked for, decided, minimised, approved, sent, opened, acknowledged. The only door out."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from sharewell.agencies.models import Account, Agency, AgreementVersion, Function, System
from sharewell.cases.models import Case
from sharewell.consent.models import Conversation
from sharewell.disclosures.models.packet import Packet

STATES = (
    "draft",  # being prepared; leaves no evidence
    "awaiting_approval",  # tier 3 items wait for an approver
    "referred",  # a named role decides first
    "sent",
    "not_shared",  # held, refused, to be asked: a decision not to share, with its review
    "stopped",  # withdrawn before it was delivered
    "recalled",  # taken back by its sender after it had left; see Recall
    "closed",  # a draft that was given up
)


def _choices(values: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(v, v) for v in values]


class Disclosure(models.Model):
    """One question of sharing with one recipient, from the asking to the acknowledgement."""

    ROUTES = ("standard", "emergency")
    LEFT = ("sent", "recalled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="disclosures")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="disclosures")
    route = models.CharField(max_length=9, choices=_choices(ROUTES), default="standard")
    state = models.CharField(max_length=17, choices=_choices(STATES), default="draft")
    version = models.PositiveIntegerField(default=1)  # two people editing: the second is told
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    reopens = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reopened_as",
    )
    packet = models.ForeignKey(  # of which it is one partner's copy about one person
        Packet, null=True, blank=True, on_delete=models.PROTECT, related_name="copies"
    )
    knows_of = models.JSONField(default=list)  # ids of other copies that this recipient may know of

    # the question
    purpose = models.CharField(max_length=40, blank=True)
    recipient = models.ForeignKey(Function, null=True, blank=True, on_delete=models.PROTECT)
    recipient_role = models.CharField(max_length=40, blank=True)
    recipient_name = models.CharField(max_length=200, blank=True)  # one outside the directory
    recipient_contact = models.CharField(max_length=200, blank=True)
    alleged_source = models.CharField(max_length=7, default="false")
    connected_to_source = models.CharField(max_length=7, default="unknown")
    off_route_reason = models.TextField(blank=True)
    agreement = models.ForeignKey(AgreementVersion, null=True, blank=True, on_delete=models.PROTECT)
    urgency = models.CharField(max_length=10, default="standard")  # immediate | urgent | standard
    facts = models.JSONField(default=dict)
    conversation = models.ForeignKey(
        Conversation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="disclosures",
    )
    extra_fields = models.JSONField(default=list)  # asked for one by one beyond the dataset
    left_out = models.JSONField(default=list)  # of the dataset, by the sender's choice
    ask = models.TextField(blank=True)
    ask_by = models.DateTimeField(null=True, blank=True)

    # the reasons, in words
    rationale = models.TextField(blank=True)
    proportionality = models.TextField(blank=True)
    consent_reason = models.TextField(blank=True)
    no_agreement_reason = models.TextField(blank=True)
    outcome_intended = models.TextField(blank=True)
    retaliation_steps = models.TextField(blank=True)
    inform_plan = models.TextField(blank=True)

    # the answer, kept as it was
    request = models.JSONField(null=True, blank=True)
    decision = models.JSONField(null=True, blank=True)
    authority = models.CharField(max_length=8, blank=True)  # referral | overrule
    policy = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    grounds = models.JSONField(default=list)  # ids of packs/deciding.yaml: why it was not shared
    reasons = models.TextField(blank=True)  # the same in words
    message = models.JSONField(null=True, blank=True)
    message_bytes = models.BinaryField(null=True, blank=True)  # the exact copy of what left
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    completed_at = models.DateTimeField(null=True, blank=True)  # reasons written after an emergency
    send_key = models.UUIDField(null=True, blank=True, unique=True)  # a double click sends once
    ack_due_at = models.DateTimeField(null=True, blank=True)
    action_due_at = models.DateTimeField(null=True, blank=True)  # their first action, once taken
    review_at = models.DateTimeField(null=True, blank=True)
    entry_id = models.CharField(max_length=32, blank=True)  # its place in the evidence log

    class Meta:
        indexes = (
            models.Index(fields=["agency", "case", "-opened_at"], name="disclosure_by_case"),
            models.Index(fields=["recipient", "-sent_at", "-id"], name="disclosure_inbox"),
            models.Index(
                fields=["ack_due_at"], name="disclosure_ack_clock", condition=Q(state="sent")
            ),
            models.Index(
                fields=["action_due_at"], name="disclosure_action_clock", condition=Q(state="sent")
            ),
            models.Index(
                fields=["review_at"],
                name="disclosure_review_clock",
                condition=Q(state="not_shared"),
            ),
        )
        constraints = (
            models.CheckConstraint(
                name="disclosure_sent_whole",
                condition=~Q(state__in=("sent", "recalled"))
                | Q(
                    message_bytes__isnull=False,
                    decision__isnull=False,
                    sent_at__isnull=False,
                    sent_by__isnull=False,
                ),
            ),
        )

    @property
    def has_left(self) -> bool:
        """Whether a message left, also where it was taken back since."""
        return self.state in self.LEFT

    @property
    def to_whom(self) -> str:
        """The recipient as people know it: a function of the directory, a name, or at least a role."""
        if self.recipient is not None:
            return self.recipient.name
        return self.recipient_name or self.recipient_role.replace("_", " ")


class Item(models.Model):
    """A Tier 3 field asked for on its own: why, on what authority, and who approved it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="items")
    field = models.CharField(max_length=60)
    rationale = models.TextField()
    authority = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    asked_of = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    approver_note = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["disclosure", "field"], name="item_once"),
            models.CheckConstraint(
                name="item_approved_by_another",
                condition=Q(approver=None) | ~Q(approver=models.F("asked_by")),
            ),
        )


class Attachment(models.Model):
    """A file (or some pages of it) that may go with a disclosure: cleaned, with its own reason."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=80)
    content = models.BinaryField()  # after cleaning; the original is not kept
    size = models.PositiveIntegerField()
    pages = models.CharField(max_length=200, blank=True)
    reason = models.TextField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    asked_of = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)  # its content is erased
    approver_note = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="attachment_approved_by_another",
                condition=Q(approver=None) | ~Q(approver=models.F("added_by")),
            ),
        )


class Overrule(models.Model):
    """A safeguarding lead or on-call manager set aside a hold, a seek or a refer, with the reason."""

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="overrules")
    outcome_before = models.CharField(max_length=20)
    reason = models.TextField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Referral(models.Model):
    """A question put to its decider, with a limit and a deputy who takes over."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="referrals")
    question = models.TextField(blank=True)
    referred_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    decider_role = models.CharField(max_length=40)  # vocabulary: deciders
    decider = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    referred_at = models.DateTimeField()
    due_at = models.DateTimeField()
    passed_on_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, blank=True)  # share | not_share
    grounds = models.JSONField(default=list)  # ids of packs/deciding.yaml
    reason = models.TextField(blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["due_at"], name="referral_clock", condition=Q(decided_at__isnull=True)
            ),
        )


class Threshold(models.Model):
    """What would reopen a decision not to share; reaching it, or the review date, does."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="thresholds")
    kind = models.CharField(max_length=40)  # an id of packs/thresholds.yaml
    detail = models.CharField(max_length=300, blank=True)
    reached_at = models.DateTimeField(null=True, blank=True)
    reached_note = models.TextField(blank=True)
    reached_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")


class Informing(models.Model):
    """What the person or the family was told of a disclosure, or why not yet; rows are added."""

    WHOM = ("person", "family", "child")

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="informings")
    whom = models.CharField(max_length=6, choices=_choices(WHOM))
    told = models.BooleanField()
    words = models.TextField()  # how it was said and what they answered; or why it cannot be yet
    at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)  # deferred to this review
    how = models.CharField(max_length=20, blank=True)  # a channel of packs/contact.yaml
    despite = models.TextField(blank=True)  # why, where the safe contact plan spoke against it
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")


class Review(models.Model):
    """What had come of a disclosure, or of a decision not to share, when it was looked at again."""

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="reviews")
    outcome = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    next_at = models.DateTimeField(null=True, blank=True)


class Delivery(models.Model):
    """One way out for one sent disclosure, worked after commit by whoever holds its lease."""

    STATES = ("waiting", "done", "failed", "stopped")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)  # idempotency key
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField(
        max_length=20
    )  # inbox | portal_link | email_notice | code_email | webhook | phone | print | page
    address = models.CharField(max_length=254, blank=True)
    state = models.CharField(max_length=7, choices=_choices(STATES), default="waiting")
    attempt = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["next_at"],
                name="delivery_waiting",
                condition=Q(state="waiting"),
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=["disclosure", "channel"], name="delivery_channel_once"),
        )


class Link(models.Model):
    """A link for a recipient without an account, opened with a code that travelled another way."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="links")
    token_digest = models.BinaryField(max_length=32, unique=True)
    code_number = models.PositiveSmallIntegerField(default=0)  # a new code is the next; 0: none yet
    code_digest = models.BinaryField(max_length=64)
    code_salt = models.BinaryField(max_length=16)
    code_made_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    failed_tries = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_why = models.CharField(
        max_length=20, blank=True
    )  # tries | renewed | sender | withdrawn | recalled

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["disclosure"], condition=Q(closed_at=None), name="link_one_open"
            ),
        )


class LinkTry(models.Model):
    """One code typed at a link, and from where (a keyed digest of the network address)."""

    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="tries")
    address_digest = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    right = models.BooleanField()

    class Meta:
        indexes = (
            models.Index(
                fields=["address_digest", "at"],
                name="link_try_wrong",
                condition=Q(right=False),
            ),
        )


class Opening(models.Model):
    """One opening of the message: by an account, by one who gave name and role, by a system, or told by phone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="openings")
    link = models.ForeignKey(Link, null=True, on_delete=models.PROTECT, related_name="openings")
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    system = models.ForeignKey(System, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(  # of the sender, where it was told by phone or handed over
        Account, null=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=200)
    at = models.DateTimeField()
    rang = models.CharField(
        max_length=200, blank=True
    )  # the number, or where paper was handed over
    said = models.TextField(blank=True)  # in that call: what they were told, and what they said


class Acknowledgement(models.Model):
    """The recipient has it, says who; once for each disclosure."""

    disclosure = models.OneToOneField(
        Disclosure, on_delete=models.PROTECT, related_name="acknowledgement"
    )
    opening = models.ForeignKey(Opening, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=200)
    at = models.DateTimeField()
