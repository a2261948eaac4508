"""Forms for who may read a case, and for how it is held: restricted, handed over, closed, opened again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from sharewell.agencies.models import Account
from sharewell.cases.models import CircleMember
from sharewell.core.needtoknow import Ending, Restriction, Terms
from sharewell.web.fields import Choice, Form, Line, Select, Several, Words
from sharewell.web.moments import Day
from sharewell.web.staff.forms.concern_parts import account_words
from sharewell.web.staff.words import RELATIONS


def until(day: Any, *, terms: Terms, now: datetime) -> datetime:
    """The end of a day as the agency counts it; on the last day that is allowed, the moment it ends there."""
    end = datetime.combine(day + timedelta(days=1), time(), timezone.get_current_timezone())
    latest = now + timedelta(days=terms.longest_days)
    return min(end, latest) if day <= timezone.localtime(latest).date() else end


class UntilForm(Form):
    """Why a colleague reads a case, and until the end of which day."""

    reason = Line(label="Why do they need to know?", max_length=300)
    expires_at = Day(label="Until the end of which day?")

    def __init__(self, *arguments: Any, terms: Terms, now: datetime, **options: Any) -> None:
        """Start from as long as is usual."""
        self.terms, self.now = terms, now
        usual = timezone.localtime(now + timedelta(days=terms.default_days)).date()
        super().__init__(*arguments, initial={"expires_at": usual}, **options)
        self.fields["expires_at"].help_text = f"At most {terms.longest_days} days from now."

    def answer(self) -> dict[str, Any]:
        """The answers as keywords of the operation."""
        given = dict(self.cleaned_data)
        return given | {"expires_at": until(given["expires_at"], terms=self.terms, now=self.now)}


class InviteForm(UntilForm):
    """Whom to let in, why and until when."""

    member = Select(label="Who?", choices=())
    field_order = ("member", "reason", "expires_at")

    def __init__(self, *arguments: Any, people: Sequence[Account], **options: Any) -> None:
        """Offer these colleagues."""
        super().__init__(*arguments, **options)
        self.people = people
        _offer(self, "member", people)

    def answer(self) -> dict[str, Any]:
        """The answers as keywords of the operation."""
        return super().answer() | {"member": _chosen(self, "member", self.people)}


class ReasonForm(Form):
    """A reason, in words."""

    reason = Words(label="Why?", max_length=300, rows=2)

    def answer(self) -> dict[str, Any]:
        """The answers as keywords of the operation."""
        return dict(self.cleaned_data)


class HandOverForm(ReasonForm):
    """To whom a case is handed over, and why."""

    owner = Select(label="Who owns the case from now on?", choices=())
    field_order = ("owner", "reason")

    def __init__(self, *arguments: Any, people: Sequence[Account], **options: Any) -> None:
        """Offer these colleagues."""
        super().__init__(*arguments, **options)
        self.people = people
        _offer(self, "owner", people)

    def answer(self) -> dict[str, Any]:
        """The answers as keywords of the operation."""
        return self.cleaned_data | {"owner": _chosen(self, "owner", self.people)}


class StayForm(Form):
    """Who stands on, of those who stand in a case now."""

    stay = Several(label="Who may still read it?", choices=(), required=False)

    def __init__(self, *arguments: Any, members: Sequence[CircleMember], **options: Any) -> None:
        """Offer ``members``; where there is none, ask nothing."""
        super().__init__(*arguments, **options)
        self.members = members
        field: Any = self.fields["stay"]
        field.choices = [
            (str(each.account_id), f"{each.account.name}, {RELATIONS[each.relation]}")
            for each in members
        ]
        if not members:
            del self.fields["stay"]

    def staying(self) -> list[Account]:
        """Those who were named."""
        named = set(self.cleaned_data.get("stay", ()))
        return [each.account for each in self.members if str(each.account_id) in named]


class RestrictForm(StayForm):
    """Why a case is restricted, why now, and who may still read it."""

    restrictions = Several(
        label="Which of these hold?",
        choices=(),
        required=False,
        help_text="Leave all empty to lift the restriction.",
    )
    reason = Words(label="Why, in a sentence?", max_length=300, rows=2)
    field_order = ("restrictions", "reason", "stay")

    def __init__(
        self, *arguments: Any, reasons: Sequence[Restriction], held: Sequence[str], **options: Any
    ) -> None:
        """Offer ``reasons``, starting from those that hold."""
        super().__init__(*arguments, initial={"restrictions": held}, **options)
        field: Any = self.fields["restrictions"]
        field.choices = [(each.id, each.label) for each in reasons]
        field.hints = {each.id: each.hint for each in reasons}
        field.asked = True  # none is an answer too, with a meaning of its own: not "(optional)"

    def answer(self) -> dict[str, Any]:
        """The answers as keywords of the operation."""
        given = self.cleaned_data
        return {
            "restrictions": given["restrictions"],
            "reason": given["reason"],
            "stay": self.staying(),
        }


class CloseForm(StayForm):
    """How a case ended, who may still read it, and who takes over what waits."""

    outcome = Choice(label="How did it end?", choices=())
    words = Words(
        label="What is the person's situation now, and how is that known?",
        max_length=2000,
        rows=4,
        help_text="It becomes a line of the chronology.",
    )
    tasks_to = Choice(label="Who takes over what still waits?", choices=(), required=False)
    field_order = ("outcome", "words", "tasks_to", "stay")

    def __init__(
        self,
        *arguments: Any,
        endings: Sequence[Ending],
        lasting: Sequence[Account],
        waits: bool,
        **options: Any,
    ) -> None:
        """Offer ``endings``; ``lasting`` may take over what waits, where something does."""
        super().__init__(*arguments, **options)
        field: Any = self.fields["outcome"]
        field.choices = [(each.id, each.label) for each in endings]
        self.lasting = lasting
        if waits:
            takes: Any = self.fields["tasks_to"]
            takes.choices = [(str(each.pk), account_words(each)) for each in lasting]
        else:
            del self.fields["tasks_to"]

    def answer(self) -> dict[str, Any]:
        """The answers as keywords of the operation."""
        given = self.cleaned_data
        takes = given.get("tasks_to", "")
        return {
            "outcome": given["outcome"],
            "words": given["words"],
            "stay": self.staying(),
            "tasks_to": next((each for each in self.lasting if str(each.pk) == takes), None),
        }


class ReopenForm(Form):
    """Why a closed case is opened again."""

    reason = Words(label="Why is it opened again?", max_length=2000, rows=3)

    def answer(self) -> dict[str, Any]:
        """The answers as keywords of the operation."""
        return dict(self.cleaned_data)


def _offer(form: Form, name: str, people: Sequence[Account]) -> None:
    field: Any = form.fields[name]
    field.choices = [("", "Choose"), *((str(each.pk), account_words(each)) for each in people)]


def _chosen(form: Form, name: str, people: Sequence[Account]) -> Account:
    return next(each for each in people if str(each.pk) == form.cleaned_data[name])
