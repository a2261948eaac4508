"""Refusals: how every room says no, with a code for the API and a sentence for a person.

A sentence says what happened, what was kept and what to do; it never carries a fact of a case. One who may
not know that a thing exists is told :class:`NotFound`, the same as for a thing that does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class Refusal(Exception):
    """An operation or query that says no; ``status`` is the HTTP status the web answers with."""

    code = "refused"
    sentence = "This cannot be done. Nothing was changed."
    status = 403

    def __init__(self, sentence: str | None = None, *, code: str | None = None) -> None:
        """Say no in this sentence and code, or in those of the class."""
        self.sentence = sentence or self.sentence
        self.code = code or self.code
        super().__init__(self.code)  # the sentence stays out of logs and tracebacks


class NotAllowed(Refusal):
    """The viewer knows of the thing but their role does not allow this."""

    code = "not_allowed"
    sentence = (
        "Your role does not allow this. Nothing was changed. "
        "Ask your manager or safeguarding lead if you think it should."
    )


class NotFound(Refusal):
    """There is no such thing, or the viewer may not know of it."""

    code = "not_found"
    status = 404
    sentence = (
        "There is nothing here that you can see. If you need to know about a case, "
        "ask your safeguarding lead."
    )


class Conflict(Refusal):
    """Somebody else changed it in the meantime; what the viewer typed is kept and shown again."""

    code = "changed_meanwhile"
    status = 409
    sentence = (
        "Somebody else changed this while you were writing. Nothing you typed is lost: it is below. "
        "Read what changed, then save again."
    )


class Invalid(Refusal):
    """What was given cannot be accepted; ``errors`` names each field with what to do."""

    code = "invalid"
    status = 422
    sentence = "Some answers need another look. Nothing you typed is lost."

    def __init__(self, errors: Mapping[str, Sequence[str]], sentence: str | None = None) -> None:
        """Refuse these fields, each with its sentences."""
        self.errors = {field: list(texts) for field, texts in errors.items()}
        super().__init__(sentence)
