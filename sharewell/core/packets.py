"""The forms that a packet may start from: whom each is for, what its writer is asked, where each field of it stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sharewell.core.catalogue import vouched
from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.reading import Row
from sharewell.core.vocabulary import Vocabulary

FILE = "packets.yaml"
# How lines of a chronology are told apart; the ids are those of the record of cases.
SECTIONS = (
    "concern",
    "contact",
    "action",
    "consent",
    "decision",
    "disclosure",
    "answer",
    "meeting",
    "received",
    "note",
)
PARTS = ("asks", "templates", "forms", "kept_lines")
KINDS = ("observed", "reported", "opinion", "third_party")


@dataclass(frozen=True, slots=True)
class Vouched:
    """Where a row comes from, and how far it can be trusted."""

    source: str
    status: str
    verified_on: date | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, answered once for each person; ``id`` is the field of the catalogue that carries the answer."""

    id: str
    label: str
    hint: str
    is_list: bool
    vouched: Vouched


@dataclass(frozen=True, slots=True)
class Template:
    """One form: for which people and places, ``partners`` by role with their first purpose, and the ids it asks."""

    id: str
    label: str
    hint: str
    subject_kinds: tuple[str, ...]
    places: tuple[str, ...]  # empty: everywhere
    partners: Mapping[str, str]
    asks: tuple[str, ...]
    vouched: Vouched


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a real form, the fields of the catalogue that carry it, and what of it is left out and why."""

    id: str
    says: str
    of: tuple[str, ...]  # ids of templates
    fields: tuple[str, ...]
    left_out: str
    vouched: Vouched


@dataclass(frozen=True, slots=True)
class KeptLine:
    """Lines of a chronology that are not chosen for a packet, by ``section`` or by ``kind``, and what is said of it."""

    id: str
    section: str
    kind: str
    says: str
    vouched: Vouched


@dataclass(frozen=True, slots=True)
class Packets:
    """The pack, each part by id in its order."""

    asks: Mapping[str, Asked]
    templates: Mapping[str, Template]
    forms: Mapping[str, FormField]
    kept_lines: Mapping[str, KeptLine]

    def kept_because(self, section: str, kind: str) -> str:
        """Why a line of the chronology cannot be chosen for a packet; empty where it can."""
        rows = self.kept_lines.values()
        return next((e.says for e in rows if section == e.section or kind == e.kind), "")


def packets(file: str, text: bytes, vocabulary: Vocabulary) -> Packets:
    """Read the pack. Raises PackError naming the row and the key."""
    head = Row(opened(file, text), failing(file, ""))
    raw = {name: rows_of(file, head.need(name), name) for name in PARTS}
    head.done()
    asks = [_asked(_row(file, each), vocabulary) for each in raw["asks"]]
    known = {each.id for each in asks}
    templates = [_template(_row(file, each), vocabulary, known) for each in raw["templates"]]
    ids = {each.id for each in templates}
    forms = [_field(_row(file, each), vocabulary, ids) for each in raw["forms"]]
    lines = [_kept_line(_row(file, each)) for each in raw["kept_lines"]]
    return Packets(
        asks={each.id: each for each in asks},
        templates={each.id: each for each in templates},
        forms={each.id: each for each in forms},
        kept_lines={each.id: each for each in lines},
    )


def _row(file: str, raw: Mapping[str, object]) -> Row:
    return Row(raw, failing(file, str(raw["id"])))


def _asked(row: Row, vocabulary: Vocabulary) -> Asked:
    found = Asked(
        id=row.choice("id", vocabulary.fields),
        label=row.text("label"),
        hint=row.text("hint", ""),
        is_list=bool(row.flag("list", default=False)),
        vouched=_vouched(row),
    )
    row.done()
    return found


def _template(row: Row, vocabulary: Vocabulary, asks: Collection[str]) -> Template:
    partners = row.inner("partners")
    roles = partners.keys()
    found = Template(
        id=row.text("id"),
        label=row.text("label"),
        hint=row.text("hint", ""),
        subject_kinds=row.choices("subject_kinds", vocabulary.facts["subject_kind"], need=True),
        places=row.choices("places", vocabulary.jurisdictions),
        partners={
            role: partners.choice(role, vocabulary.purposes)
            for role in roles
            if role in vocabulary.recipient_roles
        },
        asks=row.choices("asks", asks, need=True),
        vouched=_vouched(row),
    )
    partners.done()
    if not found.partners:
        row.refuse("partners", "names nobody")
    row.done()
    return found


def _field(row: Row, vocabulary: Vocabulary, templates: Collection[str]) -> FormField:
    found = FormField(
        id=row.text("id"),
        says=row.text("says"),
        of=row.choices("of", templates),
        fields=row.choices("fields", vocabulary.fields),
        left_out=row.text("left_out", ""),
        vouched=_vouched(row),
    )
    if not found.fields and not found.left_out:
        row.refuse("left_out", "is missing: no field carries it, so a reason has to stand here")
    row.done()
    return found


def _kept_line(row: Row) -> KeptLine:
    found = KeptLine(
        id=row.text("id"),
        section=row.choice("section", ("", *SECTIONS), ""),
        kind=row.choice("kind", ("", *KINDS), ""),
        says=row.text("says"),
        vouched=_vouched(row),
    )
    if bool(found.section) == bool(found.kind):
        row.refuse("section", "is missing, or stands beside a kind: give one of the two")
    row.done()
    return found


def _vouched(row: Row) -> Vouched:
    source = row.text("source")
    return Vouched(source, *vouched(row))
