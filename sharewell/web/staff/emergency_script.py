"""The words to read aloud to the call taker, with what is known filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sharewell.agencies.models import Account
from sharewell.cases.models import Case, FieldEntry
from sharewell.disclosures.rescue import NOT_KNOWN
from sharewell.web.numbers import script_lines
from sharewell.web.staff.case import entry_words

GAP = re.compile(r"___(?: \([^)]*\))?")


def filled(viewer: Account, case: Case | None, known: Mapping[str, FieldEntry]) -> list[str]:
    """The lines of the script; a gap stays, with its hint, where nothing is known."""
    words = _known(viewer, case, known)
    return [_fill(say, words.get(line, ())) for line, say in script_lines().items()]


def _fill(say: str, values: tuple[str, ...]) -> str:
    given: Iterator[str] = iter(values)
    return GAP.sub(lambda gap: next(given, "") or gap[0], say)


def _known(
    viewer: Account, case: Case | None, known: Mapping[str, FieldEntry]
) -> dict[str, tuple[str, ...]]:
    """What is known for each gap of each line, in order; empty where it is not."""
    agency = viewer.agency
    found: dict[str, tuple[str, ...]] = {
        "who_calls": (viewer.name, viewer.job_title, agency.name, agency.duty_phone)
    }
    if case is None:
        return found

    def said(*fields: str) -> str:
        texts = (words_of(known.get(field)) for field in fields)
        return next((text for text in texts if text), "").rstrip(".")

    return found | {
        "danger": (said("risk.immediate", "concern.reason"),),
        "where": (said("subject.current_location", "subject.home_address"),),
        "who": (
            said("subject.name") or name_of(case),
            _born(case) or said("subject.birth_date"),
        ),
        "source": (said("source.identity"), said("source.access")),
        "others": (said("risk.others", "household.children"),),
        "unsafe": (said("risk.unsafe_actions"),),
        "needs": (said("subject.communication"),),
        "ask": (said("ask"),),
    }


def words_of(entry: FieldEntry | None) -> str:
    """What is known of a field, in words; empty where nothing is known."""
    return "" if entry is None or entry.unknown else entry_words(entry)


def name_of(case: Case) -> str:
    """The person's name; empty while nobody knows it."""
    return "" if case.person.name == NOT_KNOWN else case.person.name


def _born(case: Case) -> str:
    if case.person.unborn:
        when = case.person.expected_on
        return f"not born yet, expected {when.day} {when:%B %Y}" if when else "not born yet"
    born = case.person.birth_date
    if born:
        return f"{born.day} {born:%B %Y}"
    return f"{case.person.age}" if case.person.age is not None else ""
