"""Whose answer stands: the rules', or that of a person who may decide before them or overrule them."""

from __future__ import annotations

from sharewell.core.decision import Decision
from sharewell.core.request import Request
from sharewell.disclosures.question import Question


def apply(known: Question, request: Request, judged: Decision) -> tuple[Decision, str]:
    """The decision that stands, and by which a person's answer made it: ``""``, referral or overrule."""
    raise NotImplementedError
