"""Why a file may not go."""

from __future__ import annotations


class AttachmentRefused(Exception):
    """A file that may not be attached: a code for programs and a sentence that says what to do."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
