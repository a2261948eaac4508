"""The form to raise a concern: one page, as many people and statements as are needed, nothing lost on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from sharewell.agencies.models import Account
from sharewell.cases.catalogues import Category
from sharewell.cases.models import Case
from sharewell.cases.telling import MOST_PEOPLE, Circumstances, PersonTold, Said
from sharewell.web.fields import KeyedForm
from sharewell.web.staff.forms import concern_parts as parts
from sharewell.web.staff.forms.concern_parts import (
    EVERYONE,
    KIND,
    MOST_STATEMENTS,
    PARTS,
    THEIR_WORDS,
    MaybeSame,
    category_name,
)
from sharewell.web.staff.forms.marks import marks_of

UNBORN = "unborn"
PERSON = ("known", "name", "kind", "birth_date", "age")


class ConcernForm(KeyedForm):
    """A concern as typed; :meth:`told` gives it as :func:`~sharewell.cases.operations.concern_raise` takes it."""

    def __init__(
        self,
        data: QueryDict | MultiValueDict[str, str] | None = None,
        *,
        kept: QueryDict | MultiValueDict[str, str] | None = None,
        known: Sequence[Case] = (),
        colleagues: Sequence[Account] = (),
        categories: Sequence[Category] = (),
        more: str = "",
        same: Mapping[str, Sequence[MaybeSame]] | None = None,
    ) -> None:
        """Check ``data``, or show ``kept`` as it was typed without judging it, with one ``more`` of a row.

        ``same`` are those known whom a new person may be, by the person's number; it is then asked.
        """
        typed = data if data is not None else kept
        super().__init__(data)
        self.known, self.colleagues, self.categories = known, colleagues, categories
        self.same = dict(same or {})
        self.people = _count(typed, "people", 1, MOST_PEOPLE) + (more == "person")
        self.statements = _count(typed, "statements", 2, MOST_STATEMENTS) + (more == "statement")
        self.people = min(self.people, MOST_PEOPLE)
        self.statements = min(self.statements, MOST_STATEMENTS)
        self._add_fields(typed)
        if typed is not None and typed.get("immediate_danger") == "true":
            # In danger nobody is kept for a sentence; the emergency steps ask for what is needed.
            self.fields["reason"].required = False
        if kept is not None and data is None:
            self.initial = {
                name: field.widget.value_from_datadict(kept, MultiValueDict(), name)
                for name, field in self.fields.items()
            }
            self.initial |= {"people": self.people, "statements": self.statements}

    def _add_fields(self, typed: Any) -> None:
        names = range(self.people)
        self.whom = [(str(number), self.person_name(number, typed)) for number in names]
        self.fields["immediate_danger"] = parts.danger_field()
        for number in names:
            if str(number) in self.same:
                self.fields[f"person_{number}_same"] = parts.same_field(self.same[str(number)])
            self.fields |= parts.person_fields(number, self.known)
        self.fields |= parts.circumstance_fields()
        for number in range(self.statements):
            self.fields |= parts.statement_fields(number, self.whom)
        for part in PARTS:
            self.fields |= parts.part_fields(part, self.whom)
        for category in self.categories:
            self.fields |= parts.category_fields(category, self.whom)
        self.fields |= parts.counted_fields(self.whom)
        self.fields |= parts.teller_fields(self.colleagues)

    # --- for the page ---------------------------------------------------------------------------

    def person_name(self, number: int, typed: Any) -> str:
        """What a person is called in the answers to "whom is this about"."""
        known = {str(case.person_id): case.person.name for case in self.known}
        chosen = (typed or {}).get(f"person_{number}_known", "")
        name = known.get(chosen) or (typed or {}).get(f"person_{number}_name", "").strip()
        return f"Person {number + 1}: {name}" if name else f"Person {number + 1}"

    def person_rows(self) -> list[list[Any]]:
        """The fields of each person, as the page shows them."""
        shown = ("same", *PERSON)
        return [self._row(f"person_{number}", shown) for number in range(self.people)]

    def statement_rows(self) -> list[list[Any]]:
        """The fields of each statement, as the page shows them."""
        shown = ("kind", "source_role", "text", "about")
        return [self._row(f"statement_{number}", shown) for number in range(self.statements)]

    def part_rows(self, *names: str) -> list[list[Any]]:
        """The fields of these parts, each with the question whom it is about where there are several."""
        return [self._row(name, ("", "about")) for name in names]

    @property
    def seen(self) -> list[list[Any]]:
        """The parts that belong to what was seen."""
        return self.part_rows("present", "privacy_barriers", "presentation_changes")

    @property
    def done(self) -> list[list[Any]]:
        """What was done."""
        return self.part_rows("actions_done")

    @property
    def worries(self) -> list[list[Any]]:
        """Why there is worry."""
        return self.part_rows("reason", "risk_immediate", "risk_others")

    @property
    def asks(self) -> list[list[Any]]:
        """What is asked."""
        return self.part_rows("ask")

    def category_groups(self) -> list[dict[str, Any]]:
        """The categories for adults and for children, each with its fields and whether any is ticked."""
        groups = []
        for kind, heading in (("adult", "For an adult"), ("child", "For a child")):
            rows = []
            for category in self.categories:
                if category.subject_kind == kind:
                    name = category_name(category)
                    row = self._row(name, ("", "about"))
                    rows.append(
                        {"label": category.label, "fields": row, "open": bool(row[0].value())}
                    )
            groups.append({"heading": heading, "rows": rows})
        return groups

    @property
    def counted(self) -> list[Any]:
        """What it counts as; the numbers are shown by the answers that open them."""
        return self._row("marks", ("", "about"))

    def _row(self, name: str, ends: Sequence[str]) -> list[Any]:
        names = [f"{name}_{end}" if end else name for end in ends]
        return [self[each] for each in names if each in self.fields]

    # --- what was told --------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        """Check what one field alone cannot tell; every mistake is put beside its field."""
        given = super().clean() or {}
        for number in range(self.people):
            self._clean_person(number, given)
        for number in range(self.statements):
            name = f"statement_{number}"
            if (
                given.get(f"{name}_text")
                and f"{name}_kind" in self.fields
                and not given.get(f"{name}_kind")
            ):
                self.add_error(f"{name}_kind", "Say how you know this.")
            self._clean_about(name, f"{name}_text", given)
        for part in PARTS:
            self._clean_about(part, part, given)
        for category in self.categories:
            self._clean_category(category, given)
        if given.get("marks") and len(self._people(given)) > 1 and not given.get("marks_about"):
            self._unless_wrong("marks_about", "Say whom this is about.")
        if not any(given.get(f"statement_{n}_text") for n in range(self.statements)):
            self._unless_wrong(
                "statement_0_text", "Write what you saw and heard, or what they said."
            )
        if given.get("told_by") == "colleague" and not given.get("for_name"):
            self._unless_wrong("for_name", "Give the name of the person you write this down for.")
        if given.get("staff") == "true" and not (
            given.get("about_staff") or given.get("about_staff_named")
        ):
            self._unless_wrong("about_staff", "Say which member of staff or volunteer.")
        return given

    def _unless_wrong(self, field: str, sentence: str) -> None:
        if field not in self.errors:
            self.add_error(field, sentence)

    def _is_empty(self, number: int, given: Mapping[str, Any]) -> bool:
        wrong = any(f"person_{number}_{part}" in self.errors for part in PERSON)
        return not wrong and not any(given.get(f"person_{number}_{part}") for part in PERSON)

    def _clean_person(self, number: int, given: dict[str, Any]) -> None:
        name = f"person_{number}"
        if given.get(f"{name}_known") or (number and self._is_empty(number, given)):
            return
        if not given.get(f"{name}_name"):
            self._unless_wrong(f"{name}_name", "Give a name, or words that tell who is meant.")
        if not given.get(f"{name}_kind"):
            self._unless_wrong(
                f"{name}_kind", "Say whether this person is an adult, a child or not born yet."
            )
        if given.get(f"{name}_kind") == UNBORN and given.get(f"{name}_age"):
            self.add_error(f"{name}_age", "One who is not born yet has no age. Leave this empty.")
        age = given.get(f"{name}_age")
        if age and not (age.isascii() and age.isdigit() and int(age) <= 120):
            self.add_error(f"{name}_age", "Enter the age as a number of years, like 42.")

    def _people(self, given: Mapping[str, Any]) -> list[int]:
        return [n for n in range(self.people) if n == 0 or not self._is_empty(n, given)]

    def _clean_about(self, name: str, text: str, given: Mapping[str, Any]) -> None:
        people = self._people(given)
        if len(people) < 2 or not given.get(text):
            return
        about = given.get(f"{name}_about")
        if about not in {EVERYONE, *map(str, people)}:
            self._unless_wrong(
                f"{name}_about", "Say whom this is about, or that it is about everyone."
            )

    def _clean_category(self, category: Category, given: Mapping[str, Any]) -> None:
        name = category_name(category)
        people = self._people(given)
        if not given.get(name):
            return
        of_kind = [n for n in people if self._kind(n, given) == category.subject_kind]
        if not of_kind:
            self._unless_wrong(
                name, f"“{category.label}” here is for {_PLURAL[category.subject_kind]}."
            )
        elif len(people) > 1 and not set(given.get(f"{name}_about", ())) <= set(map(str, of_kind)):
            self._unless_wrong(f"{name}_about", "Choose people whom this list is for.")
        elif len(of_kind) > 1 and not given.get(f"{name}_about"):
            self._unless_wrong(f"{name}_about", f"Say whom “{category.label}” is about.")

    def _kind(self, number: int, given: Mapping[str, Any]) -> str:
        chosen = given.get(f"person_{number}_known")
        known = {str(case.person_id): case.person.subject_kind for case in self.known}
        kind = given.get(f"person_{number}_kind") or ""
        return known.get(chosen or "", "child" if kind == UNBORN else kind)

    def told(self) -> dict[str, Any]:
        """The concern as keywords of the operation, from a form that was found right."""
        given = self.cleaned_data
        people = self._people(given)
        staff = given["staff"] == "true"
        chosen = set(given["about_staff"]) if staff else set()
        colleague = given["told_by"] == "colleague"
        return {
            "form_key": given["form_key"],
            "immediate_danger": given["immediate_danger"] == "true",
            "people": [self._person_told(number, given) for number in people],
            "statements": self._said(given, several=len(people) > 1),
            "circumstances": Circumstances(
                happened_at=given["happened_at"],
                happened_when=given["happened_when"],
                place=given["place"],
                for_name=given["for_name"] if colleague else "",
                for_role=given["for_role"] if colleague else "",
                about_staff_named=given["about_staff_named"] if staff else "",
            ),
            "about_staff": [a for a in self.colleagues if str(a.pk) in chosen],
        }

    def new_people(self) -> list[PersonTold]:
        """Who is named as new, as far as it could be read, to see whom they may be."""
        given = self.cleaned_data
        return [
            PersonTold(
                key=str(number),
                name=given[f"person_{number}_name"],
                birth_date=given.get(f"person_{number}_birth_date"),
            )
            for number in range(self.people)
            if given.get(f"person_{number}_name") and not given.get(f"person_{number}_known")
        ]

    def _person_told(self, number: int, given: Mapping[str, Any]) -> PersonTold:
        name = f"person_{number}"
        ticked = [c for c in self.categories if self._ticked_for(c, number, given)]
        offered = self.same.get(str(number), ())
        same = given.get(f"{name}_same")
        known = given.get(f"{name}_known")
        known = known or next((each.person_id for each in offered if each.case_id == same), "")
        age = given.get(f"{name}_age")
        counted = given.get("marks_about") or [str(number)]
        unborn = not known and given[f"{name}_kind"] == UNBORN
        return PersonTold(
            key=str(number),
            person_id=UUID(known) if known else None,
            name="" if known else given[f"{name}_name"],
            subject_kind="" if known else given[f"{name}_kind"],
            birth_date=None if known or unborn else given[f"{name}_birth_date"],
            expected_on=given[f"{name}_birth_date"] if unborn else None,
            age=int(age) if age and not known else None,
            not_same=[each.case_id for each in offered if same == parts.NEW],
            categories=[c.id for c in ticked],
            indicators=[
                f"{c.id}/{sign}" for c in ticked for sign in given[category_name(c)] if sign != KIND
            ],
            marks=marks_of(given) if str(number) in counted else (),
        )

    def _ticked_for(self, category: Category, number: int, given: Mapping[str, Any]) -> bool:
        name = category_name(category)
        if not given.get(name) or self._kind(number, given) != category.subject_kind:
            return False
        about = given.get(f"{name}_about")
        return not about or str(number) in about

    def _said(self, given: Mapping[str, Any], *, several: bool) -> list[Said]:
        fixed = {0: "observed", 1: THEIR_WORDS}
        said = []
        for number in range(self.statements):
            name = f"statement_{number}"
            kind = fixed.get(number) or given[f"{name}_kind"]
            said.append(
                Said(
                    text=given[f"{name}_text"],
                    kind="reported" if kind == THEIR_WORDS else kind,
                    verbatim=kind == THEIR_WORDS,
                    source_role=given.get(f"{name}_source_role", ""),
                    about=_about(given.get(f"{name}_about"), several=several),
                )
            )
        for part, (_, _, _, _, kind) in PARTS.items():
            about = _about(given.get(f"{part}_about"), several=several)
            said.append(Said(text=given[part], part=part, kind=kind, about=about))
        return [each for each in said if each.text]


_PLURAL = {"adult": "adults", "child": "children"}


def _about(value: str | None, *, several: bool) -> str | None:
    return value if several and value != EVERYONE else None


def _count(typed: Any, name: str, least: int, most: int) -> int:
    text = (typed or {}).get(name, "")
    return min(max(int(text), least), most) if text.isascii() and text.isdigit() else least
