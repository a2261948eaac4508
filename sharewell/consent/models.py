"""Consent as a dated conversation: what was explained and agreed, with its boundaries; never overwritten."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from sharewell.agencies.models import Account
from sharewell.cases.models import Case

POSITIONS = ("obtained", "refused", "withdrawn", "not_sought", "not_possible", "unknown")
CAPACITY = ("has", "lacks", "fluctuating", "not_assessed", "unknown")
YES_NO = ("true", "false", "unknown")
REVISITS = ("capacity", "risk", "recipient")


def _choices(values: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(v, v) for v in values]


class ConversationQuerySet(models.QuerySet["Conversation"]):
    """Filters of conversations."""

    def newest(self) -> ConversationQuerySet:
        """The conversations that nobody has followed: one for each case."""
        return self.filter(followed_by=None)


class Conversation(models.Model):
    """One consent conversation (or the reason why there was none); the newest for a case stands."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="conversations")
    held_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    follows = models.OneToOneField(  # two people cannot both follow the same conversation
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by"
    )
    form_key = models.UUIDField(unique=True)

    # the conversation
    discussed_with = models.CharField(max_length=300, blank=True)
    explained = models.JSONField(default=list, blank=True)  # ids of the script's points
    language = models.CharField(max_length=100, blank=True)
    interpreter = models.CharField(max_length=200, blank=True)
    material = models.JSONField(default=list, blank=True)  # easy_read, card-pl
    understanding_checked = models.BooleanField(default=False)
    understanding_how = models.TextField(blank=True)
    wants_to_happen = models.TextField(blank=True)

    # the position
    position = models.CharField(max_length=12, choices=_choices(POSITIONS))
    reason = models.CharField(max_length=30, blank=True)  # the code
    reason_words = models.TextField(blank=True)  # the sentence
    given_by = models.CharField(max_length=14, blank=True)  # person | parent | decision_maker
    giver_name = models.CharField(max_length=200, blank=True)
    giver_authority = models.CharField(max_length=300, blank=True)  # parental responsibility, LPA
    giver_is_source = models.CharField(max_length=7, choices=_choices(YES_NO), default="unknown")
    parents_differ = models.TextField(blank=True)
    child_competence = models.TextField(blank=True)
    capacity = models.CharField(max_length=12, choices=_choices(CAPACITY), default="unknown")
    capacity_note = models.TextField(blank=True)
    safe_to_ask = models.CharField(max_length=7, choices=_choices(YES_NO), default="unknown")
    safe_to_inform = models.CharField(max_length=7, choices=_choices(YES_NO), default="unknown")
    safe_to_inform_child = models.CharField(
        max_length=7, choices=_choices(YES_NO), default="unknown"
    )
    safe_to_tell_partners = models.CharField(  # that agreement was withdrawn
        max_length=7, choices=_choices(YES_NO), default="unknown"
    )

    # what was agreed
    covers_recipients = models.JSONField(default=list, blank=True)  # recipient roles
    covers_purposes = models.JSONField(default=list, blank=True)
    covers_tier = models.PositiveSmallIntegerField(null=True, blank=True)
    covers_labels = models.JSONField(default=list, blank=True)  # psychotherapy, part2
    boundaries = models.JSONField(default=list, blank=True)  # {deny_role|deny_person|deny_channel}
    must_not_know = models.JSONField(default=list, blank=True)  # names; a boundary each
    written = models.BooleanField(default=False)
    signed_on = models.DateField(null=True, blank=True)
    copy_given = models.BooleanField(default=False)
    copy_note = models.CharField(max_length=300, blank=True)  # why it was safe to give
    expires_at = models.DateTimeField(null=True, blank=True)
    revisit_at = models.DateTimeField(null=True, blank=True)
    revisit_when = models.JSONField(default=list, blank=True)  # capacity, risk, recipient

    objects = ConversationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["case", "-recorded_at"], name="conversation_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(position__in=POSITIONS), name="consent_position_known"
            ),
            models.CheckConstraint(
                condition=~Q(position__in=("not_sought", "not_possible"))
                | (~Q(reason="") & ~Q(reason_words="")),
                name="consent_not_asked_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(position="obtained")
                | Q(expires_at__isnull=False, covers_tier__isnull=False),
                name="consent_obtained_is_bounded",
            ),
            models.UniqueConstraint(  # nor can two be the first
                fields=["case"], condition=Q(follows=None), name="consent_first_once"
            ),
        ]
