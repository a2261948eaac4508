"""What is known of a person and their household, as words of the field catalogue, and rows that are added and ended.

For use inside an operation, on a case that was fetched with its viewer; none of these checks roles again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sharewell import packs
from sharewell.agencies.models import Account
from sharewell.cases import records
from sharewell.cases.models import (
    Alleged,
    Case,
    Decider,
    FieldEntry,
    HouseholdMember,
    Identifier,
    Need,
    PersonName,
    Recorded,
    Relation,
)
from sharewell.cases.records import Known
from sharewell.core.identifiers import written

R = TypeVar("R", bound=Recorded)
# The noun of each table as addresses and pages speak of it, and the list of packs/people.yaml of its kinds.
TABLES: Mapping[str, tuple[type[Recorded], str]] = {
    "name": (PersonName, "names"),
    "identifier": (Identifier, "identifiers"),
    "need": (Need, "needs"),
    "decider": (Decider, "deciders"),
    "relation": (Relation, "relations"),
    "household": (HouseholdMember, "relations"),
    "alleged": (Alleged, "alleged"),
}
BETWEEN = "; "


@dataclass(frozen=True, slots=True)
class Ended:
    """A row that was ended; ``left`` are the fields whose words somebody changed by hand since."""

    row: Recorded
    left: tuple[str, ...]


def add_row(model: type[R], *, case: Case, by: Account, now: datetime, **given: Any) -> R:
    """Add a row, and its words to what is known of the case; the same row standing already is returned."""
    records.lock(case)
    found = model.objects.filter(case=case, ended_at=None, **given).first()
    if found is not None:
        return found  # type: ignore[return-value]
    row = model.objects.create(case=case, recorded_at=now, recorded_by=by, **given)
    tell(case, pieces(row), now=now, by=by, source_role=row.source_role)
    return row  # type: ignore[return-value]


def end_row(row: Recorded, *, by: Account, now: datetime, reason: str) -> Ended:
    """End a row with the reason, and take its words out of what is known; the row stays readable."""
    row.ended_at, row.ended_by, row.end_reason = now, by, reason
    row.save(update_fields=["ended_at", "ended_by", "end_reason"])
    return Ended(row, untell(row.case, pieces(row), now=now, by=by))


def noun_of(row: Recorded) -> str:
    """The noun of a row's table."""
    return next(noun for noun, (model, _) in TABLES.items() if isinstance(row, model))


def kind_words(row: Recorded) -> str:
    """The words of a row's kind."""
    return packs.people().label(TABLES[noun_of(row)][1], row.kind)


def pieces(row: Recorded) -> dict[str, str]:
    """What a row says in each catalogue field; most relations outside the household say nothing there."""
    if isinstance(row, PersonName):
        return {"subject.aliases": f"{_one(row.name)} ({_small(kind_words(row))})"}
    if isinstance(row, Identifier):
        return {"subject.identifier": f"{kind_words(row)} {written(row.kind, row.value)}"}
    if isinstance(row, Need):
        return {"subject.communication": _joined(kind_words(row), row.detail, between=": ")}
    if isinstance(row, Decider):
        return {"decision_maker": _decider(row)}
    if isinstance(row, HouseholdMember):
        field = "household.adults" if row.subject_kind == "adult" else "household.children"
        return {field: _member(row)}
    if isinstance(row, Relation):
        kind = packs.people().lists["relations"].get(row.kind)
        return {kind.field: _relation(row)} if kind and kind.field else {}
    if isinstance(row, Alleged):
        found = {
            "source.identity": _alleged(row),
            "source.access": _one(row.access),
            "source.employment": _one(row.work),
        }
        return {field: text for field, text in found.items() if text}
    return {}


def tell(
    case: Case,
    told: Mapping[str, str],
    *,
    now: datetime,
    by: Account,
    source_role: str = "",
) -> None:
    """Add words to what is known of fields; what somebody wrote there by hand stays beside them."""
    entries = []
    for field, piece in told.items():
        known = parts(_newest(case, field))
        if piece not in known:
            text = BETWEEN.join([*known, piece])
            entries.append(Known(field=field, text=text, kind="reported", source_role=source_role))
    records.record_fields(case=case, entries=entries, now=now, by=by)


def untell(case: Case, told: Mapping[str, str], *, now: datetime, by: Account) -> tuple[str, ...]:
    """Take words out of what is known; returns the fields where they were changed by hand and so stay."""
    entries, left = [], []
    for field, piece in told.items():
        newest = _newest(case, field)
        known = parts(newest)
        if piece in known:
            known.remove(piece)
            text = BETWEEN.join(known)
            entries.append(
                Known(field=field, text=text, kind="reported")
                if text
                else Known(field=field, unknown="unknown")
            )
        elif known:
            left.append(field)
    records.record_fields(case=case, entries=entries, now=now, by=by)
    return tuple(left)


def flags_held(case: Case) -> dict[str, str]:
    """The special handling that a standing record of a person alleged asks for, with the words why."""
    rows = packs.people().lists["handling"]
    held = {}
    for row in Alleged.objects.filter(case=case, ended_at=None):
        for each in row.handling:
            if each in rows and rows[each].flag:
                held[rows[each].flag] = rows[each].label
    return held


def as_json(row: Recorded) -> dict[str, Any]:
    """A row as what evidence commits to."""
    plain: dict[str, Any] = {"noun": noun_of(row)}
    for field in row._meta.concrete_fields:  # noqa: SLF001 - Django's own way to name the columns
        if field.name not in {"ended_at", "ended_by", "end_reason"}:
            value = getattr(row, field.attname)
            plain[field.name] = value if isinstance(value, bool | int | list) else _text(value)
    return plain


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _newest(case: Case, field: str) -> FieldEntry | None:
    return FieldEntry.objects.filter(case=case, field=field).order_by("-id").first()


def parts(entry: FieldEntry | None) -> list[str]:
    """The pieces of a text; what was written by hand is cut at the same mark, and put together the same."""
    if entry is None or entry.unknown or not entry.text:
        return []
    return entry.text.split(BETWEEN)


def _one(text: str) -> str:
    """Text that cannot be taken for two pieces."""
    return " ".join(text.replace(";", ",").split())


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _joined(*parts: str, between: str = ", ") -> str:
    return between.join(_one(part) for part in parts if part)


def day_words(day: date) -> str:
    """A day in words, e.g. ``4 March 2027``."""
    return f"{day.day} {day:%B %Y}"


def _decider(row: Decider) -> str:
    seen = f"seen: {row.evidence}" if row.evidence else "no proof seen"
    until = f"until {day_words(row.until)}" if row.until else ""
    return f"{_joined(row.name, _small(kind_words(row)), row.contact)} ({_joined(seen, until)})"


def _member(row: HouseholdMember) -> str:
    if row.subject_kind == "unborn":
        when = f"expected {day_words(row.birth_date)}" if row.birth_date else "not yet born"
    elif row.birth_date:
        when = f"born {day_words(row.birth_date)}"
    else:
        when = (
            f"{row.age} years old on {day_words(row.recorded_at.date())}"
            if row.age is not None
            else ""
        )
    risk = "at risk" if row.at_risk == "yes" else ""
    return _joined(row.name, _small(kind_words(row)), when, risk)


def _relation(row: Relation) -> str:
    until = f"until {day_words(row.ends_on)}" if row.ends_on else ""
    return _joined(row.name, _small(kind_words(row)), row.note, until)


def _alleged(row: Alleged) -> str:
    relation = packs.people().label("relations", row.relation)
    born = f"born {day_words(row.birth_date)}" if row.birth_date else ""
    works = f"staff of {row.case.agency.name}" if row.kind == "account" else ""
    return _joined(row.name, _small(relation), works, born)
