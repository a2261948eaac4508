"""What the record of a disclosure shows, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from sharewell.agencies import queries as agencies
from sharewell.disclosures.models import Disclosure, EmergencyCall
from sharewell.disclosures.queries import Record
from sharewell.web import sheets
from sharewell.web.staff.disclosure import explaining, preview_rows, show, wording
from sharewell.web.staff.forms.deciding import thresholds_in_words
from sharewell.web.staff.forms.disclosure import sentence

WHOM = {"person": "The person", "family": "The parents or carers", "child": "The child"}


UNWRITTEN = ("rationale", "proportionality", "consent_reason", "outcome_intended", "inform_plan")


def context(record: Record, calls: Sequence[EmergencyCall], now: datetime) -> dict[str, Any]:
    """Everything the record's template shows."""
    about = record.page.disclosure
    policy = agencies.policy_for(about.agency)
    how = record.page.line.acknowledgement
    return {
        "state": show.state(record.page.line, now),
        "how": how,
        "sent": about.has_left,
        "emergency": about.route == "emergency",
        "call": next(iter(calls), None),
        "unwritten": any(not getattr(about, name) for name in UNWRITTEN),
        "by_link": any(each.channel == "portal_link" for each in how.deliveries),
        "items": [preview_rows.asked(each, policy) for each in record.page.items],
        "what": _what(record),
        "sheet": sheets.sheet(record.message) if record.message else None,
        "files": [
            each for each in record.page.attachments if each.approved_at and _files_went(record)
        ],
        "withheld": [
            {
                "label": show.field_label(policy, field),
                "reason": wording.WITHHELD.get(reason, reason),
            }
            for field, reason in (record.withheld.items() if about.has_left else ())
        ],
        "reasons": explaining.reasons(record.reasons, policy),
        "contested": explaining.contested(
            record.decision.get("contested", ()), policy, by=str(record.decision.get("policy", "-"))
        ),
        "basis": explaining.provisions(record.basis, policy),
        "deliveries": [_delivery(each) for each in how.deliveries],
        "thresholds": thresholds_in_words(record.page.thresholds),
        "whom": WHOM,
        "outcome": wording.OUTCOMES.get(str(record.decision.get("outcome", "")), ""),
    }


def _files_went(record: Record) -> bool:
    """Whether the message that left carried its files; an approved one may have stayed for another reason."""
    return "attachment" in record.decision.get("fields", ())


def whom(about: Disclosure) -> list[tuple[str, str]]:
    """Who may be told: the person, or for a child the family and the child."""
    if about.case.person.subject_kind == "adult":
        return [("person", WHOM["person"])]
    return [("family", WHOM["family"]), ("child", WHOM["child"])]


def _what(record: Record) -> list[dict[str, Any]]:
    """To whom, for what, when, by whom, why and on what consent; of what was sent, all its reasons."""
    about = record.page.disclosure
    sent = about.has_left
    who = about.sent_by if sent else about.decided_by
    rows = [
        ("To whom", f"{record.to_whom} ({record.role})"),
        ("For", sentence(record.purpose)),
        ("Sent" if sent else "Decided", show.clock(about.sent_at or about.decided_at)),
        ("By", who.name if who else ""),
        ("Why", record.why if sent else about.reasons),
        ("Consent position then", record.consent),
        *(_of_sent(record) if sent else [("Grounds", "; ".join(record.grounds))]),
        ("Looked at again", show.clock(record.review_at)),
    ]
    shown = [{"key": key, "value": value, "unknown": "Not written"} for key, value in rows]
    return [*shown, *_agreement(about)]


def _agreement(about: Disclosure) -> list[dict[str, Any]]:
    """The version of the agreement that was in force then, for ever readable as it was."""
    version = about.agreement
    if version is None:
        return []
    said = f"{version.agreement.title}, version {version.number}"
    url = reverse("agreement_detail", args=[version.pk])
    return [{"key": "Agreement in force then", "value": said, "url": url, "change": "Read"}]


def _of_sent(record: Record) -> list[tuple[str, str]]:
    about = record.page.disclosure
    where_it_applies = [
        ("Why without agreement", record.consent_reason),
        ("Why not the usual way", about.off_route_reason),
        ("Why without an agreement between agencies", about.no_agreement_reason),
        ("Steps against retaliation", about.retaliation_steps),
        ("Telling the person", about.inform_plan),
    ]
    return [
        ("Why this is the least that will do", record.proportionality),
        ("Outcome intended", record.outcome_intended),
        *((key, value) for key, value in where_it_applies if value),
    ]


def _delivery(each: Any) -> dict[str, Any]:
    label, colour = wording.DELIVERY.get(each.state, (each.state, "grey"))
    return {
        "way": wording.CHANNELS.get(each.channel, each.channel),
        "by_hand": each.channel in {"phone", "print"},
        "label": label,
        "colour": colour,
        "at": each.done_at,
        "fault": each.fault,
    }
