"""A decision not to share, and opening it again: the parts that several operations have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F

from sharewell.agencies import queries as agencies
from sharewell.agencies.access import Invalid
from sharewell.agencies.models import Account
from sharewell.cases import records as cases
from sharewell.consent import records as consent
from sharewell.disclosures import assemble, catalogues, follow, words
from sharewell.disclosures.assemble import Preview
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.standing import EDITABLE

# What a reopened question takes over; reasons are written anew, for what is true now.
TAKEN_OVER = (
    "purpose",
    "recipient_id",
    "recipient_role",
    "recipient_name",
    "recipient_contact",
    "alleged_source",
    "connected_to_source",
    "off_route_reason",
    "urgency",
    "facts",
    "extra_fields",
    "left_out",
    "ask",
    "ask_by",
    "outcome_intended",
    "packet_id",
    "knows_of",
)
TASKS = ("item_approve", "attachment_approve", "referral_decide", "not_shared_review")


def checked_grounds(
    *, answer: str, grounds: Sequence[str], reason: str, not_reputation: bool
) -> str:
    """The reason tidied, when it and its grounds can stand; raises ``Invalid`` by field."""
    errors: dict[str, list[str]] = {}
    allowed = catalogues.grounds(answer)
    if not grounds or any(ground not in allowed for ground in grounds):
        errors["grounds"] = ["Choose at least one of these grounds."]
    text = words.tidy_all({"reasons": reason})["reasons"]
    if not text:
        errors["reasons"] = ["Say why, so that somebody who was not there can follow it."]
    if not not_reputation:
        errors["not_reputation"] = [
            "Confirm that the reputation of your organisation played no part; it is never a reason."
        ]
    if errors:
        raise Invalid(errors)
    return text


def keep(
    *,
    shown: Preview,
    account: Account,
    grounds: Sequence[str],
    reasons: str,
    review_at: datetime,
    now: datetime,
) -> Disclosure:
    """Turn a draft into a decision not to share, tell the lead, and set its review."""
    disclosure = shown.disclosure
    decision = assemble.decision_as_json(shown.decision)
    Disclosure.objects.filter(pk=disclosure.pk).update(
        state="not_shared",
        version=F("version") + 1,
        request=assemble.request_as_json(shown.request),
        decision=decision,
        policy=shown.decision.policy,
        conversation=shown.conversation,
        grounds=list(grounds),
        reasons=reasons,
        decided_at=now,
        decided_by=account,
        review_at=review_at,
    )
    close_waiting(disclosure, account, now)
    obliged = {*shown.decision.obligations, "tell_safeguarding_lead"}
    if agencies.may(viewer=account, now=now, any_of=["safeguarding_lead"]):
        obliged.discard("tell_safeguarding_lead")  # who decided it knows
    asks = follow.obligations(obliged=obliged, already_written=True, revisit_at=None)
    if shown.decision.outcome == "seek_agreement":
        asks = [ask for ask in asks if ask.kind != "consent_revisit"]
        asks.append(follow.Ask("consent_ask", review_at))
    asks.append(follow.Ask("not_shared_review", review_at))
    follow.open_all(disclosure=disclosure, account=account, asks=asks, now=now)
    consent.revisit_on_recipient(disclosure.case, disclosure.recipient_role, now, account)
    line(
        disclosure,
        account,
        now,
        f"Decided not to share with {disclosure.to_whom} for now. {reasons}",
    )
    disclosure.refresh_from_db()
    return disclosure


def standing_draft(old: Disclosure) -> Disclosure | None:
    """The draft in which an earlier decision is being taken again, if there is one."""
    return old.reopened_as.filter(state__in=EDITABLE).order_by("-opened_at").first()


def reopened(*, old: Disclosure, account: Account | None, why: str, now: datetime) -> Disclosure:
    """The draft in which an earlier decision is taken again; one that stands already is returned."""
    found = standing_draft(old)
    if found is not None:
        return found
    taken: Mapping[str, Any] = {name: getattr(old, name) for name in TAKEN_OVER}
    draft = Disclosure.objects.create(
        agency_id=old.agency_id,
        case=old.case,
        reopens=old,
        opened_at=now,
        opened_by=account or old.case.owner,
        **taken,
    )
    cases.close_tasks(
        about_id=old.pk, kinds=["not_shared_review"], now=now, by=None, outcome="reopened"
    )
    asks = [follow.Ask("decision_reopened")]
    follow.open_all(disclosure=draft, account=draft.opened_by, asks=asks, now=now)
    line(draft, account, now, f"The decision about sharing with {old.to_whom} is open again. {why}")
    return draft


def close_waiting(disclosure: Disclosure, account: Account | None, now: datetime) -> None:
    """Close what was still asked of others about a draft that is one no longer."""
    abouts = [
        disclosure.pk,
        *disclosure.items.values_list("pk", flat=True),
        *disclosure.attachments.values_list("pk", flat=True),
        *disclosure.referrals.values_list("pk", flat=True),
    ]
    for about_id in abouts:
        cases.close_tasks(
            about_id=about_id, kinds=[*TASKS, "decision_reopened"], now=now, by=account
        )


def line(disclosure: Disclosure, account: Account | None, now: datetime, text: str) -> None:
    """One line of the chronology about a decision."""
    cases.add_chronology(
        case=disclosure.case,
        now=now,
        by=account,
        section="decision",
        text=text.strip(),
        about_id=disclosure.pk,
    )
