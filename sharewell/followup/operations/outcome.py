"""Outcomes: what the person wanted and whether it was met, what was lost, how they are, and the risk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sharewell.agencies.access import Invalid
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account
from sharewell.cases import records
from sharewell.cases.models import Case
from sharewell.disclosures import words
from sharewell.followup import meeting as meetings
from sharewell.followup import outcomes
from sharewell.followup.models import Outcome

# Which sentence goes with which answer.
SAID_OF = {"met": "met_why", "wellbeing": "wellbeing_words", "risk_after": "risk_words"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An outcome as told; the codes are ids of packs/outcomes.yaml, ``wanted`` is in the person's words."""

    occasion: str
    met: str
    wellbeing: str
    risk_before: str
    risk_after: str
    wanted: str = ""
    met_why: str = ""
    losses: Sequence[str] = ()
    losses_words: str = ""
    wellbeing_words: str = ""
    risk_words: str = ""


@operation("outcome.recorded")
def outcome_record(
    *, account: Account, case: Case, told: Told, form_key: UUID, now: datetime
) -> Outcome:
    """Record what came of it for the person, as the next version; the same form once.

    Raises ``NotFound``, ``NotAllowed``, ``CaseNotOpen`` and ``Invalid`` by field.
    """
    meetings.may_write(account, case, now)
    records.lock(case)
    if before := Outcome.objects.filter(form_key=form_key, case=case).first():
        return unchanged(before)
    texts = words.tidy_all(
        {name: getattr(told, name) for name in ("wanted", "losses_words", *SAID_OF.values())}
    )
    errors = _wrong(told, texts)
    if errors:
        raise Invalid(errors)
    given = {**asdict(told), **texts, "losses": list(dict.fromkeys(told.losses))}
    kept = Outcome.objects.create(
        case=case, recorded_at=now, recorded_by=account, form_key=form_key, **given
    )
    records.add_chronology(
        case=case,
        now=now,
        by=account,
        section="decision",
        text=_line(kept),
        about_id=kept.pk,
    )
    things = {"outcome": {"id": kept.pk.hex, **given}}
    record(at=now, agency=case.agency, actor=account, case_id=case.id, things=things)
    return kept


def _wrong(told: Told, texts: dict[str, str]) -> dict[str, list[str]]:
    lists = outcomes.lists()
    errors: dict[str, list[str]] = {}
    for name in ("met", "wellbeing", "risk_before", "risk_after"):
        if getattr(told, name) not in lists.named(name):
            errors[name] = ["Choose one of those offered."]
    if told.occasion not in lists.named("occasions"):
        errors["occasion"] = ["Choose at what it is recorded."]
    if not set(told.losses) <= set(lists.named("losses")):
        errors["losses"] = ["Choose from those offered."]
    for name, said in SAID_OF.items():
        chosen = lists.named(name).get(getattr(told, name))
        if chosen and chosen.why and not texts[said]:
            errors[said] = [f"You chose “{chosen.label}”. Say why, or what is known."]
    if told.met != "not_asked" and not texts["wanted"]:
        errors["wanted"] = ["Say what the person wanted, in their words."]
    return errors


def _line(kept: Outcome) -> str:
    """The outcome as the timeline tells it."""
    lists = outcomes.lists()
    lost = [lists.named("losses")[each].label for each in kept.losses]
    risk = lists.named("risk_after")[kept.risk_after].label
    parts = [
        f"They wanted: {kept.wanted}" if kept.wanted else "",
        f"Met: {lists.named('met')[kept.met].label}. {kept.met_why}",
        f"Lost: {', '.join(lost)}. {kept.losses_words}" if lost else kept.losses_words,
        f"Wellbeing: {lists.named('wellbeing')[kept.wellbeing].label}. {kept.wellbeing_words}",
        f"Risk before: {lists.named('risk_before')[kept.risk_before].label}; now: {risk}. {kept.risk_words}",
    ]
    return "\n".join(part.strip() for part in parts if part.strip())
