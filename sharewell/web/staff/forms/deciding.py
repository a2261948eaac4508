"""Forms of deciding: not to share, to refer, to answer, to overrule, to approve, to look again, to tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms

from sharewell import packs
from sharewell.agencies.models import Account
from sharewell.disclosures import catalogues
from sharewell.disclosures.models import Threshold
from sharewell.web.fields import Choice, Form, Line, Select, Several, Tick, Words
from sharewell.web.moments import Moment
from sharewell.web.staff.forms.disclosure import VersionForm

NOT_REPUTATION = "The reputation of my organisation played no part in this"


def not_reputation() -> Tick:
    """The declaration that goes with every decision about sharing."""
    return Tick(
        label=NOT_REPUTATION,
        error_messages={
            "required": "Confirm this: the reputation of an organisation is never a reason"
        },
    )


class NotSharedForm(VersionForm):
    """The decision not to share now: why, what would open it again, when it is looked at."""

    grounds = Several(
        label="On what grounds?",
        choices=[],
        error_messages={"required": "Choose at least one of these grounds"},
    )
    reasons = Words(
        label="Why, in your own words?",
        help_text="So that somebody who was not there can follow it",
        rows=5,
        error_messages={"required": "Say why, so that somebody who was not there can follow it"},
    )
    thresholds = Several(
        label="What would open this again?",
        help_text="Choose what fits. When one of them happens, press its button on the sharing page.",
        choices=[],
        required=False,
    )
    review_at = Moment(
        label="When is it looked at again?",
        error_messages={"required": "Give the day and time when this is looked at again"},
    )
    not_reputation = not_reputation()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Offer the grounds and thresholds of the packs, each threshold with its detail."""
        super().__init__(*arguments, **options)
        grounds: Any = self.fields["grounds"]
        grounds.choices = [(row.id, row.label) for row in catalogues.grounds("not_share").values()]
        thresholds: Any = self.fields["thresholds"]
        rows = catalogues.thresholds().values()
        thresholds.choices = [(row.id, row.label) for row in rows]
        for row in rows:
            if row.detail:
                name = f"detail_{row.id}"
                self.fields[name] = Line(label=row.detail, max_length=300, required=False)
                self.fields[name].asked = row.needs_detail  # type: ignore[attr-defined]
                thresholds.reveals[row.id] = (name,)

    def clean(self) -> dict[str, Any]:
        """Ask for the detail of a threshold that says nothing without it."""
        given = super().clean() or {}
        for kind in given.get("thresholds") or []:
            if catalogues.thresholds()[kind].needs_detail and not given.get(f"detail_{kind}"):
                self.add_error(
                    f"detail_{kind}",
                    f"Say more about: {catalogues.thresholds()[kind].label.lower()}",
                )
        return given

    def chosen(self) -> list[dict[str, str]]:
        """The thresholds with their details."""
        given = self.cleaned_data
        return [
            {"kind": kind, "detail": given.get(f"detail_{kind}", "")}
            for kind in given["thresholds"]
        ]


class ReferForm(VersionForm):
    """The question put to the one who decides."""

    question = Words(
        label="What do they need to know to decide?",
        help_text="They see the case, the message and what the rules say. Add what only you know.",
        rows=4,
        required=False,
    )


class ReferralForm(Form):
    """The answer to a question that was referred."""

    answer = Choice(
        label="May it be shared?",
        choices=[("share", "Yes, it may be sent"), ("not_share", "No, not now")],
        error_messages={"required": "Choose whether it may be shared"},
    )
    grounds_share = Several(label="On what grounds?", choices=[], required=False)
    grounds_not_share = Several(label="On what grounds?", choices=[], required=False)
    reason = Words(
        label="Why?",
        help_text="Your reasons are kept with the record and shown to the sender",
        rows=5,
        error_messages={"required": "Say why, so that somebody who was not there can follow it"},
    )
    not_reputation = not_reputation()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Offer the grounds of each answer under it."""
        super().__init__(*arguments, **options)
        answer: Any = self.fields["answer"]
        for each in ("share", "not_share"):
            field: Any = self.fields[f"grounds_{each}"]
            field.choices = [(row.id, row.label) for row in catalogues.grounds(each).values()]
            answer.reveals[each] = (f"grounds_{each}",)

    def clean(self) -> dict[str, Any]:
        """Ask for a ground of the answer given."""
        given = super().clean() or {}
        answer = given.get("answer")
        if answer and not given.get(f"grounds_{answer}"):
            self.add_error(f"grounds_{answer}", "Choose at least one of these grounds")
        return given

    def grounds(self) -> list[str]:
        """The grounds of the answer given."""
        return list(self.cleaned_data[f"grounds_{self.cleaned_data['answer']}"])


class OverruleForm(VersionForm):
    """Why the safeguarding lead or on-call manager sets the answer aside."""

    reason = Words(
        label="Why does it have to go?",
        help_text="What outweighs what the rules say. It is kept with the record.",
        rows=5,
        error_messages={"required": "Say why it has to go, against what the rules say"},
    )


class ReopenForm(Form):
    """Why a decision is taken again."""

    reason = Words(
        label="Why is it opened again?",
        rows=3,
        error_messages={"required": "Say what changed, or what was overlooked"},
    )


class ReachedForm(Form):
    """What happened that reached a threshold."""

    note = Words(
        label="What happened, and when?",
        rows=4,
        error_messages={"required": "Say what happened, and when"},
    )


class ReviewForm(Form):
    """What came of a disclosure, or of a decision not to share."""

    outcome = Words(
        label="What was done since, and what changed?",
        rows=5,
        error_messages={"required": "Say what was done since, and what changed"},
    )
    next_review_at = Moment(label="When is it looked at again?", required=False)


class InformForm(Form):
    """What the person or the family was told, or why not yet."""

    whom = Choice(
        label="Who?",
        choices=[],
        error_messages={"required": "Choose who was, or was not, told"},
    )
    told = Choice(
        label="Were they told?",
        choices=[("yes", "Yes"), ("not_yet", "Not yet")],
        reveals={
            "yes": ("how", "words_said", "told_at", "despite"),
            "not_yet": ("reason", "until"),
        },
        error_messages={"required": "Say whether they were told"},
    )
    how = Select(label="How were they told?", choices=[], required=False)
    words_said = Words(label="What was said, and what did they say?", rows=4, required=False)
    despite = Words(
        label="If the safe contact plan speaks against it, why was it done?",
        rows=2,
        required=False,
        help_text="And how they are kept safe now.",
    )
    told_at = Moment(label="When?", required=False)
    reason = Words(label="Why is it not safe, or not possible, yet?", rows=4, required=False)
    until = Moment(label="When is this looked at again?", required=False)

    def __init__(
        self, *arguments: Any, whom: Sequence[tuple[str, str]], now: datetime, **options: Any
    ) -> None:
        """Ask about these people; without another time they were told now."""
        options.setdefault("initial", {"told_at": now})
        super().__init__(*arguments, **options)
        self.fields["whom"].choices = list(whom)  # type: ignore[attr-defined]
        channels = [(row.id, row.phrase) for row in packs.contact().channels.values()]
        self.fields["how"].choices = [("", "Choose"), *channels]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for the words and the time that belong to the answer."""
        given = super().clean() or {}
        needs = {
            "yes": {
                "how": "Choose how they were told",
                "words_said": "Say how they were told, and what they said",
                "told_at": "Give the day and time when they were told",
            },
            "not_yet": {
                "reason": "Say why they cannot be told yet",
                "until": "Give the day and time when this is looked at again",
            },
        }
        for name, text in needs.get(given.get("told", ""), {}).items():
            if not given.get(name) and name not in self.errors:
                self.add_error(name, text)
        return given


def approvers_field(approvers: Sequence[Account]) -> Select:
    """Whom to ask: people who may approve and are not the sender."""
    return Select(
        label="Who is asked to approve it?",
        choices=[(str(each.pk), _person(each)) for each in approvers],
        error_messages={"required": "Choose who is asked to approve it"},
    )


class ItemForm(Form):
    """One more field asked for: why, on what authority, of whom."""

    rationale = Words(
        label="Why does this recipient need it, and why will nothing less do?",
        rows=4,
        error_messages={
            "required": "Say why this recipient needs it, and why nothing less will do"
        },
    )
    authority = Words(
        label="On what authority?",
        help_text="The law, duty, agreement or the person’s own agreement that it rests on",
        rows=2,
        error_messages={"required": "Name the law, duty or agreement it rests on"},
    )

    def __init__(self, *arguments: Any, approvers: Sequence[Account], **options: Any) -> None:
        """Offer these people to ask."""
        super().__init__(*arguments, **options)
        self.fields["approver"] = approvers_field(approvers)


class AttachmentForm(Form):
    """One file: which pages, why, and who approves it."""

    file = forms.FileField(
        label="The file",
        help_text="PDF, JPEG, PNG or plain text, up to 10 MB. Hidden data such as authors and places is removed.",
        error_messages={
            "required": "Choose a file",
            "empty": "The file is empty. Choose the file again.",
        },
    )
    pages = Line(
        label="Which pages?",
        help_text="For example 1,3-5. Never a whole record: at most 20 pages.",
        width=20,
        required=False,
    )
    reason = Words(
        label="Why does this recipient need it?",
        rows=3,
        error_messages={"required": "Say why this recipient needs it"},
    )

    def __init__(self, *arguments: Any, approvers: Sequence[Account], **options: Any) -> None:
        """Offer these people to ask."""
        super().__init__(*arguments, **options)
        self.fields["approver"] = approvers_field(approvers)


class AnswerForm(Form):
    """Approve or refuse one thing that was asked for; ``seen`` is the stamp of what was read of it."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    answer = Choice(
        label="Your answer",
        choices=[("approve", "Approve"), ("refuse", "Refuse")],
        error_messages={"required": "Choose whether you approve it"},
    )
    note = Words(
        label="Note to the sender",
        help_text="Needed when you refuse: what to do instead",
        rows=3,
        required=False,
    )


def thresholds_in_words(rows: Iterable[Threshold]) -> list[dict[str, Any]]:
    """Thresholds as a page shows them: their words, their detail, and whether they were reached."""
    rows = list(rows)
    known = catalogues.thresholds() if rows else {}  # an emergency has none, and needs no packs
    return [
        {
            "id": row.pk,
            "label": known[row.kind].label if row.kind in known else row.kind,
            "detail": row.detail,
            "reached_at": row.reached_at,
            "note": row.reached_note,
        }
        for row in rows
    ]


def _person(account: Account) -> str:
    return f"{account.name}, {account.job_title}" if account.job_title else account.name
