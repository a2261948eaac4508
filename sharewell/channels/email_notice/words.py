"""The words of the e-mails: the same for every case, so that nothing can be read from them."""

from __future__ import annotations

from sharewell.channels.email_notice import Notice

SUBJECT = "Something is waiting for you"
CODE_SUBJECT = "A code for you"
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
