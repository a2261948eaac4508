"""The safe contact plan: how to reach the person, and what must never be done."""

from __future__ import annotations

from dataclasses import dataclass

from sharewell.cases.records import Known


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPlan:
    """How the person may be reached safely; empty where it is not known."""

    channel: str = ""
    number: str = ""
    times: str = ""
    code_word: str = ""
    must_not_know: str = ""
    never: str = ""
    leave_message: bool = False

    def as_fields(self) -> list[Known]:
        """The catalogue fields that tell a recipient of the plan; the code word stays inside."""
        ways = [
            self.channel or ("" if self.number else "no safe way is known"),
            self.number,
            self.times,
            "a message may be left" if self.leave_message else "leave no message",
            f"must not know: {self.must_not_know}" if self.must_not_know else "",
        ]
        known = [
            Known(
                field="subject.safe_contact", text="; ".join(w for w in ways if w), kind="reported"
            )
        ]
        if self.never:
            known.append(Known(field="risk.unsafe_actions", text=self.never, kind="reported"))
        return known
