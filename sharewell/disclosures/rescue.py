"""What the emergency route needs to go on when something is missing: a name, a rota, a readable pack."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from sharewell.agencies import queries as agencies
from sharewell.agencies.models import Account
from sharewell.cases import queries
from sharewell.cases import records as cases
from sharewell.cases.models import Case, FieldEntry, Person
from sharewell.cases.operations import concern_raise
from sharewell.cases.records import Known
from sharewell.cases.telling import Circumstances, PersonTold, Said
from sharewell.disclosures import catalogues, words

NOT_KNOWN = "Not known yet"
IN_DANGER = "Somebody is in danger now. What happened is recorded as it becomes known."
LONGEST = 2000
CUT = "Typed in an emergency, and too long to go with the rest. It goes on:"
BEFORE = 60  # characters repeated, so that what was cut can be read


def short(texts: Mapping[str, str], most: Mapping[str, int] | None = None) -> dict[str, str]:
    """Texts tidied and, in an emergency only, cut rather than refused: to ``most``, else LONGEST."""
    limits = most or {}
    return {
        name: words.tidy(text)[: limits.get(name, LONGEST)].strip() for name, text in texts.items()
    }


def keep_rest(
    case: Case,
    typed: Mapping[str, str],
    kept: Mapping[str, str],
    account: Account,
    now: datetime,
) -> None:
    """Keep in the timeline what :func:`short` cut from ``typed``, each text with its last words before."""
    for name, text in typed.items():
        whole, length = words.tidy(text), len(kept.get(name, ""))
        if kept.get(name) and whole[length:].strip():
            cases.add_chronology(
                case=case,
                now=now,
                by=account,
                section="note",
                kind="reported",
                text=f"{CUT} …{whole[max(0, length - BEFORE) :]}",
            )


def open_case(
    *, account: Account, form_key: UUID, subject_kind: str, texts: Mapping[str, str], now: datetime
) -> Case:
    """A case with its concern; a bare case in the hands of ``account`` where a concern cannot be raised."""
    kind = subject_kind if subject_kind in {"adult", "child"} else "adult"
    told = PersonTold(name=texts["name"][:200] or NOT_KNOWN, subject_kind=kind)
    said = Said(text=texts["what"] or IN_DANGER, kind="observed")
    try:
        with transaction.atomic():
            concern = concern_raise(
                account=account,
                now=now,
                form_key=form_key,
                immediate_danger=True,
                people=[told],
                statements=[said],
                circumstances=Circumstances(happened_at=now, place=texts["place"][:300]),
            )
    except (agencies.NobodyOnDuty, *catalogues.UNREADABLE):
        return _bare_case(account, told, now)
    return concern.on_cases.select_related("case__person", "case__agency").get().case


def keep_known(case: Case, texts: Mapping[str, str], account: Account, now: datetime) -> bool:
    """Keep what is known by now, and tell whether any of it is new; a person gets a name once it is known.

    What says the same as before stays as it was recorded: by whom, from whom and how it is known.
    """
    name = texts.get("subject.name", "")
    if name and case.person.name == NOT_KNOWN:
        case.person.name = name[:200]
        case.person.save(update_fields=["name"])
    before = queries.known_fields(case)
    known = [
        Known(field=field, text=text, kind="reported")
        for field, text in texts.items()
        if text and text != said(before.get(field))
    ]
    if not name and case.person.name == NOT_KNOWN:
        known.append(Known(field="subject.name", unknown="unknown"))
    cases.record_fields(case=case, entries=known, now=now, by=account)
    return bool(known)


def said(entry: FieldEntry | None) -> str:
    """The words recorded for a field, as the page of the message shows them; empty where none are."""
    if entry is None or entry.unknown:
        return ""
    return words.tidy("; ".join([*([entry.text] if entry.text else []), *entry.items]))[:LONGEST]


def is_source(case: Case, name: str) -> bool:
    """Whether this is the name of who the danger comes from, as recorded in the case."""
    recorded = queries.known_fields(case).get("source.identity")
    return same_name(name, said(recorded))


def same_name(one: str, other: str) -> bool:
    """Whether two texts name the same, capitals, accents and marks aside.

    One may say more than the other ("Joe Bloggs, her partner"), but a single word has to stand alone
    between two marks: "police" is in many a sentence about somebody else.
    """
    first, second = _names(one), _names(other)
    if first & second:
        return True
    return _within(first, other) or _within(second, one)


def _names(text: str) -> set[str]:
    """The parts of a text between its marks, folded."""
    return {_folded(part) for part in re.split(r"[,;:()/.\n]", text)} - {""}


def _within(names: set[str], text: str) -> bool:
    """Whether one of these, of several words, stands in a text."""
    whole = f" {_folded(text)} "
    return any(" " in name and f" {name} " in whole for name in names)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", plain.casefold()))


def _bare_case(account: Account, told: PersonTold, now: datetime) -> Case:
    person = Person.objects.create(
        agency=account.agency, name=told.name, subject_kind=told.subject_kind
    )
    case = Case.objects.create(
        agency=account.agency,
        person=person,
        reference=cases.new_reference(),
        owner=account,
        manager=account,
        opened_at=now,
    )
    cases.join_circle(case=case, account=account, relation="owner", now=now)
    cases.join_lead(case=case, now=now)
    return case
