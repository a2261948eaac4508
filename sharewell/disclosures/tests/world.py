"""A world to tell the stories in: Alder Care, the desks it shares with, and Nell, whose case it is."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sharewell.agencies.models import Account, Function
from sharewell.cases import operations as cases
from sharewell.cases.models import Case
from sharewell.cases.records import Known
from sharewell.cases.telling import Circumstances, PersonTold, Said
from sharewell.consent import operations as consent
from sharewell.consent import records as consent_records
from sharewell.consent.models import Conversation
from sharewell.disclosures import assemble, drafts, operations
from sharewell.disclosures.assemble import Preview
from sharewell.disclosures.models import Disclosure
from sharewell.testing import NOW, Cast, make_account, make_agency, make_cast, make_function

AGREED: Mapping[str, Any] = {
    "position": "obtained",
    "safe_to_ask": "true",
    "safe_to_inform": "true",
    "discussed_with": "Nell alone, in the office",
    "explained": ["opening", "limits", "what", "choice", "change_mind"],
    "understanding_checked": True,
    "understanding_how": "She told it back in her own words.",
    "given_by": "person",
    "capacity": "has",
    "covers_tier": 2,
}
UNSAFE_TO_ASK: Mapping[str, Any] = {
    "position": "not_sought",
    "reason": "increases_risk",
    "reason_words": "He is always in the room, and asking in front of him would put her at risk.",
    "safe_to_ask": "false",
    "safe_to_inform": "false",
    "capacity": "has",
}
REFUSED: Mapping[str, Any] = {
    "position": "refused",
    "reason": "wants_no_involvement",
    "discussed_with": "Nell alone",
    "explained": ["opening", "limits"],
    "given_by": "person",
    "capacity": "has",
    "safe_to_ask": "true",
    "safe_to_inform": "true",
    "understanding_checked": True,
    "understanding_how": "She told it back in her own words.",
}
# What a careful sender writes; each story changes what it needs.
REASONS: Mapping[str, str] = {
    "rationale": "They can see her alone and plan with her; we cannot.",
    "proportionality": "Only what they need to make contact safely.",
    "outcome_intended": "A safe visit this week, and a plan.",
    "retaliation_steps": "No letters, no calls to the house.",
    "inform_plan": "She is told as soon as she can be seen alone; looked at again tomorrow.",
    "no_agreement_reason": "The agreement with them is being renewed; the law does not need one.",
    "off_route_reason": "They are the ones who can act here.",
}


@dataclass
class World:
    """The cast with desks of every kind, a case, and short ways to act in it."""

    cast: Cast = field(default_factory=make_cast)
    now: datetime = NOW
    case: Case = field(init=False)
    desks: dict[str, Function] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Let Nell have a case: raised by Alice, read by Bea and Sam."""
        self.case = self.raise_concern("Nell Quill")

    def raise_concern(self, name: str, **person: Any) -> Case:
        """Raise a concern about one person; the case it opened."""
        told = PersonTold(name=name, **{"subject_kind": "adult", **person})
        said = [
            Said(text="A bruise on the left cheek; she flinched when he came in."),
            Said(text="Don't tell anyone.", verbatim=True, kind="reported"),
            Said(text="She is never alone and shows injuries.", part="reason", kind="opinion"),
        ]
        concern = cases.concern_raise(
            account=self.cast.alice,
            now=self.now,
            form_key=uuid.uuid4(),
            immediate_danger=False,
            people=[told],
            statements=said,
            circumstances=Circumstances(happened_at=self.now, place="At home"),
        )
        return concern.on_cases.get().case

    def desk(self, role: str) -> Function:
        """The desk of this role, with one member of staff."""
        if role not in self.desks:
            agency = make_agency(f"west-{role.replace('_', '-')}", f"West {role}", kind="")
            staff = make_account(f"{role} Duty", agency, "partner")
            self.desks[role] = make_function(f"West {role} desk", agency, role, staff)
        return self.desks[role]

    def facts(self, **facts: str) -> None:
        """Judge facts of the case."""
        cases.facts_record(account=self.cast.alice, case=self.case, facts=facts, now=self.now)

    def know(self, **fields: str) -> None:
        """Record catalogue fields; ``pattern`` or, for dotted names, ``finance__pattern``."""
        entries = [
            Known(field=name.replace("__", "."), text=text, kind="observed")
            for name, text in fields.items()
        ]
        cases.field_record(account=self.cast.alice, case=self.case, now=self.now, entries=entries)

    def talk(self, fields: Mapping[str, Any], **more: Any) -> Conversation:
        """Record a consent conversation that follows the one that stands."""
        before = consent_records.standing(self.case)
        return consent.conversation_record(
            account=self.cast.alice,
            case=self.case,
            now=self.now,
            form_key=uuid.uuid4(),
            follows=before.pk if before else None,
            fields={**fields, **more},
        )

    def draft(self, purpose: str, role: str, **fields: Any) -> Disclosure:
        """A draft of Alice's to the desk of this role, with a careful sender's reasons."""
        made = drafts.disclosure_open(account=self.cast.alice, case=self.case, now=self.now)
        written = {**REASONS, "purpose": purpose, "recipient": self.desk(role).pk, **fields}
        return self.edit(made, **written)

    def edit(self, draft: Disclosure, by: Account | None = None, **fields: Any) -> Disclosure:
        """Save fields of a draft as it is now."""
        draft.refresh_from_db()
        return drafts.disclosure_update(
            account=by or self.cast.alice,
            disclosure_id=draft.pk,
            version=draft.version,
            now=self.now,
            **fields,
        )

    def preview(self, draft: Disclosure, viewer: Account | None = None) -> Preview:
        """What would happen if it were sent now."""
        return assemble.preview(
            viewer=viewer or self.cast.alice, disclosure_id=draft.pk, now=self.now
        )

    def send(
        self, draft: Disclosure, *, by: Account | None = None, key: UUID | None = None, **more: Any
    ) -> Disclosure:
        """Look at it and send it."""
        shown = self.preview(draft, self.cast.alice if by is None else by)
        given = {"version": shown.disclosure.version, "seen": shown.seen, **more}
        return operations.disclosure_send(
            account=by or self.cast.alice,
            disclosure_id=draft.pk,
            send_key=key or uuid.uuid4(),
            now=self.now,
            **given,
        )

    def wait(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)
