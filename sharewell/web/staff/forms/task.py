"""Forms to close a task and to put it off."""

from __future__ import annotations

from sharewell.web.fields import Form, Words
from sharewell.web.moments import Moment


class DoneForm(Form):
    """What came of a task."""

    outcome = Words(label="What came of it?", max_length=2000, rows=3)


class DeferForm(Form):
    """Until when a task is put off, and why."""

    due_at = Moment(label="Until when?")
    reason = Words(label="Why is it put off?", max_length=500, rows=2)
