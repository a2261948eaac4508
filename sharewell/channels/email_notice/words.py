"""The words of the e-mails: the same for every case, so that nothing can be read from them."""

from __future__ import annotations

from sharewell.channels.email_notice import Notice

SUBJECT = "Something is waiting for you"
CODE_SUBJECT = "A code for you"
DIGEST = "What waits for you"
APPOINTMENT, CANCELLED = "An appointment for you", "An appointment is called off"
_FOOT = (
    "\n\nThis e-mail says nothing of what it is about, so that it is safe to receive. If you did not"
    "\nexpect it, open nothing: ring the agency you work with, on a number you already have."
    "\n\nNobody reads replies to this address.\n"
)


def waiting(*, key: str, address: str) -> Notice:
    """Say to one with an account that something waits at this web address, after sign-in."""
    body = f"Something is waiting for you. Sign in to read it:\n\n{address}"
    return Notice(key=key, subject=SUBJECT, body=body + _FOOT)


def link(*, key: str, address: str, hours: int) -> Notice:
    """Give the link to a function whose people have no accounts; its code travels another way."""
    body = (
        f"Something is waiting for your team. Open it within {hours} hours:\n\n{address}\n\n"
        "You need a code of eight digits. It comes another way: somebody rings you, or it goes to a\n"
        "second e-mail address of your team. Any of you on duty may open it, each with name and role."
    )
    return Notice(key=key, subject=SUBJECT, body=body + _FOOT)


def code(*, key: str, digits: str) -> Notice:
    """Give the code that opens a link sent to the first address; it says nothing of the link."""
    body = (
        f"Your code is {digits}\n\n"
        "It opens the link that was sent to another address of your team. Keep them apart: do not\n"
        "forward this e-mail, and do not answer it."
    )
    return Notice(key=key, subject=CODE_SUBJECT, body=body + _FOOT)


def appointment(*, key: str, calendar: bytes, cancelled: bool) -> Notice:
    """Give an appointment as a file for the calendar; it says when and where, and nothing else."""
    subject = CANCELLED if cancelled else APPOINTMENT
    body = (
        "The appointment in the file is called off."
        if cancelled
        else "You are asked to an appointment. The file says when and where it is."
    )
    method = "CANCEL" if cancelled else "REQUEST"
    return Notice(key=key, subject=subject, body=body + _FOOT, calendar=calendar, method=method)


def digest(
    *, key: str, address: str, late: int, soon: int, partners_late: int, until: str
) -> Notice:
    """Say how much waits for one with an account, and where; ``until`` is a moment in their own time."""
    lines = [
        f"Late: {late}",
        f"Due until {until}: {soon}",
        f"Late with others: {partners_late}",
    ]
    body = "What waits for you:\n\n" + "\n".join(lines) + f"\n\nSign in to read it:\n\n{address}"
    return Notice(key=key, subject=DIGEST, body=body + _FOOT)
