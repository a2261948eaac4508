"""A recipient says that it belongs with somebody else: the message to them is prepared, and decided like every other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from sharewell.agencies import directory
from sharewell.disclosures.known import NOT_ASKED
from sharewell.disclosures.models import Answer, Disclosure
from sharewell.disclosures.standing import EDITABLE

# What the message to somebody else begins with; why it is they who need it is written anew.
TAKEN_OVER = (
    "purpose",
    "urgency",
    "ask",
    "ask_by",
    "outcome_intended",
    "retaliation_steps",
    "inform_plan",
)


def prepare(answer: Answer, now: datetime) -> Disclosure | None:
    """The draft to whom a recipient named, once; None where a message to them has gone or is being decided.

    Whom the directory holds under that name is chosen already; any other name stands where the sender chooses.
    """
    about = answer.disclosure
    named = directory.named(viewer=about.case.owner, words=answer.to_whom)
    if named is not None and named.pk == about.recipient_id:
        named = None
    whom: dict[str, Any] = {"recipient": named}
    whom |= {"recipient_role": named.role if named else ""}
    whom |= {"recipient_name": "" if named else answer.to_whom}
    same = Q(purpose=about.purpose) | (Q(packet=about.packet) if about.packet else Q())
    rows = Disclosure.objects.filter(same, case=about.case_id)
    if named is None:
        rows = rows.filter(recipient=None, recipient_name=answer.to_whom, state__in=EDITABLE)
    if there := rows.filter(recipient=named).exclude(state__in=NOT_ASKED).first():
        return there if there.state in EDITABLE else None
    return Disclosure.objects.create(
        agency=about.agency,
        case=about.case,
        opened_at=now,
        opened_by=about.case.owner,
        packet=about.packet if named else None,  # a copy has a recipient
        **whom,
        **{name: getattr(about, name) for name in TAKEN_OVER},
    )


def named_by(draft: Disclosure) -> list[tuple[str, str]]:
    """Who answered that it belongs elsewhere, and with whom, where that began a draft that the caller may read."""
    rows = draft.answers_asked.filter(kind="redirect").select_related("disclosure__recipient")
    return [(each.disclosure.to_whom, each.to_whom) for each in rows.order_by("recorded_at")]


def begun(sent: Disclosure) -> tuple[Disclosure, ...]:
    """What was begun because of the answers to a message that the caller may read, and has not gone yet."""
    rows = Disclosure.objects.filter(answers_asked__disclosure=sent, state__in=EDITABLE)
    return tuple(rows.select_related("recipient").distinct().order_by("opened_at", "id"))
