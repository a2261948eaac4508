"""What a consent record must hold before it can stand; each fault with what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sharewell.consent import answers as forms
from sharewell.consent.answers import Answers
from sharewell.consent.models import CAPACITY, POSITIONS, REVISITS, YES_NO

REASONS = {
    "not_sought": (
        "increases_risk",
        "delays_protection",
        "prejudices_investigation",
        "not_practicable",
    ),
    "not_possible": ("lacks_capacity", "unconscious", "cannot_be_reached", "no_one_with_authority"),
    "refused": (
        "fear_of_consequences",
        "intimidation",
        "dependency",
        "misinformation",
        "wants_no_involvement",
        "mistrust",
        "other",
    ),
}
REASONS["withdrawn"] = REASONS["refused"]
GIVERS = {"adult": ("person", "decision_maker"), "child": ("person", "parent", "decision_maker")}
ASKED = ("obtained", "refused")
CLOCK_SKEW = timedelta(minutes=5)

Errors = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Setting:
    """What the rules need to know besides the answers."""

    subject_kind: str  # adult | child
    now: datetime
    required_points: tuple[str, ...]  # of the script, before an agreement counts
    known: dict[str, frozenset[str]]  # the values that purposes, recipients, ... may have
    max_days: int
    agreed_before: bool  # the conversation that stands is an agreement
    careful_contact: bool  # a safe-contact plan names who must not know or what never to do


def problems(answers: Answers, setting: Setting) -> Errors:
    """Every reason why these answers cannot stand yet; empty when they can."""
    errors: Errors = forms.too_long(answers)
    for rule in (_values, _dates, _position, _asked, _capacity, _giver, _agreement, _copy):
        for name, sentences in rule(answers, setting).items():
            errors.setdefault(name, []).extend(sentences)
    return errors


def _values(answers: Answers, setting: Setting) -> Errors:
    """Closed sets hold only what they may hold."""
    sets = {"capacity": CAPACITY, "giver_is_source": YES_NO, "given_by": ("", *GIVERS["child"])}
    sets |= {name: YES_NO for name in forms.NAMES_OF_ANSWERS if name.startswith("safe_to_")}
    wrong = [name for name, allowed in sets.items() if getattr(answers, name) not in allowed]
    many = setting.known | {"revisit_when": frozenset(REVISITS)}
    wrong += [name for name, allowed in many.items() if not set(getattr(answers, name)) <= allowed]
    if answers.covers_tier not in (None, 1, 2, 3):
        wrong.append("covers_tier")
    errors = {name: ["Choose from the list."] for name in wrong}
    kinds = {"deny_role", "deny_person", "deny_channel"}
    if any(
        len(row) != 1 or not set(row) <= kinds or not all(row.values())
        for row in answers.boundaries
    ):
        errors["boundaries"] = ["Say for each boundary who or which channel it is about."]
    return errors


def _dates(answers: Answers, setting: Setting) -> Errors:
    errors: Errors = {}
    if answers.held_at and answers.held_at > setting.now + CLOCK_SKEW:
        errors["held_at"] = ["Give the time of the conversation; this is in the future."]
    if answers.revisit_at and answers.revisit_at <= setting.now:
        errors["revisit_at"] = ["Choose a date in the future."]
    if answers.signed_on and answers.signed_on > (setting.now + timedelta(days=1)).date():
        errors["signed_on"] = ["Give the date of the signature; this is in the future."]
    return errors


def _position(answers: Answers, setting: Setting) -> Errors:
    if answers.position not in POSITIONS:
        return {"position": ["Choose where things stand."]}
    if answers.position == "refused" and setting.agreed_before:
        return {
            "position": [
                (
                    "They agreed before. Choose that they have taken it back, so that what waits to be "
                    "sent is stopped."
                )
            ]
        }
    errors: Errors = {}
    allowed = REASONS.get(answers.position, ())
    must = answers.position in ("not_sought", "not_possible")
    if (answers.reason and answers.reason not in allowed) or (must and not answers.reason):
        errors["reason"] = ["Choose the reason."] if allowed else ["No reason belongs here."]
    if must and not answers.reason_words:
        errors["reason_words"] = ["Say why in a sentence, as you would to a reviewer."]
    return errors


def _asked(answers: Answers, setting: Setting) -> Errors:
    if answers.position not in ASKED:
        return {}
    errors: Errors = {}
    if not answers.discussed_with:
        errors["discussed_with"] = ["Say who you discussed it with, and who else was there."]
    if answers.understanding_checked and not answers.understanding_how:
        errors["understanding_how"] = ["Say how you checked, and what they told you back."]
    left_out = [point for point in setting.required_points if point not in answers.explained]
    if answers.position == "obtained" and left_out:
        errors["explained"] = [
            (
                "An agreement counts only when the limits of confidentiality and the right to change "
                "one's mind were explained. Explain them and tick them, or record that you have not asked yet."
            )
        ]
    return errors


def _capacity(answers: Answers, setting: Setting) -> Errors:
    errors: Errors = {}
    if answers.capacity in ("lacks", "fluctuating") and not answers.capacity_note:
        errors["capacity_note"] = [
            "Say what you saw, how you helped them decide, and when it may change."
        ]
    if setting.subject_kind == "child" or answers.position not in ASKED:
        return errors
    if answers.capacity == "unknown":
        errors["capacity"] = ["Choose what you found for this decision."]
    if answers.capacity == "lacks" and answers.given_by in ("", "person"):
        errors["capacity"] = [
            (
                "Someone who cannot make this decision now can neither agree nor refuse. Record that it was "
                "not possible to ask and put their wishes below, or name who decides for them."
            )
        ]
    return errors


def _giver(answers: Answers, setting: Setting) -> Errors:
    if answers.position not in ASKED:  # taking agreement back asks nobody for papers
        return {}
    who = answers.given_by
    if who not in GIVERS[setting.subject_kind]:
        return {"given_by": ["Choose who answered."]}
    if who == "decision_maker" and setting.subject_kind == "adult" and answers.capacity == "has":
        return {"given_by": ["The person can make this decision, so nobody makes it for them."]}
    if who == "person":
        judged = setting.subject_kind == "adult" or answers.child_competence
        sentence = "Say why you judged that the child understands enough to decide."
        return {} if judged else {"child_competence": [sentence]}
    return _other_giver(answers)


def _other_giver(answers: Answers) -> Errors:
    errors: Errors = {}
    if not answers.giver_name:
        errors["giver_name"] = ["Give their name."]
    if not answers.giver_authority:
        sentence = "Say what gives them the right to answer, and how you know."
        errors["giver_authority"] = [sentence]
    if answers.giver_is_source == "true" and answers.position == "obtained":
        sentence = "Someone who may be causing the harm cannot agree for the person."
        errors["giver_is_source"] = [sentence]
    return errors


def _agreement(answers: Answers, setting: Setting) -> Errors:
    if answers.position != "obtained":
        return {}
    errors: Errors = {}
    if not answers.covers_purposes:
        errors["covers_purposes"] = ["Choose what they agreed it may be shared for."]
    if not answers.covers_recipients:
        errors["covers_recipients"] = ["Choose who they agreed it may be shared with."]
    if answers.covers_tier is None:
        errors["covers_tier"] = ["Choose how much they agreed to share."]
    held = answers.held_at or setting.now
    ends = answers.expires_at
    if ends is not None and ends <= setting.now:
        errors["expires_at"] = ["Choose a date in the future; an agreement ends at some time."]
    elif ends is not None and ends > held + timedelta(days=setting.max_days + 1):
        errors["expires_at"] = [f"An agreement here lasts {setting.max_days} days at most."]
    denied = {row.get("deny_role") for row in answers.boundaries}
    if denied & set(answers.covers_recipients):
        errors["boundaries"] = ["The same recipient is both agreed to and ruled out. Choose one."]
    return errors


def _copy(answers: Answers, setting: Setting) -> Errors:
    unsafe = "false" in (answers.safe_to_inform, answers.safe_to_inform_child)
    if answers.copy_given and not answers.copy_note and (unsafe or setting.careful_contact):
        return {
            "copy_note": [
                "Say why it was safe to give a copy, and where it is kept; someone could find it."
            ]
        }
    return {}
