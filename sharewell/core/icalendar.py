"""An appointment as an iCalendar file (RFC 5545), as calendars send it by e-mail (RFC 5546); neutral by what it is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

LINE = 75  # octets of a line, its end left out (RFC 5545, 3.1)
PRODUCT = "-//Sharewell//Appointments//EN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """One appointment for one who is invited; moments are aware.

    ``uid`` stays the same while it is moved or cancelled, and ``sequence`` counts these. Nobody else who is invited
    is named in it.
    """

    method: str  # REQUEST or CANCEL
    uid: str
    sequence: int
    made_at: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str
    location: str
    organizer: str  # an e-mail address
    attendee: str


def written(appointment: Appointment) -> bytes:
    """The file: lines folded at 75 octets and ended by CRLF, text escaped, moments in UTC."""
    each = appointment
    status = "CANCELLED" if each.method == "CANCEL" else "CONFIRMED"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"METHOD:{each.method}",
        "BEGIN:VEVENT",
        f"UID:{_text(each.uid)}",
        f"SEQUENCE:{each.sequence}",
        f"DTSTAMP:{_moment(each.made_at)}",
        f"DTSTART:{_moment(each.starts_at)}",
        f"DTEND:{_moment(each.ends_at)}",
        f"SUMMARY:{_text(each.summary)}",
        f"DESCRIPTION:{_text(each.description)}",
        f"LOCATION:{_text(each.location)}",
        f"ORGANIZER:mailto:{_address(each.organizer)}",
        f"ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE:mailto:{_address(each.attendee)}",
        f"STATUS:{status}",
        "CLASS:PRIVATE",
        "TRANSP:OPAQUE",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    """TEXT of RFC 5545, 3.3.11: backslash, semicolon, comma and line end are escaped; no other control stays."""
    plain = words.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(c for c in plain if c == "\n" or (c >= " " and c != "\x7f"))
    for sign in ("\\", ";", ","):
        plain = plain.replace(sign, f"\\{sign}")
    return plain.replace("\n", "\\n")


def _address(email: str) -> str:
    """An address as the value of a property: nothing in it ends the line."""
    return "".join(c for c in email if c > " " and c != "\x7f")


def _folded(line: str) -> bytes:
    """A content line in UTF-8, folded so that no character is cut in two."""
    rows, row = [], b""
    for character in line:
        octets = character.encode()
        if len(row) + len(octets) > LINE:
            rows.append(row)
            row = b" "
        row += octets
    return b"\r\n".join([*rows, row]) + b"\r\n"
