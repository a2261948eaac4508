"""Agreements between agencies as data: in force they decide routes, datasets and clocks.

``docs/agreements.md`` describes the form. An agreement narrows what the matrix gives; it never gives
more, and the law does not need one: its absence only asks for a reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from functools import lru_cache
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from sharewell.core import terms, yamltext
from sharewell.core.deadlines import Clock
from sharewell.core.reading import Row
from sharewell.core.terms import (
    Agreement,
    AgreementError,
    Lead,
    OutOfHours,
    Party,
    Route,
    Scope,
    Step,
)
from sharewell.core.timetables import within
from sharewell.core.vocabulary import Vocabulary

__all__ = ["Agreement", "AgreementError", "Route", "Scope", "clock", "dataset", "load", "route"]


class _Any(Collection[str]):
    """Every text: used where no vocabulary was given to check against."""

    def __contains__(self, item: object) -> bool:
        return isinstance(item, str) and bool(item.strip())

    def __iter__(self) -> NoReturn:
        raise TypeError

    def __len__(self) -> int:
        return 0


def load(
    text: str | bytes, vocabulary: Vocabulary | None = None, *, draft: bool = False
) -> Agreement:
    """Read an agreement from YAML; with a vocabulary its roles, purposes and fields are checked.

    A draft may leave out who leads and who stands in, so that it can be checked before it is whole. Raises AgreementError naming the place that is wrong.
    """
    try:
        raw = yamltext.read(text)
    except yamltext.TextError as fault:
        raise AgreementError("agreement", str(fault)) from fault
    row = Row(raw, _fail)
    words = _Words(vocabulary)
    clocks = row.inner("clocks", row.need("clocks"))
    starts_on, ends_on = _dates(row)
    parties = tuple(_party(each, words) for each in _each(row, "parties"))
    slugs = [party.agency for party in parties]
    if len(set(slugs)) != len(slugs):
        row.refuse("parties", "names an agency twice")
    built = Agreement(
        id=row.text("id"),
        title=row.text("title"),
        version=row.number("version", 1, 100_000) or row.refuse("version", "is missing"),
        jurisdiction=row.choice("jurisdiction", words.jurisdictions),
        time_zone=_zone(row),
        calendar=row.text("calendar"),
        parties=parties,
        routes=tuple(_route(each, words, slugs) for each in _each(row, "routes")),
        datasets=tuple(_scope(each, words) for each in _each(row, "datasets")),
        clocks=_clocks(clocks),
        escalation=tuple(_step(each) for each in _each(row, "escalation")),
        starts_on=starts_on,
        ends_on=ends_on,
        review_on=row.day("review_on") or row.refuse("review_on", "is missing"),
        **_duties(row, draft=draft),
    )
    row.done()
    _agree(built)
    return built


class _Words:
    """The closed sets to check against; any text where there are none."""

    def __init__(self, vocabulary: Vocabulary | None) -> None:
        every = _Any()
        self.roles: Collection[str] = vocabulary.recipient_roles if vocabulary else every
        self.purposes: Collection[str] = vocabulary.purposes if vocabulary else every
        self.fields: Collection[str] = vocabulary.fields if vocabulary else every
        self.jurisdictions: Collection[str] = vocabulary.jurisdictions if vocabulary else every


def route(agreement: Agreement, sender: str, role: str, purpose: str) -> Route | None:
    """The first route from this agency to this role for this purpose, or None."""
    for each in agreement.routes:
        from_here = not each.senders or sender in each.senders
        if each.role == role and purpose in each.purposes and from_here and each.agency != sender:
            return each
    return None


@lru_cache(maxsize=4096)
def dataset(agreement: Agreement, role: str, purpose: str) -> Scope | None:
    """What may go to this role for this purpose, or None where that is not agreed.

    Of several rows the narrowest holds: the lowest tier, and only fields that all of them name.
    """
    rows = [row for row in agreement.datasets if row.role == role and purpose in row.purposes]
    if not rows:
        return None
    named = [row.only for row in rows if row.only is not None]
    only = frozenset.intersection(*named) if named else None
    return Scope(role, _purposes(rows), min(row.tier for row in rows), only)


def clock(agreement: Agreement, event: str, urgency: str) -> Clock | None:
    """How soon a partner acknowledges, acts or updates at this urgency, or None."""
    return agreement.clocks.get((event, urgency))


def _purposes(rows: Iterable[Scope]) -> frozenset[str]:
    return frozenset.intersection(*(row.purposes for row in rows))


def _fail(path: str, why: str) -> NoReturn:
    raise AgreementError(path or "agreement", why)


def _each(row: Row, key: str) -> list[Row]:
    listed = row.need(key)
    if not isinstance(listed, list) or not listed:
        row.refuse(key, "is not a list with at least one row")
    return [row.inner(f"{key}[{place}]", raw) for place, raw in enumerate(listed)]


def _dates(row: Row) -> tuple[date, date | None]:
    starts_on = row.day("starts_on") or row.refuse("starts_on", "is missing")
    ends_on = row.day("ends_on")
    if ends_on is not None and ends_on <= starts_on:
        row.refuse("ends_on", "is not after the start")
    return starts_on, ends_on


def _zone(row: Row) -> str:
    name = row.text("time_zone")
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        row.refuse("time_zone", f"`{name}` is not a time zone")
    return name


def _party(row: Row, words: _Words) -> Party:
    built = Party(
        agency=row.text("agency"),
        name=row.text("name"),
        legal_entity=row.text("legal_entity"),
        parts=row.choices("parts", terms.PARTS, need=True),
        receives_as=row.choices("receives_as", words.roles),
        signed_by=row.text("signed_by", ""),
        signed_on=row.day("signed_on"),
    )
    row.done()
    return built


def _route(row: Row, words: _Words, slugs: Collection[str]) -> Route:
    hours = row.take("out_of_hours")
    built = Route(
        role=row.choice("role", words.roles),
        purposes=frozenset(row.choices("purposes", words.purposes, need=True)),
        senders=frozenset(row.choices("senders", slugs)),
        agency=row.choice("agency", slugs),
        function=row.text("function"),
        channel=row.choice("channel", terms.CHANNELS),
        how=row.text("how"),
        confirms_action=row.text("confirms_action"),
        out_of_hours=_out_of_hours(row.inner("out_of_hours", hours)) if hours else None,
    )
    row.done()
    return built


def _out_of_hours(row: Row) -> OutOfHours:
    built = OutOfHours(row.text("name"), row.text("phone"), row.text("when"))
    row.done()
    return built


def _scope(row: Row, words: _Words) -> Scope:
    only = row.choices("only", words.fields)
    built = Scope(
        role=row.choice("role", words.roles),
        purposes=frozenset(row.choices("purposes", words.purposes, need=True)),
        tier=row.number("tier", 1, 3) or row.refuse("tier", "is missing"),
        only=frozenset(only) if only else None,
    )
    row.done()
    return built


def _clocks(row: Row) -> dict[tuple[str, str], Clock]:
    """Every event and urgency named has its clock; acknowledging needs all three urgencies."""
    found = {}
    for event in terms.EVENTS:
        inner = row.inner(event)
        for urgency in terms.URGENCIES:
            raw = inner.take(urgency)
            if raw is not None:
                found[event, urgency] = within(inner.inner(urgency, raw))
            elif event == "acknowledge":
                inner.refuse(urgency, "is missing")
        inner.done()
    row.done()
    return found


def _step(row: Row) -> Step:
    built = Step(
        trigger=row.choice("trigger", terms.TRIGGERS),
        after=within(row.inner("after", row.need("after"))),
        to=row.text("to"),
    )
    row.done()
    return built


def _duties(row: Row, *, draft: bool) -> dict[str, Any]:
    """Consent, recording, review, onward sharing, and who answers for them."""
    consent = row.inner("consent", row.need("consent"))
    routes, exceptions = _texts(consent, "routes"), _texts(consent, "exceptions")
    consent.done()
    onward = row.inner("onward_sharing", row.need("onward_sharing"))
    rule, says = onward.choice("rule", terms.ONWARD), onward.text("says")
    onward.done()
    review = row.inner("quality_review", row.need("quality_review"))
    by, every = review.text("by"), within(review.inner("every", review.need("every")))
    review.done()
    return {
        "consent_routes": routes,
        "consent_exceptions": exceptions,
        "gateways": _texts(row, "legal_gateways"),
        "recorded_in": row.text("recorded_in"),
        "reviewed_by": by,
        "review_every": every,
        "onward": rule,
        "onward_says": says,
        "disclosure_lead": _lead(row, "disclosure_lead", draft=draft),
        "governance_lead": _lead(row, "governance_lead", draft=draft),
        "retention": row.text("retention"),
        "breach_contact": row.text("breach_contact"),
        "access_lead": row.text("access_lead"),
    }


def _lead(row: Row, key: str, *, draft: bool) -> Lead:
    inner = row.inner(key, row.take(key, {}) if draft else row.need(key))
    blank = "" if draft else None
    built = Lead(inner.text("name", blank), inner.text("deputy", blank))
    inner.done()
    return built


def _texts(row: Row, key: str) -> tuple[str, ...]:
    listed = row.need(key)
    if not isinstance(listed, list) or not all(isinstance(i, str) and i.strip() for i in listed):
        row.refuse(key, "is not a list of texts")
    return tuple(listed)


def _agree(built: Agreement) -> None:
    """What only the whole can show: a route leads to a role that its agency receives as."""
    receives = {party.agency: party.receives_as for party in built.parties}
    for place, each in enumerate(built.routes):
        if each.role not in receives[each.agency]:
            raise AgreementError(
                f"routes[{place}].role", f"`{each.agency}` does not receive as `{each.role}`"
            )
