"""Forms for an agency's own closing days and opening hours."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from sharewell.agencies.models import LocalDays
from sharewell.agencies.operations.localdays import Days
from sharewell.web.fields import Choice, Form, KeyedForm, Line, Several, Words
from sharewell.web.moments import Day, TimeOfDay

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class LocalDaysForm(KeyedForm):
    """Days on which the agency is closed, or open at other times."""

    kind = Choice(
        label="What do you enter?",
        choices=[("closed", "Days on which you are closed"), ("hours", "Opening hours")],
        hints={"hours": "Public holidays and closing days stay closed."},
        reveals={"hours": ["weekdays", "opens", "closes"]},
    )
    weekdays = Several(
        label="On which days of the week are you open?",
        choices=[(str(number), name) for number, name in enumerate(WEEKDAYS)],
        required=False,
    )
    opens = TimeOfDay(label="From what time?", required=False)
    closes = TimeOfDay(label="Until what time?", required=False)
    name = Line(label="What do you call it?", help_text="For example: staff day.")
    first = Day(label="First day")
    last = Day(
        label="Last day",
        required=False,
        help_text="Leave empty for one closing day, or for hours that hold until you enter others.",
    )
    reason = Words(label="Why?", max_length=300, rows=2, help_text="No names of cases.")

    def answer(self) -> dict[str, Any]:
        """What was entered, as keywords of the operation."""
        given = self.cleaned_data
        days = Days(
            kind=given["kind"],
            name=given["name"],
            first=given["first"],
            last=given["last"],
            weekdays=[int(each) for each in given["weekdays"]],
            opens=given["opens"],
            closes=given["closes"],
        )
        return {"days": days, "reason": given["reason"], "form_key": given["form_key"]}


class WithdrawForm(Form):
    """Why days are taken out again."""

    why = Words(
        label="Why is it taken out?", max_length=300, rows=2, help_text="No names of cases."
    )


def days_words(row: LocalDays) -> str:
    """The days of a row as people say them, e.g. ``24 December 2026 to 1 January 2027: closed``."""
    ends = f" to {_day(row.last)}" if row.last and row.last != row.first else ""
    if row.kind == "closed":
        return f"{_day(row.first)}{ends}: closed"
    from_ = f"{_day(row.first)}{ends}" if row.last else f"From {_day(row.first)}"
    on = ", ".join(WEEKDAYS[each] for each in row.weekdays)
    return f"{from_}: {on}, {_hour(row.opens)} to {_hour(row.closes)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _hour(at: time | None) -> str:
    return f"{at:%H:%M}" if at else ""
