"""What the directory goes by: what functions can offer, and after how many days an entry is verified again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sharewell.core.catalogue import vouched
from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.needtoknow import Vouched, vouched_as
from sharewell.core.reading import Row
from sharewell.core.vocabulary import Vocabulary

FILE = "directory.yaml"
ENTRIES = ("function", "contact", "pathway")
LIMITS = (*ENTRIES, "feedback_fewest", "feedback_days", "system_token", "calendar_ahead")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferKind(Vouched):
    """Something that a function can offer, and other words by which people look for it."""

    label: str
    also: tuple[str, ...]
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Directory:
    """The limits by id, and the kinds of offer by id in the order of the pack."""

    limits: Mapping[str, int]
    offers: Mapping[str, OfferKind]

    def of(self, place: str) -> list[OfferKind]:
        """The kinds that are offered to be chosen in a place."""
        return [each for each in self.offers.values() if place in each.places]

    def meant(self, words: str) -> list[str]:
        """The kinds whose label or other words hold what somebody looks for."""
        sought = words.casefold()
        return [
            each.id
            for each in self.offers.values()
            if any(sought in text.casefold() for text in (each.label, *each.also))
        ]

    def state(self, entry: str, verified_on: date | None, today: date) -> str:
        """How an entry (``function``, ``contact``, ``pathway``) stands: ``verified``, ``stale`` or ``never``."""
        if verified_on is None:
            return "never"
        return "stale" if (today - verified_on).days > self.limits[entry] else "verified"


def directory(file: str, text: bytes, vocabulary: Vocabulary) -> Directory:
    """What a pack says of the directory. Raises PackError naming the row and the key."""
    head = Row(opened(file, text), failing(file, ""))
    limits: dict[str, int] = {}
    for raw in rows_of(file, head.need("limits"), "limits"):
        row = Row(raw, failing(file, str(raw["id"])))
        limits[row.choice("id", LIMITS)] = row.number("number", 1, 3660) or row.refuse(
            "number", "is missing"
        )
        row.text("means")
        row.text("source")
        vouched(row)
        row.done()
    if missing := set(LIMITS) - set(limits):
        head.refuse("limits", f"leaves out {', '.join(sorted(missing))}")
    offers = {}
    for raw in rows_of(file, head.need("offers"), "offers"):
        row = Row(raw, failing(file, str(raw["id"])))
        also = row.take("also", [])
        if not isinstance(also, list) or not all(isinstance(each, str) for each in also):
            row.refuse("also", "is not a list of texts")
        kind = OfferKind(
            label=row.text("label"),
            also=tuple(also),
            places=row.choices("places", vocabulary.jurisdictions)
            or tuple(vocabulary.jurisdictions),
            **vouched_as(row),
        )
        row.done()
        offers[kind.id] = kind
    head.done()
    return Directory(limits, offers)
