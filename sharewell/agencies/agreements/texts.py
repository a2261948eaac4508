"""The text of a version: its digest, what it says, what its check finds, and how it differs from another."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from sharewell import packs
from sharewell.agencies.access import Refusal
from sharewell.core import checking, yamltext
from sharewell.core.agreement import Agreement, AgreementError
from sharewell.core.checking import Difference, Finding
from sharewell.core.policy import PackError, Policy

LONGEST = 100_000  # characters
MOST_ROWS = 200  # of parties, routes and datasets: with more the check would keep a page waiting


class RulesLost(Refusal):
    """The packs cannot be read, so nothing can be checked against them."""

    code = "rules_unreadable"
    status = 409
    sentence = (
        "The rules cannot be read, so this agreement cannot be checked now. Nothing was changed. "
        "Tell your administrator: sharewell pack check names the fault."
    )


class Unreadable(Refusal):
    """The text is not an agreement that can be read."""

    code = "agreement_unreadable"
    status = 409
    sentence = (
        "This text cannot be read as an agreement yet. Nothing was changed. "
        "Edit it: the page names the line and what is wrong there."
    )


@dataclass(frozen=True, slots=True)
class Fault:
    """What keeps a text from being read: the place in it, its line where known, and what is wrong."""

    place: str
    line: int | None
    why: str

    @property
    def sentence(self) -> str:
        """The fault in a sentence that names where it is."""
        if self.place == "agreement":  # the reader of the text has named the line itself
            return f"The text cannot be read: {self.why}."
        where = f"Line {self.line}, {self.place}" if self.line else self.place
        return f"{where}: {self.why}."


def digest(text: str) -> str:
    """The SHA-256 of a text in UTF-8, in hexadecimal: what its signatures are under."""
    return hashlib.sha256(text.encode()).hexdigest()


def draft(text: str) -> Agreement:
    """What a draft says; it may leave out who leads. Raises AgreementError naming the place."""
    read = packs.agreement(text, draft=True)
    for name in ("parties", "routes", "datasets"):
        rows = len(getattr(read, name))
        if rows > MOST_ROWS:
            raise AgreementError(name, f"has {rows} rows; {MOST_ROWS} at most can be checked here")
    return read


@lru_cache(maxsize=256)
def whole(text: str) -> Agreement | None:
    """The agreement that a text says, read once; None for one that cannot be read."""
    try:
        return packs.agreement(text)
    except (AgreementError, PackError):
        return None


def fault(text: str) -> Fault | None:
    """What keeps a draft from being read, or None."""
    try:
        draft(text)
    except AgreementError as wrong:
        return Fault(wrong.path, yamltext.line_of(text, wrong.path), wrong.why)
    except PackError as lost:
        raise RulesLost from lost
    return None


@lru_cache(maxsize=64)
def findings(text: str) -> tuple[Finding, ...]:
    """What the check finds; raises :class:`Unreadable` and :class:`RulesLost`."""
    read = readable(text)
    return checking.check(read, _policy(read))


@lru_cache(maxsize=64)
def differences(old: str, new: str) -> tuple[Difference, ...]:
    """Which requests come out differently under ``new``; raises as :func:`findings` does."""
    before, after = readable(old), readable(new)
    if before.jurisdiction != after.jurisdiction:
        raise Unreadable("The two versions are for different places, so they cannot be compared.")
    return checking.differences(before, after, _policy(after))


def finding_key(finding: Finding) -> str:
    """What tells a finding from the others of a text."""
    return digest(f"{finding.kind} {finding.place} {finding.says}")[:16]


def readable(text: str) -> Agreement:
    """What a draft says; raises :class:`Unreadable` or :class:`RulesLost` where that is not to be had."""
    try:
        return draft(text)
    except AgreementError as wrong:
        raise Unreadable from wrong
    except PackError as lost:
        raise RulesLost from lost


def _policy(read: Agreement) -> Policy:
    policy = packs.policy(read.jurisdiction)
    if policy.fault is not None:
        raise RulesLost from policy.fault
    return policy
