"""Forms for caveats: set on a line or a field, agreed to by the originator, lifted."""

from __future__ import annotations

from typing import Any

from sharewell import packs
from sharewell.web.fields import Choice, Form, Line, Select, Words
from sharewell.web.moments import Moment

HOW = (
    ("phone", "By telephone"),
    ("email", "By e-mail"),
    ("letter", "In writing"),
    ("meeting", "In a meeting"),
)


class CaveatForm(Form):
    """Which caveat, from whom, and on which conditions."""

    kind = Choice(label="What did they say of passing it on?", choices=())
    originator = Line(label="Who gave it?", help_text="Agency, role and name or reference.")
    conditions = Words(label="Their conditions", required=False, max_length=500, rows=2)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Offer the kinds of the pack."""
        super().__init__(*arguments, **options)
        field: Any = self.fields["kind"]
        field.choices = [(each.id, each.label) for each in packs.caveats().values()]
        field.hints = {each.id: each.says for each in packs.caveats().values()}


class AgreeForm(Form):
    """To whom it may go, and who agreed to that, when and how."""

    recipient_role = Select(label="To whom may it go?", choices=())
    who = Line(label="Who agreed?", help_text="Name and role, at the originator.")
    how = Choice(label="How?", choices=HOW, inline=True)
    agreed_at = Moment(label="When did they agree?")
    words = Words(label="What exactly did they agree to?", required=False, max_length=500, rows=2)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Offer the kinds of recipient."""
        super().__init__(*arguments, **options)
        field: Any = self.fields["recipient_role"]
        roles = packs.labels("recipient_roles").items()
        field.choices = [("", "Choose"), *((id_, row.label) for id_, row in roles)]


class LiftForm(Form):
    """Why a caveat no longer holds."""

    reason = Words(label="Why does it no longer hold?", max_length=300, rows=2)
