"""The things that may be found out or come true, in plain words, and a request as if they were so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sharewell.core.catalogue import When, vouched, when
from sharewell.core.era import FACTS
from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.reading import Row
from sharewell.core.request import Boundary, Consent, Request
from sharewell.core.vocabulary import Vocabulary

LONG = datetime(9999, 12, 31, tzinfo=UTC)  # the end of a supposed agreement that is limited in time
RECIPIENT = {"agreement": "agreement", "recipient_connected": "connected_to_source"}
NOW = (*FACTS, "consent", *RECIPIENT)  # what may have to hold already
# What may be supposed: never what a person is, who sends or who receives.
MAY = (*(name for name in NOW if name != "subject_kind"), "given_by", "release")
ENDS = (
    *("agreed", "without", "essentials", "at_once", "more"),
    *("seek_agreement", "refer", "hold", "refuse"),
)
LESS = "less"  # any end that is further from going than the answer now


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that may turn out or come true; ``when`` and ``where`` as in a rule.

    It is named of the answers ``now`` and where it comes to one of the ends ``then``; of all where empty.
    ``found`` says it of what is not known yet, ``were`` of what is known to be otherwise.
    """

    id: str
    when: When
    where: When
    now: tuple[str, ...]
    then: tuple[str, ...]
    found: str
    were: str

    @property
    def about(self) -> str:
        """The attribute that it turns on."""
        return next(iter(self.when))


@dataclass(frozen=True, slots=True)
class Wordings:
    """The conditions in the order in which they are named, and the words of what then follows."""

    conditions: tuple[Condition, ...]
    outcomes: Mapping[str, str]
    deciders: Mapping[str, str]
    never: Mapping[str, str]


def wordings(
    file: str, text: bytes, vocabulary: Vocabulary, allowed: Mapping[str, tuple[str, ...]]
) -> Wordings:
    """Read the pack of what may change. Raises PackError naming the row and the key."""
    pack = opened(file, text)
    may = {name: allowed[name] for name in MAY}
    must = {name: allowed[name] for name in NOW}
    head = Row(pack, failing(file, ""))
    head.text("source")
    vouched(head)
    head.take("conditions")
    found = []
    for raw in rows_of(file, pack.get("conditions"), "conditions"):
        row = Row(raw, failing(file, raw["id"]))
        supposed = when(row.inner("when", row.need("when")), may)
        found.append(
            Condition(
                id=row.text("id"),
                when=supposed or row.refuse("when", "supposes nothing"),
                where=when(row.inner("where"), must),
                now=row.choices("now", vocabulary.outcomes),
                then=row.choices("then", (*ENDS, LESS)),
                found=row.text("if"),
                were=row.text("were"),
            )
        )
        row.done()
    outcomes, deciders = head.inner("outcomes"), head.inner("deciders")
    never = head.inner("never")
    built = Wordings(
        conditions=tuple(found),
        outcomes={name: outcomes.text(name) for name in ENDS},
        deciders={name: deciders.text(name) for name in vocabulary.deciders},
        never={name: never.text(name) for name in ("none", "some")},
    )
    for left in (outcomes, deciders, never, head):
        left.done()
    return built


def supposing(request: Request, supposed: Mapping[str, str]) -> Request:
    """The request as if these attributes had these values.

    They are facts, ``agreement``, ``recipient_connected``, and ``consent`` with ``given_by`` and ``release``
    (spoken where left out).
    """
    changed: dict[str, Any] = {}
    facts = {name: value for name, value in supposed.items() if name in FACTS}
    if facts:
        changed["facts"] = replace(request.facts, **facts)
    recipient: dict[str, Any] = {
        RECIPIENT[name]: value for name, value in supposed.items() if name in RECIPIENT
    }
    if recipient:
        changed["recipient"] = replace(request.recipient, **recipient)
    if "consent" in supposed:
        changed["consent"] = _position(request, supposed)
    return replace(request, **changed)


def _position(request: Request, supposed: Mapping[str, str]) -> Consent:
    """The position as supposed; an agreement covers this recipient and purpose, and lifts what barred it."""
    before, position = request.consent, supposed["consent"]
    if position != "obtained":
        return replace(before, position=position, reason=None)
    role, release = request.recipient.role, supposed.get("release", "spoken")
    covers = before.covers
    return Consent(
        position=position,
        given_by=supposed.get("given_by"),
        covers=replace(
            covers,
            recipients=(*covers.recipients, role),
            purposes=(*covers.purposes, request.purpose),
        ),
        boundaries=tuple(b for b in before.boundaries if b != Boundary("deny_role", role)),
        recorded_at=request.at,
        expires_at=LONG if release == "timed" else None,
        written=release != "spoken",
        understanding_checked=before.understanding_checked,
    )
