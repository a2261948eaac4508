"""What other rooms do with consent inside their own operations: no entry of their own, no transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sharewell.agencies.models import Account
from sharewell.cases import records
from sharewell.cases.models import Case, RiskFacts, Task
from sharewell.consent import script
from sharewell.consent.models import Conversation

ASK = "consent_ask"  # kinds of task
REVISIT = "consent_revisit"
COPY = "consent_copy"
CHANGED_BY = {
    "capacity": {"capacity"},
    "risk": {"harm", "others_at_risk", "serious_crime", "undue_influence"},
}


def standing(case: Case) -> Conversation | None:
    """The newest conversation of a case; the caller has checked who asks."""
    rows = Conversation.objects.newest().filter(case=case).select_related("recorded_by")
    return rows.order_by("-recorded_at").first()


def agreed_since(conversation: Conversation | None) -> bool:
    """Whether an agreement was made and neither refused nor withdrawn since, up to this conversation.

    Not being able to ask for a while does not end an agreement.
    """
    while conversation is not None:
        if conversation.position in ("obtained", "refused", "withdrawn"):
            return conversation.position == "obtained"
        conversation = conversation.follows
    return False


def revisit_on(case: Case, change: str, now: datetime, by: Account | None) -> Task | None:
    """Open the task to ask again when a change came that the conversation said to ask again for.

    ``change`` is capacity, risk or recipient. Returns None where the standing conversation does not name
    this change, or a task for it already waits.
    """
    conversation = standing(case)
    if conversation is None or change not in conversation.revisit_when:
        return None
    note = next(row.note for row in script.rules().changes if row.id == change)
    waiting = Task.objects.waiting().filter(about_id=conversation.id, kind=REVISIT, note=note)
    if waiting.exists():
        return None
    records.add_chronology(
        case=case, now=now, by=by, section="consent", text=note, about_id=conversation.id
    )
    return records.open_task(
        agency=case.agency,
        case=case,
        kind=REVISIT,
        owner=case.owner,
        now=now,
        about_id=conversation.id,
        note=note,
    )


def record_facts(
    *, case: Case, facts: Mapping[str, str], now: datetime, by: Account
) -> tuple[RiskFacts, list[Task]]:
    """Judge facts as :func:`sharewell.cases.records.record_facts` does, and ask again where they changed.

    Capacity is one of the changes a person may have named, what makes up the risk another.
    """
    before = records.known_facts(case)
    kept = records.record_facts(case=case, facts=facts, now=now, by=by)
    return kept, revisit_on_facts(case, before, kept.facts, now, by)


def revisit_on_facts(
    case: Case, before: Mapping[str, str], after: Mapping[str, str], now: datetime, by: Account
) -> list[Task]:
    """Open the tasks that a change of facts calls for."""
    changed = {name for name in after if before.get(name, "unknown") != after[name]}
    named = [name for name, facts in CHANGED_BY.items() if changed & facts]
    found = [revisit_on(case, name, now, by) for name in named]
    return [task for task in found if task is not None]


def revisit_on_recipient(case: Case, role: str, now: datetime, by: Account | None) -> Task | None:
    """Open the task to ask again when somebody would receive it whom the agreement does not name."""
    conversation = standing(case)
    if conversation is None or role in conversation.covers_recipients:
        return None
    return revisit_on(case, "recipient", now, by)
