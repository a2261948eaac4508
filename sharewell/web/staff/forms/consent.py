"""The forms of consent: the conversation on one page, taking agreement back, and the signature."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from sharewell.agencies.access import Invalid, Refusal
from sharewell.cases.models import Case
from sharewell.consent import script
from sharewell.consent.models import Conversation
from sharewell.web.fields import Choice, KeyedForm, Line, Tick, Words
from sharewell.web.moments import Day, Moment
from sharewell.web.staff.forms import consent_parts as parts

Typed = QueryDict | MultiValueDict[str, str] | None
SAME = (
    "held_at",
    "discussed_with",
    "explained",
    "language",
    "interpreter",
    "material",
    "understanding_checked",
    "understanding_how",
    "wants_to_happen",
    "given_by",
    "giver_name",
    "giver_authority",
    "parents_differ",
    "child_competence",
    "capacity_note",
    "covers_recipients",
    "covers_purposes",
    "covers_labels",
    "written",
    "signed_on",
    "copy_given",
    "copy_note",
    "revisit_when",
)
FACTS = (
    "capacity",
    "giver_is_source",
    "safe_to_ask",
    "safe_to_inform",
    "safe_to_inform_child",
    "safe_to_tell_partners",
)
SHOWN_AS = {
    "boundaries": "deny_person",
    "expires_at": "expires_on",
    "revisit_at": "revisit_on",
}


class _Following(KeyedForm):
    """A form that follows the conversation that stood when it was opened."""

    follows = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def follow(self, conversation: Conversation | None) -> None:
        """Follow another conversation from now on, keeping all that was typed."""
        typed: Any = self.data
        data = typed.copy()
        data["follows"] = str(conversation.pk) if conversation else ""
        self.data = data


class ConsentForm(_Following):
    """The conversation as typed; :meth:`answers` gives it as the operation takes it."""

    def __init__(
        self,
        data: Typed = None,
        *,
        case: Case,
        before: Conversation | None,
        agreed_before: bool,
        now: datetime,
        kept: Typed = None,
    ) -> None:
        """Check ``data``, or show ``kept`` as it was typed, or start from the conversation ``before``."""
        super().__init__(data)
        agency, kind = case.agency, case.person.subject_kind
        points = [
            (line.id, line.title)
            for audience in script.AUDIENCES
            for line in script.lines(agency, audience)
            if line.kind == "explain"
        ]
        self.fields |= parts.safety_fields()
        self.fields |= parts.talk_fields(list(dict(points).items()))
        self.fields |= parts.deciding_fields(kind)
        self.fields |= parts.position_fields(agreed_before=agreed_before)
        self.fields |= parts.agreement_fields(agency, case.flags)
        self.fields |= parts.boundary_fields()
        self.fields |= parts.after_fields(kind)
        self.initial = _start(before, now, script.expiry(agency).default_days)
        if kept is not None and data is None:
            typed = {
                name: field.widget.value_from_datadict(kept, MultiValueDict(), name)
                for name, field in self.fields.items()
            }
            self.initial = {**typed, "follows": self.initial["follows"]}

    @property
    def explained(self) -> set[str]:
        """The points of the script that are ticked."""
        return set(self["explained"].value() or ())

    def answers(self) -> dict[str, Any]:
        """What was answered, named as the operation takes it; moments in UTC."""
        given = self.cleaned_data
        answers = {name: given[name] for name in SAME if name in given}
        answers |= {name: given[name] or "unknown" for name in FACTS if name in given}
        answers["position"] = self._position()
        tier = given.get("covers_tier")
        answers["covers_tier"] = int(tier) if tier else None
        answers["expires_at"] = _end_of(given.get("expires_on"))
        answers["revisit_at"] = _end_of(given.get("revisit_on"))
        answers["boundaries"] = _boundaries(given)
        answers["must_not_know"] = _names(given["must_not_know"])
        if self._unsafe():
            answers["reason"] = given["reason_unsafe"] or given["reason_not_sought"]
            answers["reason_words"] = given["words_unsafe"] or given["reason_words"]
        else:
            answers["reason"] = given.get(f"reason_{self._position()}", "")
            answers["reason_words"] = given["reason_words"]
        return answers

    def refused(self, refusal: Refusal) -> None:
        """Show a refusal beside the fields as this page names them."""
        if isinstance(refusal, Invalid):
            shown = {self._shown_as(name): texts for name, texts in refusal.errors.items()}
            refusal = Invalid(shown, refusal.sentence)
        super().refused(refusal)

    def _position(self) -> str:
        return self.cleaned_data["position"] or ("not_sought" if self._says_unsafe() else "")

    def _says_unsafe(self) -> bool:
        return bool(self.cleaned_data["safe_to_ask"] == "false")

    def _unsafe(self) -> bool:
        return self._says_unsafe() and self._position() == "not_sought"

    def _shown_as(self, name: str) -> str:
        if name == "reason":
            shown = "reason_unsafe" if self._unsafe() else f"reason_{self._position()}"
            return shown if shown in self.fields else "position"
        if name == "reason_words" and self._unsafe():
            return "words_unsafe"
        return SHOWN_AS.get(name, name)


class WithdrawForm(_Following):
    """Agreement taken back: short, because it must be easy."""

    held_at = Moment(
        label="When did they say so?",
        help_text="Leave it as it is if it was just now.",
        required=False,
    )
    discussed_with = Line(
        label="Who told you, and who else was there?", max_length=300, required=False
    )
    reason_words = Words(
        label="What did they say?",
        help_text="They do not have to give a reason.",
        max_length=2000,
        rows=4,
        required=False,
    )
    safe_to_inform = Choice(
        label="Is it safe to tell them what was already shared?",
        choices=parts.YES_NO,
        required=False,
    )
    safe_to_tell_partners = parts.tell_partners()

    def answers(self) -> dict[str, Any]:
        """What was answered, named as the operation takes it."""
        given = self.cleaned_data
        answers = {name: given[name] for name in ("held_at", "discussed_with", "reason_words")}
        for name in ("safe_to_inform", "safe_to_tell_partners"):
            answers[name] = given[name] or "unknown"
        return answers


class SignForm(_Following):
    """A release that came back signed."""

    signed_on = Day(label="When was it signed?")
    copy_given = Tick(label="They were given a copy", required=False)
    copy_note = Line(
        label="Why was it safe to give a copy, and where is it kept?",
        max_length=300,
        required=False,
    )

    def answers(self) -> dict[str, Any]:
        """What was answered, named as the operation takes it."""
        return {name: self.cleaned_data[name] for name in ("signed_on", "copy_given", "copy_note")}


def _start(before: Conversation | None, now: datetime, days: int) -> dict[str, Any]:
    """What a new conversation starts from: how to talk and what is ruled out, as it was last said."""
    start: dict[str, Any] = {
        "held_at": now,
        "expires_on": timezone.localdate(now + timedelta(days)),
    }
    start["follows"] = str(before.pk) if before else ""
    if before is None:
        return start
    start |= {"language": before.language, "interpreter": before.interpreter}
    start["revisit_when"] = list(before.revisit_when)
    start["must_not_know"] = "\n".join(before.must_not_know)
    for kind in ("deny_role", "deny_channel"):
        start[kind] = [row[kind] for row in before.boundaries if kind in row]
    people = [row["deny_person"] for row in before.boundaries if "deny_person" in row]
    return start | {"deny_person": "\n".join(people)}


def _boundaries(given: Mapping[str, Any]) -> list[dict[str, str]]:
    rows = [{"deny_role": role} for role in given["deny_role"]]
    rows += [{"deny_person": name} for name in _names(given["deny_person"])]
    return rows + [{"deny_channel": channel} for channel in given["deny_channel"]]


def _names(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _end_of(day: date | None) -> datetime | None:
    """The last second of a day in the agency's time zone, in UTC."""
    if day is None:
        return None
    local = datetime.combine(day, time(23, 59, 59), timezone.get_current_timezone())
    return local.astimezone(UTC)
