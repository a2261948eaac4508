"""Plain e-mail that says that something waits, and where; never from whom, about whom or what."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email

from sharewell.channels import ChannelError, Receipt

# Replies to the sign-in of this server are a fault of our settings, which a person can mend.
OUR_FAULT = frozenset({530, 534, 535, 538})
WRITE_AGAIN = "Check the e-mail address of the recipient, and ring them meanwhile."


@dataclass(frozen=True, slots=True)
class Notice:
    """A neutral e-mail; ``key`` stays the same when it is sent again, so that mail servers can tell.

    ``calendar`` is an iCalendar file that goes with it, and ``method`` what it says of itself (REQUEST, CANCEL).
    """

    key: str
    subject: str
    body: str
    calendar: bytes = b""
    method: str = ""


def send(message: Notice, address: str) -> Receipt:
    """Hand a notice to the mail server of the settings; blocks up to its time limit.

    Raises :class:`ChannelError`: permanent where the address is wrong or the server refuses it for ever.
    """
    try:
        validate_email(address)
    except ValidationError as error:
        raise ChannelError("bad_address", WRITE_AGAIN, permanent=True) from error
    connection = get_connection(fail_silently=False)
    mail = EmailMessage(message.subject, message.body, to=[address], connection=connection)
    host = mail.from_email.rpartition("@")[2].rstrip(">") or "localhost"
    reference = f"<{message.key}@{host}>"
    mail.extra_headers = {
        "Message-ID": reference,
        "Auto-Submitted": "auto-generated",  # RFC 3834: no holiday replies
        "X-Auto-Response-Suppress": "All",
    }
    if message.calendar:
        kind = f"text/calendar; method={message.method}"
        mail.attach("appointment.ics", message.calendar.decode(), kind)
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        worst = max(code for code, _ in error.recipients.values())
        raise _refused(worst) from error
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code) from error
    except (smtplib.SMTPException, OSError) as error:
        sentence = "The mail server does not answer. It is tried again by itself."
        raise ChannelError("mail_server_silent", sentence, permanent=False) from error
    return Receipt(reference=reference)


def _refused(code: int) -> ChannelError:
    if code >= 500 and code not in OUR_FAULT:
        return ChannelError("mail_refused", WRITE_AGAIN, permanent=True)
    sentence = "The mail server did not take it this time. It is tried again by itself."
    return ChannelError("mail_deferred", sentence, permanent=False)
