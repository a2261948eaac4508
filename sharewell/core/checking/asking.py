"""Requests that show something: the fullest that the rules let through, and the smallest that holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sharewell.core.decision import decide
from sharewell.core.policy import Policy
from sharewell.core.request import (
    Consent,
    Covers,
    Facts,
    Recipient,
    Request,
    RequestError,
    Sender,
    Wants,
    encode,
    parse,
)
from sharewell.core.terms import Agreement
from sharewell.core.vocabulary import Vocabulary

Holds = Callable[[Request], bool]
Path = tuple[str | int, ...]


def words_of(policy: Policy) -> Vocabulary:
    """The closed sets of a policy that could be loaded; raises ValueError for one that could not."""
    if policy.vocabulary is None:
        raise ValueError("the rules could not be loaded")
    return policy.vocabulary


def noon(agreement: Agreement) -> datetime:
    """The middle of the first day in force, in UTC."""
    return agreement.starts_at + timedelta(hours=12)


def fullest(
    policy: Policy,
    at: datetime,
    role: str,
    purpose: str,
    fields: tuple[str, ...] = (),
    agreed: str = "in_force",
) -> Request:
    """An adult's request with agreement in full, in writing and in date, and everything recorded.

    Nothing else shares more, so what it is not given nobody is. Without ``fields`` it asks for all.
    """
    words = words_of(policy)
    return Request(
        at=at,
        jurisdiction=policy.jurisdiction,
        sender=Sender(words.sender_kinds[0]),
        purpose=purpose,
        recipient=Recipient(role, agreed, connected_to_source="false"),
        facts=Facts("adult", capacity="has", undue_influence="false"),
        consent=Consent(
            position="obtained",
            given_by="person",
            covers=Covers((role,), (purpose,), 3, words.consent_labels),
            recorded_at=at,
            expires_at=at + timedelta(days=30),
            written=True,
        ),
        wants=Wants(fields=fields or words.fields),
        supplied=words.supplied,
    )


def barest(policy: Policy, at: datetime, role: str, purpose: str, **facts: str) -> Request:
    """A request that says nothing but what it must, and these facts."""
    return Request(
        at=at,
        jurisdiction=policy.jurisdiction,
        sender=Sender(words_of(policy).sender_kinds[0]),
        purpose=purpose,
        recipient=Recipient(role),
        facts=Facts(**{"subject_kind": "adult", **facts}),
    )


def smallest(request: Request, policy: Policy, holds: Holds) -> Request:
    """The request with every key taken away without which ``holds`` is still true.

    What is left is needed: taking any one key or item more makes it false. ``holds`` is true of the
    request given.
    """
    words, plain = words_of(policy), encode(request)
    before = None
    while before != plain:
        before = plain
        for path in list(_paths(plain)):
            less = _without(plain, path)
            read = _parsed(less, words)
            if read is not None and holds(read):
                plain = less
    return parse(plain, words)


def sharing(
    policy: Policy, at: datetime, role: str, purpose: str, agreed: str = "in_force"
) -> Request:
    """The smallest request that goes to this role for this purpose, or is answered as the fullest is."""
    start = replace(fullest(policy, at, role, purpose, agreed=agreed), wants=Wants())
    said = decide(start, policy).outcome
    return smallest(start, policy, lambda less: decide(less, policy).outcome == said)


def asking(policy: Policy, at: datetime, role: str, purpose: str, field: str) -> Request:
    """The smallest request for one field that is answered as the fullest is, for the same reason."""
    start = fullest(policy, at, role, purpose, (field,))
    said = _answer(start, policy)
    return smallest(
        start, policy, lambda less: less.wants == start.wants and _answer(less, policy) == said
    )


def unagreed(policy: Policy, at: datetime, role: str, purpose: str) -> Request | None:
    """The smallest request that goes under an agreement and waits without one; None if none does."""
    start = replace(fullest(policy, at, role, purpose, agreed="none"), wants=Wants())

    def waits(less: Request) -> bool:
        agreed = replace(less, recipient=replace(less.recipient, agreement="in_force"))
        waiting = decide(less, policy).outcome
        return waiting != "share" and decide(agreed, policy).outcome == "share"

    for left in start.supplied:
        without = replace(start, supplied=tuple(s for s in start.supplied if s != left))
        if waits(without):
            return smallest(without, policy, waits)
    return None


def _answer(request: Request, policy: Policy) -> tuple[Any, ...]:
    found = decide(request, policy)
    return found.outcome, found.fields, found.withheld, found.reasons[0].rule


def _paths(plain: Any, path: Path = ()) -> Iterator[Path]:
    """Every key and item, the outer before the inner, so that much goes at once."""
    items = plain.items() if isinstance(plain, dict) else enumerate(plain)
    for key, value in list(items):
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from _paths(value, (*path, key))


def _without(plain: Any, path: Path) -> Any:
    """A copy without what is at the path; the same where that is gone already."""
    if not path:
        return plain
    key, rest = path[0], path[1:]
    if isinstance(plain, list):
        return [
            _without(each, rest) if place == key else each
            for place, each in enumerate(plain)
            if rest or place != key
        ]
    found = {k: _without(v, rest) if k == key else v for k, v in plain.items() if rest or k != key}
    return {k: v for k, v in found.items() if v not in ([], {})}


def _parsed(plain: Any, words: Vocabulary) -> Request | None:
    try:
        return parse(plain, words)
    except RequestError:
        return None
