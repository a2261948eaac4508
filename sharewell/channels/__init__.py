"""Ways out of Sharewell, one folder each: ``send(message, address) -> Receipt`` or :class:`ChannelError`.

A channel knows no case. Whatever leaves by e-mail is a notice that something waits, never what it says.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the other side said when it took a message; ``reference`` is its or our name for it."""

    reference: str


class ChannelError(Exception):
    """A message was not taken. ``permanent``: trying again will not help.

    ``code`` is a short word for programs and ``sentence`` says to a person what to do; neither carries
    anything of the message.
    """

    def __init__(self, code: str, sentence: str, *, permanent: bool) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence
        self.permanent = permanent
