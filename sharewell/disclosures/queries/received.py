"""What the inbox asks about a message that may be taken into a case: whom it may be about, and where it is already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sharewell.agencies import queries as agencies
from sharewell.agencies.models import Account
from sharewell.cases import queries as cases
from sharewell.cases.models import Case
from sharewell.cases.queries import Suggestion
from sharewell.cases.telling import PersonTold
from sharewell.disclosures import received, receiving
from sharewell.disclosures.received import Received

NAME, BORN = "subject.name", "subject.birth_date"


@dataclass(frozen=True, slots=True)
class ToTake:
    """A message that the viewer has opened, and what is asked before it goes into a case.

    ``name`` is whom it names; ``carries`` are the caveats that go with it in any case.
    """

    received: Received
    name: str
    born: date | None
    carries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """Whether the viewer may take a message into a case, and the cases of theirs in which it stands already."""

    may: bool
    into: tuple[Case, ...]


def received_to_take(*, viewer: Account, disclosure_id: UUID, now: datetime) -> ToTake:
    """A message that the viewer has opened, to be taken into a case; raises ``NotFound`` and ``NotAllowed``."""
    opening = received.opened_by(viewer, disclosure_id)
    agencies.require(viewer=viewer, now=now, any_of=agencies.CASEWORK)
    disclosure = opening.disclosure
    return ToTake(
        received=received.read(opening),
        name=receiving.part(disclosure, NAME).split("\n")[0],
        born=_day(receiving.part(disclosure, BORN)),
        carries=receiving.caveats_of(disclosure),
    )


def received_about(
    *, viewer: Account, names: Iterable[str], born: date | None, now: datetime
) -> list[Suggestion]:
    """Open cases of the viewer's that may be about somebody of one of these names; no other case is compared."""
    people = [
        PersonTold(key=str(number), name=name, birth_date=born)
        for number, name in enumerate(dict.fromkeys(filter(None, names)))
    ]
    found = cases.duplicates_of_told(viewer=viewer, people=people, now=now)
    rows = {each.case.pk: each for several in found.values() for each in several}
    return [each for each in rows.values() if each.case.state == "open"]


def received_case(*, viewer: Account, reference: str, now: datetime) -> Case | None:
    """The case of the viewer's with this reference; None where there is none, or none that is theirs."""
    visible = Case.objects.visible_to(viewer, now).select_related("agency", "person")
    return visible.filter(reference=reference.strip().upper()).first()


def received_into(*, viewer: Account, disclosure_id: UUID, now: datetime) -> Taken:
    """Where a message that the viewer reads stands already, among their own cases alone."""
    may = agencies.may(viewer=viewer, now=now, any_of=agencies.CASEWORK)
    inside = Case.objects.visible_to(viewer, now).filter(received__disclosure=disclosure_id)
    return Taken(may, tuple(inside.select_related("person").order_by("reference")))


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%d %B %Y").date()  # noqa: DTZ007 - a day, in no zone
    except ValueError:
        return None
