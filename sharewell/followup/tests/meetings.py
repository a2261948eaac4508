"""A meeting about Nell, and short ways to call, hold and close it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sharewell.agencies.models import Account
from sharewell.disclosures.tests.world import World
from sharewell.followup import operations
from sharewell.followup.models import (
    Invited,
    Meeting,
    MeetingAction,
    MeetingDecision,
    MeetingRecord,
)
from sharewell.followup.operations.meeting import Guest, Plan
from sharewell.followup.operations.minutes import Agreed, Attended
from sharewell.followup.operations.minutes_close import Closing
from sharewell.testing import NOW

SEATS = ("adult_social_care", "police", "hospital")
REVIEW = date(2026, 12, 4)


@dataclass
class Held:
    """A strategy discussion about Nell at noon, called by Alice, chaired by Bea."""

    world: World = field(default_factory=World)
    meeting: Meeting = field(init=False)

    def __post_init__(self) -> None:
        """Call it."""
        self.meeting = self.call()

    def plan(self, **changes: Any) -> Plan:
        """What is called."""
        cast = self.world.cast
        given: dict[str, Any] = {
            "kind": "strategy_discussion",
            "purpose": "Who sees her, and who speaks with whom first.",
            "starts_at": NOW + timedelta(hours=2),
            "minutes": 60,
            "way": "video",
            "place": "https://meet.example/room-4",
            "chair": cast.bea,
            "note_taker": cast.alice,
        }
        return Plan(**{**given, **changes})

    def call(
        self, *, by: Account | None = None, key: uuid.UUID | None = None, **changes: Any
    ) -> Meeting:
        """Call a meeting."""
        return operations.meeting_call(
            account=by or self.world.cast.alice,
            case=self.world.case,
            plan=self.plan(**changes),
            form_key=key or uuid.uuid4(),
            now=self.world.now,
        )

    def invite(self, **guest: Any) -> Invited:
        """Ask somebody."""
        return operations.meeting_invite(
            account=self.world.cast.alice,
            meeting_id=self.meeting.pk,
            guest=Guest(**{"reason": "They know her.", **guest}),
            now=self.world.now,
        )

    def invite_seats(self, *roles: str) -> list[Invited]:
        """Ask the desks that a strategy discussion needs."""
        return [self.invite(function_id=self.world.desk(role).pk) for role in roles or SEATS]

    def attend(self, **presence: str) -> Meeting:
        """Everybody was there, save who is named by their role."""
        rows = self.meeting.invited.filter(taken_back_at=None).select_related("function")
        return operations.meeting_attendance_record(
            account=self.world.cast.alice,
            meeting_id=self.meeting.pk,
            attended=[
                Attended(
                    invited_id=row.pk,
                    presence=presence.get(row.function.role if row.function else "", "present"),
                    people="Kim, duty worker",
                )
                for row in rows
            ],
            now=self.world.now,
        )

    def decide(self, **more: Any) -> MeetingDecision:
        """Record a decision."""
        told: dict[str, Any] = {
            "what": "A single visit by social care first.",
            "reasons": "She trusts them.",
            "form_key": uuid.uuid4(),
        }
        return operations.meeting_decision_add(
            account=self.world.cast.alice,
            meeting_id=self.meeting.pk,
            now=self.world.now,
            **{**told, **more},
        )

    def agree(self, *, correction: str = "", **more: Any) -> MeetingAction:
        """Record an action, ours unless a partner is named."""
        told: dict[str, Any] = {
            "what": "See her alone at the library",
            "due_on": date(2026, 11, 23),
        }
        if "partner_id" not in more:
            told["owner"] = self.world.cast.alice
        return operations.meeting_action_add(
            account=self.world.cast.alice,
            meeting_id=self.meeting.pk,
            agreed=Agreed(**{**told, **more}),
            form_key=uuid.uuid4(),
            now=self.world.now,
            correction=correction,
        )

    def close(self, **more: Any) -> MeetingRecord:
        """Close the record."""
        told: dict[str, Any] = {
            "review_on": REVIEW,
            "escalation": "Ring the duty desk of social care, then Sam.",
        }
        return operations.meeting_close(
            account=self.world.cast.alice,
            meeting_id=self.meeting.pk,
            closing=Closing(**{**told, **more}),
            now=self.world.now,
        )

    def whole(self) -> MeetingRecord:
        """Called, held and closed as it should be."""
        seats = self.invite_seats()
        self.world.wait(hours=3)
        self.attend()
        self.decide()
        self.agree()
        self.agree(partner_id=seats[0].pk, partner_name="Kim", what="Visit her")
        return self.close()
