"""What becomes known of a case: fields and facts for decisions. Nothing is overwritten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sharewell.agencies.access import Conflict, Invalid
from sharewell.agencies.evidence import operation
from sharewell.agencies.models import Account
from sharewell.agencies.queries import policy_for
from sharewell.cases import catalogues, people, queries, records
from sharewell.cases.models import (
    KINDS,
    UNKNOWN,
    Case,
    FieldEntry,
    RiskFacts,
)
from sharewell.cases.operations._writing import leave, may_write
from sharewell.cases.records import Known

NAME = 200
HELD = "The record of a person alleged to cause harm asks for this:"


class Changed(Conflict):
    """Somebody recorded a newer version after this form was opened."""


@operation("field.recorded")
def field_record(
    *,
    account: Account,
    case: Case,
    now: datetime,
    entries: Sequence[Known],
    seen: Mapping[str, int] | None = None,
) -> list[FieldEntry]:
    """Record what is known of catalogue fields, or why it is not known; the newest entry of a field stands.

    A name becomes what the person is called here; the former stays among the entries.

    ``seen`` names by field the id of the entry that the writer saw (0: none), to notice one made meanwhile.
    Raises :class:`Changed`, ``NotFound`` outside the circle, ``NotAllowed``, and ``Invalid`` by field.
    """
    may_write(account, case, now)
    _check_fields(case, entries)
    records.lock(case)
    newest = queries.known_fields(case)
    for field, entry_id in (seen or {}).items():
        if entry_id != (newest[field].id if field in newest else 0):
            raise Changed
    kept = records.record_fields(case=case, entries=entries, now=now, by=account)
    name = next((known.text for known in entries if known.field == "subject.name"), "")
    if name:
        case.person.name = name[:NAME]
        case.person.save(update_fields=["name"])
    leave(account, case, now, {"fields": records.fields_as_json(entries)})
    return kept


@operation("facts.recorded")
def facts_record(
    *,
    account: Account,
    case: Case,
    facts: Mapping[str, str],
    now: datetime,
    seen: int | None = None,
) -> RiskFacts:
    """Judge the facts that decisions turn on; those not named stand as they were.

    ``seen`` is the id of the judgement that the writer saw (0: none), to notice one made meanwhile. Raises
    :class:`Changed`, ``NotFound``, ``NotAllowed``, and ``Invalid`` for a value outside the vocabulary.
    """
    may_write(account, case, now)
    _check_facts(case, facts)
    records.lock(case)
    newest = RiskFacts.objects.filter(case=case).order_by("-id").first()
    if seen is not None and seen != (newest.id if newest else 0):
        raise Changed
    kept = records.record_facts(case=case, facts=facts, now=now, by=account)
    leave(account, case, now, {"facts": kept.facts})
    return kept


@operation("flags.recorded")
def flags_record(
    *,
    account: Account,
    case: Case,
    flags: Sequence[str],
    now: datetime,
    seen: Sequence[str] | None = None,
) -> Case:
    """Say what special handling a case needs, in place of what was said before.

    ``flags`` are ids of packs/facts.yaml; ``seen`` those that the writer saw. Raises :class:`Changed`,
    ``NotFound``, ``NotAllowed`` and ``Invalid``.
    """
    may_write(account, case, now)
    known = [flag.id for flag in catalogues.flags()]
    if not set(flags) <= set(known):
        raise Invalid({"flags": ["Choose from those offered."]})
    records.lock(case)
    case.refresh_from_db(fields=["flags"])
    if seen is not None and set(seen) != set(case.flags):
        raise Changed
    held = people.flags_held(case)
    dropped = [why for flag, why in held.items() if flag in case.flags and flag not in flags]
    if dropped:
        raise Invalid({"flags": [f"{HELD} “{why}”. End that record first." for why in dropped]})
    case.flags = [flag for flag in known if flag in flags]
    case.save(update_fields=["flags"])
    leave(account, case, now, {"flags": case.flags})
    return case


def _check_fields(case: Case, entries: Sequence[Known]) -> None:
    catalogue = policy_for(case.agency).fields
    errors: dict[str, list[str]] = {}
    for known in entries:
        if known.field not in catalogue:
            errors[known.field] = ["This is not a field of the catalogue."]
        elif known.field in catalogues.FOLLOWING:
            errors[known.field] = ["This follows from consent and sharing; record it there."]
        elif bool(known.unknown) == bool(known.text.strip() or known.items):
            errors[known.field] = [
                "Write what is known, or say why it is not known; one of the two."
            ]
        elif known.unknown not in {"", *UNKNOWN} or known.kind not in {"", *KINDS}:
            errors[known.field] = ["Choose one of the values offered."]
    if errors or not entries:
        raise Invalid(errors or {"fields": ["Nothing was given."]})


def _check_facts(case: Case, facts: Mapping[str, str]) -> None:
    known = catalogues.facts_for(case.person.subject_kind)
    values = {fact.id: {"unknown", *(answer.id for answer in fact.answers)} for fact in known}
    errors = {
        name: ["Choose one of the values offered."]
        for name, value in facts.items()
        if value not in values.get(name, set())
    }
    if errors:
        raise Invalid(errors)
