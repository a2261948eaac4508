"""The fields of a consent form, part by part, with the words around them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from django import forms

from sharewell.agencies.models import Agency
from sharewell.consent import script, words
from sharewell.consent.check import REASONS
from sharewell.web.fields import Choice, Line, Several, Tick, Words
from sharewell.web.moments import Day, Moment

Fields = dict[str, forms.Field]
YES_NO = (("true", "Yes"), ("false", "No"), ("unknown", "I do not know"))
INSIDE = ("safeguarding_lead", "hr", "person_themself")  # not people one would rule out or in
PERSON = {"adult": "they", "child": "the child"}


def capital(text: str) -> str:
    """The same words with a capital first."""
    return text[:1].upper() + text[1:]


def _choices(labels: Mapping[str, str], only: Iterable[str] | None = None) -> list[tuple[str, str]]:
    return [(key, capital(labels[key])) for key in (only if only is not None else labels)]


def _asked(field: forms.Field) -> forms.Field:
    """A field that an answer opens: not marked as optional, because that answer asks for it."""
    field.asked = True  # type: ignore[attr-defined]
    return field


def safety_fields() -> Fields:
    """Is it safe to ask; and if it is not, why."""
    return {
        "safe_to_ask": Choice(
            label="Is it safe to ask them?",
            help_text="Could asking put them or somebody else at more risk? Could somebody overhear, "
            "find out, or make them pay for it?",
            choices=(
                ("true", "Yes"),
                ("false", "No"),
                ("unknown", "I do not know yet"),
            ),
            hints={
                "false": "Say why, and record it. You do not need to go through the conversation.",
                "unknown": "Find a safe moment, or ask your manager. Do not ask through somebody else.",
            },
            reveals={"false": ("reason_unsafe", "words_unsafe")},
            required=False,
        ),
        "reason_unsafe": _asked(
            Choice(
                label="Why is it not safe to ask?",
                choices=_choices(words.REASONS, REASONS["not_sought"]),
                required=False,
            )
        ),
        "words_unsafe": _asked(
            Words(
                label="In your own words: why could you not ask?",
                help_text="A reviewer should be able to follow your reason from this alone.",
                max_length=2000,
                rows=4,
                required=False,
            )
        ),
    }


def talk_fields(points: Collection[tuple[str, str]]) -> Fields:
    """Who, when, in which language, what was explained and how understanding was checked."""
    cards = [(f"card-{tag}", f"Card in {c.english_name}") for tag, c in script.cards().items()]
    return {
        "held_at": Moment(
            label="When did you talk?",
            help_text="Leave it as it is if it was just now.",
            required=False,
        ),
        "discussed_with": Line(
            label="Who did you talk with, and who else was there?", max_length=300, required=False
        ),
        "language": Line(label="Language, or way of communicating", max_length=100, required=False),
        "interpreter": Line(
            label="Interpreter or supporter",
            help_text="Independent of the family and of anybody the concern is about.",
            required=False,
        ),
        "material": Several(
            label="What did you use?",
            choices=[("easy_read", "Easy-read page"), *cards],
            required=False,
        ),
        "explained": Several(label="What did you explain?", choices=points, required=False),
        "understanding_checked": Tick(label="I checked that they understood", required=False),
        "understanding_how": Words(
            label="How did you check, and what did they say?",
            max_length=2000,
            rows=4,
            required=False,
        ),
    }


def deciding_fields(kind: str) -> Fields:
    """Whether the person can make this decision, and who answers."""
    fields: Fields = {}
    givers = ["person", "decision_maker"]
    if kind == "child":
        givers.insert(1, "parent")
        fields["child_competence"] = Words(
            label="Does the child understand enough to decide this?",
            help_text="What they understood of the reasons, the choices and what may follow.",
            max_length=2000,
            rows=4,
            required=False,
        )
        fields["parents_differ"] = Words(
            label="Do those with parental responsibility see it differently?",
            help_text="Who says what. Ask your safeguarding lead before you rely on one of them.",
            max_length=2000,
            rows=3,
            required=False,
        )
    else:
        fields["capacity"] = Choice(
            label="Can they make this decision, at this time?",
            help_text="Only this decision: whether this may be shared. Start from the view that they can.",
            choices=(
                ("has", "Yes, nothing suggests otherwise or I found that they can"),
                ("fluctuating", "It comes and goes"),
                ("lacks", "No, not this decision at this time"),
                ("not_assessed", "I have doubts, and it has not been assessed"),
            ),
            required=False,
        )
        fields["capacity_note"] = Words(
            label="What did you see, and how did you help them to decide?",
            help_text="Needed when they cannot decide or it comes and goes. When may it be different?",
            max_length=2000,
            rows=3,
            required=False,
        )
    return fields | _giver_fields(kind, givers)


def _giver_fields(kind: str, givers: Sequence[str]) -> Fields:
    """Who answers, by what right, and whether they are who the concern is about."""
    fields: Fields = {}
    labels = {"person": "The child" if kind == "child" else "They did themself"}
    labels["parent"] = "Somebody with parental responsibility"
    labels["decision_maker"] = "Somebody who may decide for them"
    fields["given_by"] = Choice(
        label="Who answered?", choices=_choices(labels, givers), required=False
    )
    fields["giver_name"] = Line(label="Their name", required=False)
    fields["giver_authority"] = Line(
        label="What gives them the right to answer, and how do you know?",
        help_text="For example: parental responsibility, birth certificate seen; lasting power of "
        "attorney, seen; guardianship order. Being next of kin is not enough.",
        max_length=300,
        required=False,
    )
    fields["giver_is_source"] = Choice(
        label="Could they be causing the harm?", choices=YES_NO, inline=True, required=False
    )
    return fields


def position_fields(*, agreed_before: bool) -> Fields:
    """Where things stand, with the reasons each position asks for."""
    choices = [("obtained", "They agreed, to all or to some of it")]
    if agreed_before:
        choices.append(("withdrawn", "They said no: they take back what they agreed before"))
    else:
        choices.append(("refused", "They said no"))
    choices += [
        ("not_sought", "I did not ask"),
        ("not_possible", "It was not possible to ask"),
        ("unknown", "Not yet: I am going to ask"),
    ]
    reveals = {"not_sought": ("reason_not_sought",), "not_possible": ("reason_not_possible",)}
    reveals |= {"refused": ("reason_refused",), "withdrawn": ("safe_to_tell_partners",)}
    fields: Fields = {
        "position": Choice(
            label="What did they decide?",
            help_text="You can leave this open when it was not safe to ask.",
            choices=choices,
            reveals=reveals,
            required=False,
        )
    }
    labels = {
        "not_sought": "Why did you not ask?",
        "not_possible": "Why was it not possible?",
        "refused": "Why, as far as you can tell?",
    }
    for position, label in labels.items():
        choices = _choices(words.REASONS, REASONS[position])
        fields[f"reason_{position}"] = _asked(Choice(label=label, choices=choices, required=False))
    fields["safe_to_tell_partners"] = _asked(tell_partners())
    fields["reason_words"] = Words(
        label="In words: their reason, or yours",
        help_text="Use their own words where you can. Needed when you did not or could not ask.",
        max_length=2000,
        rows=4,
        required=False,
    )
    return fields


def tell_partners() -> Choice:
    """Whether those who hold the information may be told of a withdrawal."""
    return Choice(
        label="Is it safe to tell partners who already have the information?",
        choices=YES_NO,
        required=False,
    )


def agreement_fields(agency: Agency, flags: Sequence[str]) -> Fields:
    """What an agreement covers, and until when."""
    outside = [name for name in words.ROLES if name not in INSIDE]
    limit = script.expiry(agency)
    labels = script.labels(agency, flags)
    fields: Fields = {
        "covers_purposes": Several(
            label="What may it be shared for?", choices=_choices(words.PURPOSES), required=False
        ),
        "covers_recipients": Several(
            label="Who may receive it?", choices=_choices(words.ROLES, outside), required=False
        ),
        "covers_tier": Choice(
            label="How much may be shared?",
            choices=[(str(tier), capital(text)) for tier, text in words.TIERS.items()],
            hints={
                "1": "Who, where, what is happening, what is unsafe, what help is asked for.",
                "2": "Also daily life, triggers, support now, what was tried, what gets in the way.",
                "3": "Detailed health, history or reports. Each item still needs its reason and approver.",
            },
            required=False,
        ),
    }
    if labels:
        fields["covers_labels"] = Several(
            label="Specially protected records they agreed to, by name",
            choices=[(row.id, capital(row.label)) for row in labels],
            hints={row.id: row.hint for row in labels},
            required=False,
        )
    fields |= {
        "expires_on": Day(
            label="Until when?",
            help_text=f"At most {limit.max_days} days. Left empty: {limit.default_days} days.",
            required=False,
        ),
        "written": Tick(label="They signed for it", required=False),
        "signed_on": Day(label="Date of the signature", required=False),
        "copy_given": Tick(label="They were given a copy", required=False),
        "copy_note": Line(
            label="Why was it safe to give a copy, and where is it kept?",
            help_text="Needed when somebody must not know, or when it is not safe to tell them.",
            max_length=300,
            required=False,
        ),
    }
    return fields


def boundary_fields() -> Fields:
    """Whom not to contact, which ways not to use, who must not know."""
    outside = ["family_carer", *[n for n in words.ROLES if n not in (*INSIDE, "family_carer")]]
    channels = [(row.id, capital(row.label)) for row in script.rules().channels]
    return {
        "must_not_know": Words(
            label="Who must not know?", help_text="One name on each line.", rows=3, required=False
        ),
        "deny_person": Words(
            label="Nobody contacts these people",
            help_text="One name on each line.",
            rows=3,
            required=False,
        ),
        "deny_role": Several(
            label="Nobody contacts", choices=_choices(words.ROLES, outside), required=False
        ),
        "deny_channel": Several(label="Never reach them by", choices=channels, required=False),
    }


def after_fields(kind: str) -> Fields:
    """Who may be told, what the person wants, and when to go back."""
    changes = [(row.id, capital(row.label)) for row in script.rules().changes]
    told = "the parents or carers" if kind == "child" else "them"
    fields: Fields = {
        "safe_to_inform": Choice(
            label=f"Is it safe to tell {told} that it was shared?",
            choices=YES_NO,
            inline=True,
            required=False,
        )
    }
    if kind == "child":
        fields["safe_to_inform_child"] = Choice(
            label="Is it safe to tell the child that it was shared?",
            choices=YES_NO,
            inline=True,
            required=False,
        )
    return fields | {
        "wants_to_happen": Words(
            label=f"What do{'es' if kind == 'child' else ''} {PERSON[kind]} want to happen?",
            help_text="In their words, also when they did not agree or could not decide.",
            max_length=2000,
            rows=4,
            required=False,
        ),
        "revisit_on": Day(
            label="On which day do you go back?",
            help_text="Left empty: the next day when you could not ask, in a week after a no, at the end "
            "of an agreement.",
            required=False,
        ),
        "revisit_when": Several(label="And earlier, when", choices=changes, required=False),
    }
