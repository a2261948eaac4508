"""Forms for the people of a case: names, numbers, needs, who decides, household, relations, persons alleged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sharewell import packs
from sharewell.agencies.models import Account
from sharewell.cases.models import Case, HouseholdMember
from sharewell.cases.operations.alleged import AllegedTold
from sharewell.core.people import Choice as Listed
from sharewell.web.fields import Choice, Form, Line, Select, Several, Tick, Words
from sharewell.web.moments import Day
from sharewell.web.staff.forms.concern_parts import account_words

TOLD_BY = "Who told you"
TOLD_HINT = "Their role, for example neighbour. Leave it empty if you saw it yourself."


def told_by() -> Line:
    """The question who told it."""
    return Line(label=TOLD_BY, help_text=TOLD_HINT, required=False)


def fill(field: Any, rows: Iterable[Listed]) -> None:
    """Offer these rows of a list, each with its hint where the field shows hints."""
    rows = list(rows)
    first = [("", "Choose")] if isinstance(field, Select) else []
    field.choices = [*first, *((row.id, row.label) for row in rows)]
    if hasattr(field, "hints"):
        field.hints = {row.id: row.hint for row in rows if row.hint}


class PeopleForm(Form):
    """A form about the people of a case, whose ``kind`` is chosen from a list of packs/people.yaml."""

    choices_of = ""

    def __init__(self, *arguments: Any, case: Case, **options: Any) -> None:
        """Offer what is offered where the agency is, for a person of this kind."""
        self.case = case
        super().__init__(*arguments, **options)
        fill(self.fields["kind"], self.offered(self.choices_of))

    def offered(self, name: str) -> list[Listed]:
        """The rows of a list for this case."""
        kind = self.case.person.subject_kind
        return packs.people().offered(name, self.case.agency.jurisdiction, kind)

    def answer(self) -> dict[str, Any]:
        """The answers as keywords of the operation."""
        return dict(self.cleaned_data)


class NameForm(PeopleForm):
    """Another name."""

    choices_of = "names"
    name = Line(label="What is the name?")
    kind = Choice(label="What kind of name is it?", choices=[])
    source_role = told_by()


class IdentifierForm(PeopleForm):
    """A number; it is typed as it is read, with or without spaces."""

    choices_of = "identifiers"
    kind = Choice(label="Which number is it?", choices=[])
    number = Line(
        label="What is the number?",
        max_length=40,
        width=20,
        help_text="As it is written, with or without spaces. Its check digit is tried.",
    )
    sure = Tick(label="I have looked again, and the number is right", required=False)
    source_role = told_by()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Ask whether the writer is sure only once there is a doubt."""
        super().__init__(*arguments, **options)
        self.doubted = bool(self.data.get("sure"))

    def refused(self, refusal: Any) -> None:
        """Show a doubt with the box to tick."""
        self.doubted = self.doubted or "sure" in getattr(refusal, "errors", {})
        super().refused(refusal)

    def shown(self) -> Any:
        """The fields that the page shows."""
        return [each for each in self if each.name != "sure" or self.doubted]


class NeedForm(PeopleForm):
    """How to speak with the person."""

    choices_of = "needs"
    kind = Choice(label="What must others know?", choices=[])
    detail = Line(label="More about it", max_length=300, required=False)
    source_role = told_by()


class DeciderForm(PeopleForm):
    """Who may decide, and what was seen as proof of it."""

    choices_of = "deciders"
    kind = Choice(label="What are they?", choices=[])
    name = Line(label="What is their name?")
    contact = Line(label="How are they reached?", required=False)
    evidence = Line(
        label="What did you see as proof?",
        max_length=300,
        required=False,
        help_text="For example, the registered copy, or the court order with its date. Empty: nothing was seen.",
    )
    until = Day(label="Until when does it hold?", required=False)
    source_role = told_by()


class RelationForm(PeopleForm):
    """What somebody is to the person."""

    choices_of = "relations"
    kind = Select(label="What are they to the person?", choices=[])
    other = Select(
        label="Somebody you already have a case about",
        choices=[],
        required=False,
        help_text="Only those who may read that case see that there is one.",
    )
    name = Line(label="Or their name", required=False)
    starts_on = Day(label="From when?", required=False)
    ends_on = Day(label="Until when?", required=False)
    note = Line(
        label="Anything else that matters?",
        max_length=300,
        required=False,
        help_text="Of a carer or a professional, what they do, such as GP. With their name it may be shared.",
    )
    source_role = told_by()

    def __init__(self, *arguments: Any, known: Sequence[Case], **options: Any) -> None:
        """Offer the people of these cases."""
        self.known = {str(each.pk): each for each in known}
        super().__init__(*arguments, **options)
        field: Any = self.fields["other"]
        offered = [(pk, f"{each.person.name}, {each.reference}") for pk, each in self.known.items()]
        field.choices = [("", "Choose"), *offered]

    def answer(self) -> dict[str, Any]:
        """The answers as keywords of the operation."""
        given = super().answer()
        return given | {"other": self.known.get(given["other"])}


class HouseholdForm(PeopleForm):
    """Somebody who lives with the person."""

    choices_of = "relations"
    name = Line(
        label="What is their name?",
        help_text="If you do not know it, words that tell who is meant.",
    )
    kind = Select(label="What are they to the person?", choices=[])
    subject_kind = Choice(
        label="Adult or child?",
        choices=(("adult", "Adult"), ("child", "Child, under 18"), ("unborn", "Not born yet")),
        inline=True,
    )
    birth_date = Day(
        label="Date of birth",
        required=False,
        help_text="Of a child who is not born yet, when they are expected.",
    )
    age = Line(
        label="Age in years, if you do not know the date", width=3, max_length=3, required=False
    )
    at_risk = Choice(
        label="Are they at risk too?",
        choices=(("yes", "Yes"), ("no", "No"), ("unknown", "Not known")),
        inline=True,
    )
    source_role = told_by()

    def clean_age(self) -> int | None:
        """The age as a number."""
        age = str(self.cleaned_data["age"])
        if not age:
            return None
        if not (age.isascii() and age.isdigit()):
            self.add_error("age", "Enter the age as a number of years, like 42.")
            return None
        return int(age)


class AllegedForm(PeopleForm):
    """A person alleged to cause harm."""

    choices_of = "alleged"
    kind = Choice(
        label="Who is it?",
        choices=[],
        reveals={
            "account": ["colleague"],
            "staff": ["name"],
            "household": ["member"],
            "other": ["name_other"],
        },
    )
    colleague = Select(label="Which member of staff?", choices=[], required=False)
    name = Line(label="What is their name, and where do they work?", required=False)
    name_other = Line(label="What is their name, or who is meant?", required=False)
    member = Select(label="Who of the household?", choices=[], required=False)
    relation = Select(label="What are they to the person?", choices=[])
    birth_date = Day(label="Their date of birth", required=False)
    access = Line(
        label="How can they reach the person?",
        max_length=300,
        required=False,
        help_text="For example, has a key, or collects the child from school.",
    )
    work = Words(
        label="Their work or volunteering with people at risk",
        max_length=300,
        rows=2,
        required=False,
    )
    handling = Several(
        label="Does any of these hold?",
        help_text="What you tick holds more back at once, and is shown on the case.",
        choices=[],
        required=False,
    )
    source_role = told_by()

    def __init__(
        self,
        *arguments: Any,
        colleagues: Sequence[Account],
        household: Sequence[HouseholdMember],
        **options: Any,
    ) -> None:
        """Offer the staff of the agency and who lives with the person."""
        self.colleagues = {str(each.pk): each for each in colleagues}
        self.household = {str(each.pk): each for each in household}
        super().__init__(*arguments, **options)
        field: Any = self.fields["colleague"]
        field.choices = [
            ("", "Choose"),
            *((pk, account_words(each)) for pk, each in self.colleagues.items()),
        ]
        field = self.fields["member"]
        field.choices = [
            ("", "Choose"),
            *((pk, each.name) for pk, each in self.household.items()),
        ]
        fill(self.fields["relation"], self.offered("relations"))
        fill(self.fields["handling"], self.offered("handling"))

    def shown(self) -> Any:
        """The fields that the page shows; those that an answer opens stand under it."""
        inside = {"colleague", "name", "name_other", "member"}
        return [each for each in self if each.name not in inside]

    def answer(self) -> dict[str, Any]:
        """What is told, as the operation takes it; only what goes with who it is."""
        given = dict(self.cleaned_data)
        kind, other = given["kind"], given.pop("name_other")
        colleague = self.colleagues.get(given.pop("colleague")) if kind == "account" else None
        member = self.household.get(given.pop("member")) if kind == "household" else None
        given.pop("colleague", None)
        given.pop("member", None)
        name = {"staff": given.pop("name"), "other": other}.get(kind, "")
        return {"told": AllegedTold(name=name, colleague=colleague, member=member, **given)}


class EndForm(Form):
    """Why a row no longer holds."""

    reason = Line(label="Why does it no longer hold?", max_length=300)


class BirthForm(Form):
    """A birth."""

    born_on = Day(label="When was the child born?")
    name = Line(
        label="What is the child called?",
        required=False,
        help_text="Leave it empty while the child has no name.",
    )


class ExpectForm(Form):
    """When a child is expected."""

    expected_on = Day(label="When is the child expected?")


class SameForm(Form):
    """Whether two records are about one person."""

    same = Choice(
        label="Are they about the same person?",
        choices=(("true", "Yes, the same person"), ("false", "No, two people")),
        hints={
            "true": "The other case is taken into this one. It can be parted again.",
            "false": "Nobody is asked about these two again.",
        },
    )
    reason = Words(label="How do you know?", max_length=300, rows=2)


class PartForm(Form):
    """Why two records that were brought together are not about one person."""

    reason = Words(label="How do you know that they are two people?", max_length=300, rows=2)
