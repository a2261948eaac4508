"""Facts as bits and rules as masks, so that a rule is matched by one AND.

Each value of each attribute has its own bit. A rule keeps the bits that it does not allow; it matches
when none of them is set. A value outside the vocabulary takes a bit that every rule naming the
attribute forbids, so that what is not understood never makes a rule fire.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sharewell.core.vocabulary import UNKNOWN, Vocabulary

BOTH = ("true", "false")


class Layout:
    """Which bit stands for which value of which attribute."""

    def __init__(self, attributes: Mapping[str, Sequence[str]]) -> None:
        """Give every value of every attribute a bit, in the order given."""
        self.attributes = {name: tuple(values) for name, values in attributes.items()}
        self._codes: dict[str, dict[str, int]] = {}
        self._other: dict[str, int] = {}
        place = 0
        for name, values in self.attributes.items():
            self._codes[name] = {value: 1 << (place + i) for i, value in enumerate(values)}
            place += len(values)
            self._other[name] = 1 << place
            place += 1
        self._fallback = {
            name: self._codes[name].get(UNKNOWN, other) for name, other in self._other.items()
        }

    def encode(self, values: Mapping[str, str]) -> int:
        """The bits of these values; one that is not known counts as unknown, or as none allowed."""
        bits = 0
        for name, value in values.items():
            bits |= self._codes[name].get(value) or self._fallback[name]
        return bits

    def forbid(self, when: Mapping[str, Iterable[str]]) -> int:
        """The bits that a rule with these conditions does not allow."""
        mask = 0
        for name, allowed in when.items():
            codes = self._codes[name]
            mask |= self._other[name]
            for value, code in codes.items():
                if value not in allowed:
                    mask |= code
        return mask


def attributes(vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    """Everything that a rule may name under ``when``, with the values it may take.

    The first part is asked before the answer is known, the second (``step`` and on) after.
    """
    reasons = {reason for each in vocabulary.consent_reasons.values() for reason in each}
    found: dict[str, tuple[str, ...]] = dict(vocabulary.facts)
    found |= {
        "purpose": vocabulary.purposes,
        "role": vocabulary.recipient_roles,
        "agreement": vocabulary.agreement_states,
        "sender_kind": vocabulary.sender_kinds,
        "state": ("none", *vocabulary.states),
        "public_authority": BOTH,
        "recipient_is_source": BOTH,
        "recipient_connected": (*BOTH, UNKNOWN),
        "can_act": BOTH,
        "form": ("none", *vocabulary.forms),
        "consent": vocabulary.consent_positions,
        "consent_reason": ("none", *sorted(reasons)),
        "given_by": (UNKNOWN, *vocabulary.given_by),
        "standing": ("relied", "barred", "expired", "not_covering", "not_valid", "none"),
        "answer": ("agreed", "refused", "coerced", "not_asked"),
        "release": ("timed", "written", "spoken", "none"),
    }
    found |= {f"regime_{name}": BOTH for name in vocabulary.regimes}
    found |= {f"flag_{name}": BOTH for name in vocabulary.flags}
    found |= {f"label_{name}": BOTH for name in vocabulary.consent_labels}
    found |= {
        "step": ("none", *"012345678"),
        "outcome": ("none", *vocabulary.outcomes),
        "relied": BOTH,
        "overridden": BOTH,
        "informed": ("none", *vocabulary.inform),
        "informed_child": ("none", *vocabulary.inform),
        "asked_tier3": BOTH,
        "asked_attachment": BOTH,
        "accounted": BOTH,
    }
    return found
