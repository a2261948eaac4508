"""What a policy says of requests that were asked before: all of them at once, a million in a second or two.

There is one place with the rules, and it is not here: requests that the rules cannot tell apart are put in one
class, and the engine's own functions answer for one of each (``alike.py``, ``granted.py``). ``test_replay.py`` holds that every
answer is the one that :func:`sharewell.core.decision.decide` gives.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharewell.core.classes import Classes, Numbers, Words, chosen, laid, meeting
from sharewell.core.decision import decide
from sharewell.core.encoded import Encoded, decode
from sharewell.core.granted import Granted
from sharewell.core.part import Answers, Judged, Part
from sharewell.core.policy import Policy
from sharewell.core.rules import EXPLAINING
from sharewell.core.terms import Agreement

OUTCOMES = ("share", "complete_first", "seek_agreement", "hold", "refer", "refuse")
DAY = 24 * 60 * 60 * 1_000_000  # in microseconds
GOES = tuple(map(OUTCOMES.index, ("share", "complete_first")))
WAITS = tuple(map(OUTCOMES.index, ("seek_agreement", "hold", "refer")))


@dataclass(frozen=True, slots=True, eq=False)
class Replayed:
    """The answers, in the order of the requests: ``outcomes`` and ``judged`` by place in their tables.

    ``given`` and ``withheld`` have a bit for each of ``fields``, 64 in a word.
    """

    outcomes: NDArray[np.uint8]
    judged: Numbers
    judgements: tuple[Judged, ...]
    given: Words
    withheld: Words
    fields: tuple[str, ...]

    def outcome(self, number: int) -> str:
        """The outcome of one request."""
        return OUTCOMES[self.outcomes[number]]

    def judgement(self, number: int) -> Judged:
        """The step that answered one request, with what, and the rules that fired."""
        return self.judgements[int(self.judged[number])]

    def fields_in(self, row: NDArray[np.uint64]) -> tuple[str, ...]:
        """The fields of one row of ``given`` or ``withheld``, in the order of the catalogue."""
        bits = chosen(row)
        return tuple(field for place, field in enumerate(self.fields) if bits >> place & 1)


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """How the same requests come out under two policies, or the two agreements.

    ``places`` are the requests that differ in outcome or in what goes. ``outcomes`` counts them by the
    outcome before and after; ``gained`` and ``lost`` count, for each field, the requests in which it goes
    only after, and only before. ``delayed`` are the requests of which something went or could, and that
    wait for somebody after; ``hastened`` the other way about.
    """

    places: Numbers
    outcomes: Mapping[tuple[str, str], int]
    gained: Mapping[str, int]
    lost: Mapping[str, int]
    delayed: Numbers
    hastened: Numbers


def replay(
    encoded: Encoded,
    policy: Callable[[str, str | None], Policy],
    agreements: Mapping[str, Agreement] | None = None,
) -> Replayed:
    """Ask all the requests again; ``policy`` gives the policy of a jurisdiction and state.

    ``agreements`` are those that the requests were encoded under, by name; where one is not among them, what
    the request itself says of an agreement stands. That a person decided against the rules is not looked at.
    """
    groups = _groups(encoded, policy)
    fields = tuple(dict.fromkeys([f for one, _ in groups for f in one.fields] + [*encoded.fields]))
    wanted = laid(encoded.wanted, encoded.fields, fields)
    outcomes, judged = np.zeros(len(encoded), np.uint8), np.zeros(len(encoded), np.int64)
    given, withheld = np.zeros_like(wanted), np.zeros_like(wanted)
    kinds: dict[Judged, int] = {}
    for (one, _), index in groups.items():
        part = Part(encoded, index, one, agreements or {}, fields, wanted[index])
        found = _answers(part)
        outcomes[index] = np.array([OUTCOMES.index(each) for each in found.outcomes])[found.outcome]
        places = [kinds.setdefault(each, len(kinds)) for each in found.judgements]
        judged[index] = np.array(places)[found.judged]
        given[index], withheld[index] = found.given, found.withheld
    return Replayed(outcomes, judged, tuple(kinds), given, withheld, fields)


def differences(before: Replayed, after: Replayed) -> Differences:
    """What came out differently; both of the same requests, in the same order.

    Raises ValueError where they are not as many.
    """
    fields = tuple(dict.fromkeys([*before.fields, *after.fields]))
    then = laid(before.given, before.fields, fields)
    now = laid(after.given, after.fields, fields)
    gained, lost = now & ~then, then & ~now
    differ = (before.outcomes != after.outcomes) | meeting(gained, gained) | meeting(lost, lost)
    places = np.flatnonzero(differ)
    pairs = zip(before.outcomes[places].tolist(), after.outcomes[places].tolist(), strict=True)
    waited, waits = (np.isin(each.outcomes, WAITS) for each in (before, after))
    return Differences(
        places=places,
        outcomes={(OUTCOMES[was], OUTCOMES[is_]): n for (was, is_), n in Counter(pairs).items()},
        gained=_counted(gained, fields),
        lost=_counted(lost, fields),
        delayed=np.flatnonzero(np.isin(before.outcomes, GOES) & waits),
        hastened=np.flatnonzero(np.isin(after.outcomes, GOES) & waited),
    )


def _counted(rows: Words, fields: tuple[str, ...]) -> dict[str, int]:
    counts = {}
    for place, field in enumerate(fields):
        word, bit = divmod(place, 64)
        count = int(np.count_nonzero(rows[:, word] & np.uint64(1 << bit)))
        if count:
            counts[field] = count
    return counts


Group = tuple[Policy, int]


def _groups(
    encoded: Encoded, policy: Callable[[str, str | None], Policy]
) -> dict[Group, Numbers | slice]:
    """Where the requests of each policy and era are."""
    days = encoded.times["at"] // DAY
    first = int(days.min(initial=0))
    when = (days - first, int(days.max(initial=0)) - first + 1)
    places = Classes([encoded.column("jurisdiction"), encoded.column("state"), when])
    groups: dict[Group, list[int]] = {}
    for number, request in enumerate(decode(encoded, places.rows, named=False)):
        one = policy(request.jurisdiction, request.state)
        era = 0 if one.fault else one.era(request.at)[0]
        groups.setdefault((one, era), []).append(number)
    if len(groups) == 1:
        return {group: slice(None) for group in groups}
    return {group: np.flatnonzero(np.isin(places.of, numbers)) for group, numbers in groups.items()}


def _answers(part: Part) -> Answers:
    """The answers to one part: at once, or one by one where the policy or a rule fails."""
    if part.policy.fault is None:
        try:
            return Granted(part).answers()
        except Exception:  # noqa: BLE001 - as in decide: of those it concerns, nothing but the essentials
            return _one_by_one(part)
    return _one_by_one(part)


def _one_by_one(part: Part) -> Answers:
    requests = decode(part.encoded, part.numbers.tolist())
    decisions = [
        decide(request, part.policy, part.agreement(row)) for row, request in enumerate(requests)
    ]
    rest = {rule.id for rule in part.policy.rules if rule.step in EXPLAINING}
    kinds: dict[Judged, int] = {}
    judged = []
    for each in decisions:
        rules = tuple(reason.rule for reason in each.reasons if reason.rule not in rest)
        judged.append(kinds.setdefault(Judged(each.step, "", rules), len(kinds)))
    return Answers(
        np.array([OUTCOMES.index(each.outcome) for each in decisions], np.int64),
        OUTCOMES,
        np.array(judged, np.int64),
        tuple(kinds),
        part.words([part.bits(each.fields) for each in decisions]),
        part.words([part.bits(each.withheld) for each in decisions]),
    )
