"""Forms for the directory: what is looked for, what stands of a function, a day of its own, a named contact."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from sharewell import packs
from sharewell.agencies.models import Function, NamedContact
from sharewell.core import openings
from sharewell.followup.operations.directory import TEXTS, Person, Told
from sharewell.web.fields import Choice, Form, KeyedForm, Line, Select, Several, Tick, Words
from sharewell.web.moments import Day
from sharewell.web.staff.forms.clock import WEEKDAYS

WHEN = {
    "any": "At any time",
    "in_hours": "While they are open",
    "out_of_hours": "When they are closed",
}
HOURS_HINT = "Like 8:30 to 17:00, or 8:30 to 12:00, 13:00 to 17:00, or all day, or closed."


class SearchForm(Form):
    """What somebody looks for; everything may be left out."""

    words = Line(label="Name, or what you need", required=False)
    offer = Select(label="What they can offer", choices=(), required=False)
    place = Line(label="Place", required=False, width=20)

    def __init__(self, *arguments: Any, place: str, **options: Any) -> None:
        """Offer the kinds of a place."""
        super().__init__(*arguments, **options)
        offer: Any = self.fields["offer"]
        kinds = packs.directory().of(place)
        offer.choices = [("", "Anything"), *((each.id, each.label) for each in kinds)]
        for field in self.fields.values():
            field.asked = True  # type: ignore[attr-defined]  # nothing of it is needed


class FunctionForm(Form):
    """What stands in the directory of a function."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    phone = Line(label="Telephone number", max_length=40, width=20, required=False)
    out_of_hours_phone = Line(
        label="Number to ring when it is closed", max_length=40, width=20, required=False
    )
    hours = Line(
        label="The hours in a few words",
        required=False,
        help_text="What people read, for example: Monday to Friday; emergency duty team at other times.",
    )
    on_holidays = Tick(label="These hours hold on public holidays too", required=False)
    offers = Several(label="What can it offer?", choices=(), required=False)
    others = Words(
        label="What else can it offer?", required=False, rows=3, help_text="One thing on each line."
    )
    about = Words(label="What is it for, and for whom?", required=False, rows=3, max_length=1000)
    area = Line(label="Which places does it serve?", max_length=300, required=False)
    address = Line(label="Address", max_length=300, required=False)
    link = forms.URLField(
        label="Web page",
        required=False,
        assume_scheme="https",
        max_length=300,
        error_messages={"invalid": "Give a web address that begins with https://"},
    )

    def __init__(self, *arguments: Any, of: Function, **options: Any) -> None:
        """Start from how the function stands, with a line for each day of the week."""
        super().__init__(*arguments, initial=_standing(of), **options)
        offers: Any = self.fields["offers"]
        offers.choices = [
            (each.id, each.label) for each in packs.directory().of(of.agency.jurisdiction)
        ]
        for number, name in enumerate(WEEKDAYS):
            self.fields[f"week_{number}"] = Line(label=name, required=False, width=20)
        self.order_fields(
            ["seen", "phone", "out_of_hours_phone", "hours", *_week_names(), "on_holidays"]
        )

    @property
    def week(self) -> list[Any]:
        """The fields of the week."""
        return [self[name] for name in _week_names()]

    def told(self) -> Told:
        """What was typed, for the operation."""
        given = self.cleaned_data
        return Told(
            **{name: given[name] for name in TEXTS},
            week={number: given[f"week_{number}"] for number in range(7)},
            offers=given["offers"],
            others=[each.strip() for each in given["others"].splitlines() if each.strip()],
        )


class FunctionDayForm(Form):
    """One day on which a function is open at other times, or closed."""

    day = Day(label="Which day?")
    hours = Line(label="When is it open on that day?", width=20, help_text=HOURS_HINT)
    note = Line(label="Why, in a few words", required=False)


class ContactForm(KeyedForm):
    """A person to ask for, who needs no account here."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = Line(label="Name")
    job_title = Line(label="What are they there?", required=False)
    phone = Line(label="Telephone number", max_length=40, width=20, required=False)
    email = forms.EmailField(
        label="E-mail address",
        required=False,
        error_messages={"invalid": "Give an e-mail address, like name@example.org"},
        help_text="To write to them about how you work together. Nothing of a case goes there.",
    )
    when = Choice(label="When are they reached?", choices=list(WHEN.items()), initial="any")

    def __init__(
        self, *arguments: Any, contact: NamedContact | None = None, **options: Any
    ) -> None:
        """Start from how the contact stands, or from nothing."""
        names = ("name", "job_title", "phone", "email", "when")
        initial = {name: getattr(contact, name) for name in names} if contact else {}
        if contact:
            initial["seen"] = contact.revision
        super().__init__(*arguments, initial=initial, **options)

    def person(self) -> Person:
        """What was typed, for the operation."""
        names = ("name", "job_title", "phone", "email", "when")
        return Person(**{name: self.cleaned_data[name] for name in names})


def week_words(function: Function) -> list[tuple[str, str]]:
    """The hours of each day of the week as people say them; empty where nobody entered any."""
    week = _week(function)
    return (
        [(WEEKDAYS[number], openings.words(week.get(number, ()))) for number in range(7)]
        if week
        else []
    )


def day_words(function: Function, today: date) -> list[tuple[date, str, str]]:
    """The days to come on which a function is open at other times: the day, its hours, why."""
    days: dict[date, list[Any]] = {}
    for row in function.hours_rows.all():
        if row.day is not None and row.day >= today:
            days.setdefault(row.day, []).append(row)
    return [
        (day, openings.words([(r.opens, r.closes) for r in rows if r.opens]), rows[0].note)
        for day, rows in sorted(days.items())
    ]


def _week(function: Function) -> dict[int, list[openings.Span]]:
    week: dict[int, list[openings.Span]] = {}
    for row in function.hours_rows.all():
        if row.weekday is not None and row.opens is not None and row.closes is not None:
            week.setdefault(row.weekday, []).append((row.opens, row.closes))
    return week


def _week_names() -> list[str]:
    return [f"week_{number}" for number in range(7)]


def _standing(of: Function) -> dict[str, Any]:
    week = _week(of)
    lines = {
        f"week_{number}": openings.words(week.get(number, ())) if week else ""
        for number in range(7)
    }
    offers = list(of.offers.all())
    return {
        "seen": of.revision,
        **{name: getattr(of, name) for name in TEXTS},
        **lines,
        "offers": [each.kind for each in offers if each.kind],
        "others": "\n".join(each.name for each in offers if each.name),
    }
