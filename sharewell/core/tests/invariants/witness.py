"""A class of facts as a request that can be asked, and a counterexample as a scenario to keep."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sharewell.core import yamltext
from sharewell.core.checking.asking import smallest
from sharewell.core.era import FACTS
from sharewell.core.policy import Policy
from sharewell.core.request import (
    Boundary,
    Consent,
    Covers,
    Facts,
    Recipient,
    Request,
    Sender,
    Wants,
    encode,
)
from sharewell.core.tests.invariants.classes import Said
from sharewell.core.tests.requests import WORDS

DAY, MONTH = timedelta(days=1), timedelta(days=30)


class Wrong(NamedTuple):
    """What does not hold, in words, and what was expected, as a scenario states it.

    ``beside`` is the request of which it was expected, where that is not the one that was asked.
    """

    why: str
    expect: Mapping[str, Any]
    beside: Request | None = None


Check = Callable[[Request], Wrong | None]


def moments(policy: Policy) -> list[datetime]:
    """Noon of the first day of each set of rows in force, and of a day before them all; no day of fable."""
    first = min(policy._days, default=date(2026, 11, 16).toordinal())
    days = [first - 1, *(day for day in policy._days if date.fromordinal(day).year < 2100)]
    return [datetime.fromordinal(day).replace(hour=12, tzinfo=UTC) for day in days]


def request(policy: Policy, at: datetime, said: Said) -> Request:
    """The request in which exactly this is said; what is left out is unknown, and all is supplied.

    Agreement names every tier. All fields are asked for, or those of the form that is said.
    """
    role, purpose = said["role"], said["purpose"]
    listed = policy.matrix.forms.get(said.get("form", ""), frozenset())
    fields = tuple(field for field in WORDS.fields if field in listed) or WORDS.fields
    kind = said.get("sender_kind", WORDS.sender_kinds[0])
    public = said.get("public_authority")
    return Request(
        at=at,
        jurisdiction=policy.jurisdiction,
        state=said["state"] if said.get("state", "none") != "none" else policy.state,
        sender=Sender(
            kind,
            _named(said, "regime_", WORDS.regimes),
            None if public is None else public == "true",
        ),
        purpose=purpose,
        recipient=Recipient(
            role=role,
            agreement=said.get("agreement", "in_force"),
            alleged_source=said.get("recipient_is_source") == "true",
            connected_to_source=said.get("recipient_connected", "unknown"),
        ),
        facts=Facts(**{f: said[f] for f in FACTS if f in said}),
        consent=_consent(said, at),
        flags=_named(said, "flag_", WORDS.flags),
        wants=Wants(fields=fields),
        supplied=WORDS.supplied,
    )


def _named(said: Said, prefix: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of a set that are said to be so."""
    return tuple(sorted(name for name in names if said.get(prefix + name) == "true"))


def _consent(said: Said, at: datetime) -> Consent:
    standing, release = said["standing"], said["release"]
    reason, giver = said["consent_reason"], said["given_by"]
    obtained = said["consent"] == "obtained"
    covers = standing in ("relied", "expired", "not_valid", "barred")
    ends = {"expired": at, "relied": at + MONTH if release == "timed" else None}
    return Consent(
        position=said["consent"],
        reason=None if reason == "none" else reason,
        given_by=giver if obtained and giver != "unknown" else None,
        covers=Covers(
            (said["role"],) if obtained and covers else (),
            (said["purpose"],) if obtained and covers else (),
            3 if obtained else None,
            _named(said, "label_", WORDS.consent_labels),
        ),
        boundaries=(Boundary("deny_role", said["role"]),) if standing == "barred" else (),
        recorded_at=at - DAY if obtained else None,
        expires_at=ends.get(standing, at + MONTH) if obtained else None,
        written=obtained and release != "spoken",
    )


def scenario(invariant: str, asked: Request, check: Check, policy: Policy) -> str:
    """The smallest request that still shows it, as text that ``sharewell decide`` reads as it is."""
    less = smallest(asked, policy, lambda request: check(request) is not None)
    wrong = check(less)
    if wrong is None:
        raise AssertionError("the smallest counterexample is none")
    id_ = f"{invariant}-{policy.state or policy.jurisdiction}".replace("_", "-")
    entry = {"id": id_, "title": wrong.why, "request": encode(less), "expect": dict(wrong.expect)}
    if wrong.beside is None:
        return yamltext.written([entry]).decode()
    first = {**entry, "id": f"{id_}-first", "expect": {}}
    return yamltext.written([first, {**entry, "request": encode(wrong.beside)}]).decode()
