"""Forms for what another agency told us: a message taken into a case, or what came by another way."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django import forms

from sharewell import packs
from sharewell.disclosures import catalogues, requests
from sharewell.disclosures.operations.received import Somebody, Told
from sharewell.web.fields import Choice, KeyedForm, Line, Several, Words
from sharewell.web.moments import Moment
from sharewell.web.staff.forms.concern_parts import MaybeSame

OTHER, NEW = "other", "new"
ORIGINATOR = "originator"
NOT_CHECKED = "none"
SAME = "You may have a case about them: it is now among the answers. Choose it, or say again that it is somebody new."


class TakeForm(KeyedForm):
    """Into which case a message goes; ``offered`` are cases that may be about whom it names.

    ``fresh`` tells that some of these were not on the page when it was answered.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    where = Choice(
        label="Which case does it belong to?",
        choices=(),
        reveals={OTHER: ("reference",), NEW: ("name", "kind", "danger")},
    )
    reference = Line(label="Reference of the case", width=20, required=False)
    name = Line(label="Their name, or words that tell who is meant", required=False)
    kind = Choice(
        label="Who is it?",
        choices=(("adult", "An adult"), ("child", "A child"), ("unborn", "Not born yet")),
        required=False,
        inline=True,
    )
    danger = Choice(
        label="Is anybody in danger now?",
        choices=(("true", "Yes"), ("false", "No")),
        required=False,
        inline=True,
    )
    caveats = Several(
        label="What else may not be passed on?",
        choices=(),
        required=False,
    )

    def __init__(
        self,
        *arguments: Any,
        offered: Sequence[MaybeSame],
        carries: Collection[str],
        fresh: bool = False,
        **options: Any,
    ) -> None:
        """Offer the cases and the caveats that do not stand by themselves."""
        super().__init__(*arguments, **options)
        self.fresh = fresh
        where: Any = self.fields["where"]
        where.choices = [
            *((each.case_id, each.words) for each in offered),
            (OTHER, "Another case of mine"),
            (NEW, "Nobody I have a case about: raise a concern"),
        ]
        where.hints = {each.case_id: each.because for each in offered}
        for name in ("reference", "name", "kind", "danger"):  # needed where the answer opens them
            self.fields[name].asked = True  # type: ignore[attr-defined]
        self.initial["seen"] = " ".join(each.case_id for each in offered)
        _caveats(self.fields["caveats"], without=carries)

    def clean(self) -> dict[str, Any]:
        """Check what the answer asks for."""
        given = super().clean() or {}
        where = given.get("where")
        if where == OTHER and not given.get("reference"):
            self.add_error("reference", "Give the reference of the case.")
        if where == NEW:
            for field, says in (
                ("name", "Give a name, or words that tell who is meant."),
                ("kind", "Say whether this person is an adult, a child or not born yet."),
                ("danger", "Say whether anybody is in danger now."),
            ):
                if not given.get(field) and field not in self.errors:
                    self.add_error(field, says)
            if self.fresh and not self.errors:
                self.add_error("where", SAME)
        return given

    def somebody(self) -> Somebody | None:
        """Whom a concern is raised about; None where a case was chosen."""
        given = self.cleaned_data
        if given["where"] != NEW:
            return None
        return Somebody(
            name=given["name"],
            subject_kind=given["kind"],
            danger=given["danger"] == "true",
            not_same=given["seen"].split(),
        )


class ReceivedForm(KeyedForm):
    """What another agency told us by a way outside Sharewell."""

    office = Line(label="Which agency told us?", max_length=100)
    who = Line(label="Who there?", max_length=95, help_text="Name and job.")
    told_at = Moment(label="When did they tell us?")
    way = Choice(label="How did it come?", choices=())
    checked_how = Choice(label="How was it checked who they are?", choices=(), initial=NOT_CHECKED)
    checked_words = Line(
        label="Which number was rung, or what did you see, and who confirmed it?",
        max_length=300,
        required=False,
        help_text="Leave this empty where it was not checked.",
    )
    text = Words(label="What did they tell us, in their words?", max_length=8000, rows=8)
    kind = Choice(
        label="How do they know it?",
        choices=(
            ("observed", "They saw or heard it"),
            ("reported", "Somebody told them"),
            ("third_party", "From somebody else about somebody else"),
            ("opinion", "It is what they think"),
        ),
    )
    grading = Choice(label="How far is the source to be trusted?", choices=())
    caveats = Several(
        label="What did they say of passing it on?",
        choices=(),
        required=False,
        initial=[ORIGINATOR],
    )
    conditions = Words(
        label="Their conditions, in their words", required=False, max_length=500, rows=2
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Offer what the packs hold."""
        super().__init__(*arguments, **options)
        pack, boxes = catalogues.told(), self.fields
        checks = [(row.id, row.label) for row in requests.checks().values()]
        _offer(boxes["way"], pack.ways)
        _offer(boxes["grading"], pack.gradings)
        how: Any = boxes["checked_how"]
        how.choices = [*checks, (NOT_CHECKED, "It was not checked")]
        _caveats(boxes["caveats"])

    def told(self) -> Told:
        """What was told, as the operation takes it."""
        given = {name: each for name, each in self.cleaned_data.items() if name != "form_key"}
        checked = given.pop("checked_how")
        return Told(checked_how="" if checked == NOT_CHECKED else checked, **given)


def _offer(field: Any, rows: Any) -> None:
    field.choices = [(row.id, row.label) for row in rows.values()]
    field.hints = {row.id: row.hint for row in rows.values() if row.hint}


def _caveats(field: Any, without: Collection[str] = ()) -> None:
    kinds = [each for each in packs.caveats().values() if each.id not in without]
    field.choices = [(each.id, each.label) for each in kinds]
    field.hints = {each.id: each.says for each in kinds}
