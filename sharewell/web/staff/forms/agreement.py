"""Forms of agreements: begin, edit the text, sign, bring into force, end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.http import HttpRequest

from sharewell.agencies.access import Invalid, Refusal
from sharewell.agencies.agreements.rules import OnPaper
from sharewell.agencies.agreements.texts import LONGEST, finding_key
from sharewell.core.checking import Finding
from sharewell.web.fields import Choice, Form, Line, Select, Tick, Words
from sharewell.web.moments import Day

OWN = "own"
ON_PAPER = {
    "party": "Choose the partner that signed",
    "signatory": "Give the name and post of the person who signed",
    "reference": "Say where the signed copy is kept, or its reference",
    "signed_on": "Give the day on which they signed",
}
LARGEST = 4 * LONGEST  # bytes


class StartForm(Form):
    """What a new agreement starts from: an example, or a text of one's own."""

    start = Choice(
        label="What do you start from?",
        choices=[],
        error_messages={"required": "Choose an example, or a text of your own"},
        reveals={OWN: ("file", "text")},
    )
    file = forms.FileField(
        label="A file", help_text="YAML, as sharewell agreement check reads it", required=False
    )
    text = Words(label="Or paste the text", max_length=LONGEST, rows=10, required=False)

    def __init__(self, *arguments: Any, starters: Mapping[str, str], **options: Any) -> None:
        """Offer examples by name with their titles."""
        super().__init__(*arguments, **options)
        start: Any = self.fields["start"]
        start.choices = [*starters.items(), (OWN, "A text of our own")]

    def clean(self) -> dict[str, Any]:
        """Read the file as text, or take what was pasted."""
        given = super().clean() or {}
        if given.get("start") == OWN and not self.errors:
            file = given.get("file")
            given["text"] = self._read(file) if file else given.get("text", "")
            if not given["text"] and not self.errors:
                self.add_error("text", "Choose a file, or paste the text")
        return given

    def _read(self, file: Any) -> str:
        try:
            read = str(file.read(LARGEST + 1).decode("utf-8-sig"))
        except ValueError:
            read = ""
        if not read.strip() or len(read) > LONGEST:
            self.add_error("file", "This file is no text of an agreement: choose a YAML file")
        return read


class RevisionForm(Form):
    """A form about a draft that two people may have open: it knows which text was read."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class TextForm(RevisionForm):
    """The whole text of a draft."""

    text = Words(
        label="The text of the agreement",
        help_text="YAML. Keep the spaces at the start of lines: they say what belongs to what.",
        max_length=LONGEST,
        rows=32,
        error_messages={"required": "Write the terms, or go back and start from an example"},
    )


class SignForm(Form):
    """A signature: for one's own agency, or a partner's that was given on paper."""

    digest = forms.CharField(widget=forms.HiddenInput)
    for_whom = Choice(
        label="Whose signature is this?",
        choices=[],
        reveals={"record": tuple(ON_PAPER)},
        error_messages={"required": "Choose whose signature this is"},
    )
    party = Select(label="Which partner signed?", choices=[], required=False)
    signatory = Line(label="Who signed for them?", help_text="Name and post", required=False)
    reference = Line(
        label="Where is the signed copy?", help_text="Its reference or place", required=False
    )
    signed_on = Day(
        label="When did they sign?", help_text="For example, 18 11 2026", required=False
    )
    read = Tick(
        label="I have read this version and its check, and this is the text that is signed",
        error_messages={"required": "Confirm that you have read this version"},
    )
    password = forms.CharField(
        label="Your password",
        help_text="A signature asks for it again.",
        widget=forms.PasswordInput,
        strip=False,
        error_messages={"required": "Enter your password"},
    )

    def __init__(
        self,
        *arguments: Any,
        request: HttpRequest,
        ways: Sequence[tuple[str, str]],
        partners: Sequence[tuple[str, str]],
        findings: Sequence[Finding],
        **options: Any,
    ) -> None:
        """Ask for a reason for each of ``findings``; ``ways`` are those in which this person may sign."""
        super().__init__(*arguments, **options)
        self.request, self.keys = request, [finding_key(each) for each in findings]
        whom: Any = self.fields["for_whom"]
        whom.choices, whom.initial = ways, ways[0][0] if len(ways) == 1 else None
        for name in ON_PAPER:  # needed under its answer, so not "(optional)"
            asked: Any = self.fields[name]
            asked.asked = True
        party: Any = self.fields["party"]
        party.choices = [("", "Choose"), *partners]
        for key in self.keys:
            self.fields[f"reason_{key}"] = Words(
                label="Why may this stand?",
                rows=2,
                max_length=1000,
                error_messages={"required": "Say why this may stand, or go back and mend it"},
            )
        if not getattr(request.user, "has_usable_password", bool)():
            del self.fields["password"]  # who signs in elsewhere has none to give

    def clean_password(self) -> str:
        """Accept only the signer's own password; wrong ones are counted as at sign-in."""
        given: str = self.cleaned_data["password"]
        user: Any = self.request.user
        found = get_adapter().authenticate(self.request, email=user.email, password=given)
        if found is None or found.pk != user.pk:
            raise forms.ValidationError("This is not your password. Nothing was signed.")
        return ""

    def answer(self) -> dict[str, Any]:
        """What is signed, for the operation."""
        given = self.cleaned_data
        answer = {
            "digest": given["digest"],
            "reasons": {key: given[f"reason_{key}"] for key in self.keys},
        }
        if given["for_whom"] == "record":
            answer["on_paper"] = OnPaper(**{name: given[name] for name in ON_PAPER})
        return answer

    def clean(self) -> dict[str, Any]:
        """Ask for all that a signature on paper needs."""
        given = super().clean() or {}
        if given.get("for_whom") == "record":
            for name, says in ON_PAPER.items():
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, says)
        return given

    def refused(self, refusal: Refusal) -> None:
        """Show what is wrong with a reason beside its finding."""
        if isinstance(refusal, Invalid):
            named = {f"reason_{k}" if k in self.keys else k: v for k, v in refusal.errors.items()}
            refusal = Invalid(named, refusal.sentence)
        super().refused(refusal)


class ForceForm(Form):
    """The day from which a version is in force."""

    day = Day(
        label="From which day is it in force?",
        help_text="Today means from now. For example, 1 12 2026",
        error_messages={"required": "Give the day from which it is in force"},
    )

    def __init__(self, *arguments: Any, first: date, **options: Any) -> None:
        """Propose the first day that the text allows."""
        super().__init__(*arguments, **options)
        self.fields["day"].initial = first


class EndForm(Form):
    """Why a version ends, or is given up."""

    reason = Words(label="Why does it end?", rows=4, error_messages={"required": "Say why it ends"})
