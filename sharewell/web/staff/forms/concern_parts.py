"""The fields of the form to raise a concern: a row for each person, statement, part and category."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms

from sharewell.agencies.models import Account
from sharewell.cases.catalogues import Category
from sharewell.cases.models import Case
from sharewell.web.fields import Choice, Line, Select, Several, Words
from sharewell.web.moments import Day, Moment
from sharewell.web.staff.forms.marks import mark_fields

Fields = dict[str, forms.Field]
Choices = Sequence[tuple[str, str]]

EVERYONE = "all"
NEW = "new"  # none of those who may be the same
KIND = "this kind"  # a category ticked without an indicator
MOST_STATEMENTS = 30
THEIR_WORDS = "their_words"
KINDS = (
    ("observed", "I saw or heard it myself"),
    (THEIR_WORDS, "The person said it, in their own words"),
    ("reported", "Somebody told me"),
    ("third_party", "Somebody told me what another person had told them"),
    ("opinion", "It is what I think"),
)
# The parts of a concern beside its statements: field, most characters, rows, label, hint, kind.
PARTS: Mapping[str, tuple[int, int, str, str, str]] = {
    "present": (
        1000,
        2,
        "Who was there?",
        "Names and roles, also of people who came and went.",
        "observed",
    ),
    "privacy_barriers": (
        1000,
        2,
        "What makes it hard to speak with the person alone?",
        "For example, somebody is always in the room, answers for them, or reads their phone.",
        "observed",
    ),
    "presentation_changes": (
        2000,
        3,
        "What is different about how they look, speak or behave?",
        "",
        "observed",
    ),
    "actions_done": (
        2000,
        3,
        "What have you done so far?",
        "Whom you spoke to, when, and what came of it.",
        "observed",
    ),
    "reason": (
        300,
        2,
        "In one sentence, why are you worried?",
        "Whoever reads this first should know from it what is the matter.",
        "opinion",
    ),
    "risk_immediate": (600, 2, "What might happen next, and how soon?", "", "opinion"),
    "risk_others": (
        600,
        2,
        "Who else may be at risk?",
        "Children, other adults, staff, animals; weapons or fire.",
        "opinion",
    ),
    "ask": (
        600,
        2,
        "What do you ask for?",
        "Advice, an assessment, immediate action; by when.",
        "observed",
    ),
}


# The parts that tell what happened; the guide to good recording stands beside them.
GUIDED = ("present", "presentation_changes", "actions_done", "reason")


def category_name(category: Category) -> str:
    """The name of a category's field."""
    return f"category_{category.id.replace('.', '_')}"


def account_words(account: Account) -> str:
    """A colleague as offered in a list."""
    return f"{account.name}, {account.job_title}" if account.job_title else account.name


def danger_field() -> Choice:
    """The first question."""
    return Choice(
        label="Is anybody in danger now?",
        choices=(("true", "Yes"), ("false", "No")),
        help_text="Danger to life or limb, of anybody, now or in the next hours. If you are not sure, answer yes.",
        error_messages={"required": "Say first whether anybody is in danger now."},
    )


def person_fields(number: int, known: Sequence[Case]) -> Fields:
    """The fields of one person; ``known`` are cases whose people can be chosen."""
    name = f"person_{number}"
    fields: Fields = {}
    if known:
        chosen = [(str(each.person_id), f"{each.person.name}, {each.reference}") for each in known]
        fields[f"{name}_known"] = Select(
            label="Somebody you already have a case about", choices=chosen, required=False
        )
    fields[f"{name}_name"] = Line(
        label="Name",
        required=False,
        help_text="If you do not know it, write words that tell who is meant.",
    )
    fields[f"{name}_kind"] = Choice(
        label="Adult or child?",
        choices=(("adult", "Adult"), ("child", "Child, under 18"), ("unborn", "Not born yet")),
        required=False,
        inline=True,
    )
    fields[f"{name}_birth_date"] = Day(
        label="Date of birth",
        required=False,
        help_text="Of a child who is not born yet, when they are expected.",
    )
    fields[f"{name}_age"] = Line(
        label="Age in years, if you do not know the date", width=3, max_length=3, required=False
    )
    return fields


@dataclass(frozen=True, slots=True)
class MaybeSame:
    """A case that may be about somebody who is named as new, in words, and why."""

    case_id: str
    person_id: str
    words: str
    because: str


def same_field(offered: Sequence[MaybeSame]) -> Choice:
    """The question whether somebody new is one of those known."""
    return Choice(
        label="Is this somebody you already have a case about?",
        choices=[*((each.case_id, each.words) for each in offered), (NEW, "No, somebody else")],
        hints={each.case_id: each.because for each in offered},
        error_messages={
            "required": "Say whether this is somebody you already have a case about, or somebody else."
        },
    )


def circumstance_fields() -> Fields:
    """When and where."""
    return {
        "happened_at": Moment(
            label="When did it happen?",
            required=False,
            help_text="For example, 20 11 2026 at 14:05. Leave it empty if you do not know the time.",
        ),
        "happened_when": Line(
            label="When, in words",
            required=False,
            help_text="For example, some time last week, at night.",
        ),
        "place": Line(label="Where?", max_length=300, required=False),
    }


def statement_fields(number: int, whom: Choices) -> Fields:
    """The fields of one statement; the first two are of a fixed kind."""
    name = f"statement_{number}"
    labels = {0: "What did you see and hear?", 1: "What did they say, in their own words?"}
    hints = {
        0: "Facts only: what, who, how. What you think comes further down.",
        1: "Word for word, as far as you remember.",
    }
    fields: Fields = {}
    if number not in labels:
        fields[f"{name}_kind"] = Select(
            label="How do you know this?", choices=KINDS, required=False
        )
        fields[f"{name}_source_role"] = Line(
            label="Who told you", required=False, help_text="Their role, for example neighbour."
        )
    fixed = ("observed", THEIR_WORDS)
    fields[f"{name}_text"] = Words(
        guided=fixed[number] if number in labels else f"{name}_kind",
        label=labels.get(number, "What else?"),
        help_text=hints.get(number, ""),
        rows=4,
        required=False,
    )
    return fields | about_fields(name, whom)


def part_fields(part: str, whom: Choices) -> Fields:
    """The fields of one part beside the statements."""
    most, rows, label, hint, kind = PARTS[part]
    field = Words(
        label=label,
        max_length=most,
        rows=rows,
        help_text=hint,
        required=part == "reason",
        guided=kind if part in GUIDED else "",
    )
    field.error_messages["required"] = "Say in one sentence why you are worried."
    return {part: field} | about_fields(part, whom)


def about_fields(name: str, whom: Choices) -> Fields:
    """The question whom it is about; none where the concern is about one person."""
    if len(whom) < 2:
        return {}
    choices = [(EVERYONE, "Everyone in this concern"), *whom]
    return {f"{name}_about": Select(label="Whom is this about?", choices=choices, required=False)}


def category_fields(category: Category, whom: Choices) -> Fields:
    """The signs of one category of abuse or neglect."""
    name = category_name(category)
    offered = [(each.id, each.label) for each in category.indicators]
    fields: Fields = {
        name: Several(
            label=category.label,
            choices=[*offered, (KIND, "This kind of abuse or neglect, without one of these signs")],
            required=False,
        )
    }
    if len(whom) > 1:
        fields[f"{name}_about"] = Several(label="Whom is this about?", choices=whom, required=False)
    return fields


def counted_fields(whom: Choices) -> Fields:
    """What the concern counts as, and whom that is about where there are several."""
    fields = mark_fields()
    if fields and len(whom) > 1:
        fields["marks_about"] = Several(label="Whom is this about?", choices=whom, required=False)
    return fields


def teller_fields(colleagues: Sequence[Account]) -> Fields:
    """Who saw it, and whether it is about a member of staff."""
    return {
        "told_by": Choice(
            label="Who saw or heard this?",
            choices=(("me", "I did"), ("colleague", "Somebody I write it down for")),
            initial="me",
            help_text="A colleague, bank worker or volunteer without an account.",
            reveals={"colleague": ["for_name", "for_role"]},
            error_messages={"required": "Say who saw or heard this."},
        ),
        "for_name": Line(label="Their name", required=False),
        "for_role": Line(label="Their role", required=False),
        "staff": Choice(
            label="Is the concern about a member of staff or a volunteer?",
            choices=(("false", "No"), ("true", "Yes")),
            initial="false",
            help_text="They will not receive it, and will not be able to see it.",
            reveals={"true": ["about_staff", "about_staff_named"]},
            error_messages={"required": "Say whether the concern is about a member of staff."},
        ),
        "about_staff": Several(
            label="Who?",
            choices=[(str(each.pk), account_words(each)) for each in colleagues],
            required=False,
        ),
        "about_staff_named": Line(
            label="Somebody who has no account here", max_length=300, required=False
        ),
    }
