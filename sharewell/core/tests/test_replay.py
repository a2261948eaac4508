"""Asked again all at once, requests get the answers that each of them gets by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharewell import packs
from sharewell.core import emergency
from sharewell.core.agreement import Agreement
from sharewell.core.classes import Classes, Layout, words
from sharewell.core.decision import Decision, decide
from sharewell.core.encoded import encode
from sharewell.core.policy import PackError, Policy
from sharewell.core.replay import Replayed, differences, replay
from sharewell.core.request import Request, Wants
from sharewell.core.rules import EXPLAINING
from sharewell.core.tests.requests import NOW, WORDS, requests
from sharewell.core.tests.situations import situation

AGREEMENTS = {name: packs.agreement(text) for name, text in packs.starter_agreements().items()}
UNRELIED = {
    rule.id
    for place in WORDS.jurisdictions
    for rule in packs.policy(place).rules
    if rule.step in EXPLAINING
}
NOT_OF_A_RULE = ("nothing-asked-may-go", "no-rule-answers")
WANTS = (Wants(), Wants(tier=1), Wants(tier=2), Wants(tier=3), None)


def _requests(size: int, seed: int) -> tuple[list[Request], list[str | None]]:
    """Requests of every place, of days before and after most rules began, under agreements or none."""
    random = Random(seed)  # noqa: S311 - the same requests each time
    places: list[tuple[str, str | None]] = [(each, None) for each in WORDS.jurisdictions]
    places += [("us", "us-ca"), ("us", "us-ny")]
    found = []
    for _ in range(size):
        jurisdiction, state = random.choice(places)
        request = situation(random, jurisdiction, random.choice(WANTS))
        recipient = request.recipient
        if random.random() < 0.5:
            recipient = replace(recipient, connected_to_source="false", alleged_source=False)
        at = NOW + timedelta(
            days=random.choice((0, -30, -60, -4000, 4000)), minutes=random.randrange(1440)
        )
        supplied = tuple(random.sample(WORDS.supplied, random.randint(0, len(WORDS.supplied))))
        found.append(replace(request, at=at, state=state, recipient=recipient, supplied=supplied))
    return found, [random.choice((None, "unknown-here", *AGREEMENTS)) for _ in found]


def _alone(asked: Sequence[Request], under: Sequence[str | None]) -> list[Decision]:
    return [
        decide(each, packs.policy(each.jurisdiction, each.state), AGREEMENTS.get(name or ""))
        for each, name in zip(asked, under, strict=True)
    ]


def _same(found: Replayed, decisions: Sequence[Decision]) -> None:
    for number, decision in enumerate(decisions):
        judged = found.judgement(number)
        rules = [each.rule for each in decision.reasons if each.rule not in NOT_OF_A_RULE]
        rules = [each for each in rules if each not in UNRELIED]
        assert found.outcome(number) == decision.outcome
        assert found.fields_in(found.given[number]) == decision.fields
        assert set(found.fields_in(found.withheld[number])) == set(decision.withheld)
        assert (judged.step, list(judged.rules)) == (decision.step, rules)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail where requests are asked one by one."""
    monkeypatch.setattr("sharewell.core.replay.decide", None)


@pytest.mark.usefixtures("at_once")
def test_every_answer_is_the_one_that_deciding_gives() -> None:
    asked, under = _requests(2500, 1)
    decisions = _alone(asked, under)
    assert len(Counter((each.outcome, each.step) for each in decisions)) >= 20
    _same(replay(encode(asked, under), packs.policy, AGREEMENTS), decisions)


@settings(max_examples=60)
@given(st.lists(requests(), min_size=1, max_size=12), st.sampled_from((None, *AGREEMENTS)))
def test_every_answer_is_the_same_for_any_requests(asked: list[Request], name: str | None) -> None:
    under = [name] * len(asked)
    _same(replay(encode(asked, under), packs.policy, AGREEMENTS), _alone(asked, under))


@pytest.mark.usefixtures("at_once")
def test_an_agreement_begins_and_ends_at_its_midnight() -> None:
    agreement = replace(
        AGREEMENTS["england-local-partnership"],
        starts_on=date(2026, 6, 1),
        ends_on=date(2026, 11, 1),
    )
    (request,), _ = _requests(1, 7)
    request = replace(request, jurisdiction="england", state=None)
    ends_at = agreement.ends_at
    assert ends_at is not None
    moments = (agreement.starts_at, ends_at, agreement.starts_at - timedelta(days=9))
    asked = [
        replace(request, at=moment + timedelta(microseconds=step), purpose=purpose)
        for moment in moments
        for step in (-1, 0, 1)
        for purpose in WORDS.purposes
    ]
    found = replay(encode(asked, ["x"] * len(asked)), packs.policy, {"x": agreement})
    _same(found, [decide(each, packs.policy("england"), agreement) for each in asked])


def test_no_requests_have_no_answers() -> None:
    assert len(replay(encode([]), packs.policy).outcomes) == 0


def test_values_that_the_packs_do_not_have_are_answered_as_deciding_answers_them() -> None:
    asked, _ = _requests(60, 3)
    strange = [
        replace(
            each,
            purpose="nosiness" if number % 3 == 0 else each.purpose,
            recipient=replace(each.recipient, role="neighbour")
            if number % 3 == 1
            else each.recipient,
            facts=replace(each.facts, harm="dreadful"),
            wants=Wants(fields=("subject.nickname", "subject.name")),
        )
        for number, each in enumerate(asked)
    ]
    _same(replay(encode(strange), packs.policy), _alone(strange, [None] * len(strange)))


def test_where_the_packs_cannot_be_used_the_essentials_go_as_they_do_alone() -> None:
    asked, _ = _requests(120, 4)
    broken = {(each.jurisdiction, each.state): _broken(each) for each in asked}
    found = replay(encode(asked), lambda jurisdiction, state: broken[jurisdiction, state])
    _same(found, [decide(each, broken[each.jurisdiction, each.state]) for each in asked])


def _broken(request: Request) -> Policy:
    fault = PackError("rules-common.yaml", "", "", "is missing")
    return emergency.policy(request.jurisdiction, request.state, fault)


def test_where_a_rule_fails_each_is_asked_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, under = _requests(60, 5)
    monkeypatch.setattr("sharewell.core.alike.judge", lambda *_: 1 / 0)
    _same(replay(encode(asked, under), packs.policy, AGREEMENTS), _alone(asked, under))


def test_differences_are_those_between_the_answers_one_by_one() -> None:
    asked, _ = _requests(900, 6)
    asked = [replace(each, jurisdiction="england", state=None) for each in asked]
    under = ["england-local-partnership"] * len(asked)
    narrow = replace(AGREEMENTS[under[0]], datasets=AGREEMENTS[under[0]].datasets[:2])
    encoded = encode(asked, under)
    before = replay(encoded, packs.policy, AGREEMENTS)
    found = differences(before, replay(encoded, packs.policy, {under[0]: narrow}))
    pairs = list(zip(_alone(asked, under), _narrowed(asked, narrow), strict=True))
    differ = [n for n, (a, b) in enumerate(pairs) if (a.outcome, a.fields) != (b.outcome, b.fields)]
    assert differ
    assert found.places.tolist() == differ
    assert found.outcomes == Counter((pairs[n][0].outcome, pairs[n][1].outcome) for n in differ)
    assert found.lost == Counter(f for a, b in pairs for f in set(a.fields) - set(b.fields))
    assert found.gained == Counter(f for a, b in pairs for f in set(b.fields) - set(a.fields))
    goes, waits = ("share", "complete_first"), ("seek_agreement", "hold", "refer")
    delayed = [n for n, (a, b) in enumerate(pairs) if a.outcome in goes and b.outcome in waits]
    hastened = [n for n, (a, b) in enumerate(pairs) if b.outcome in goes and a.outcome in waits]
    assert (found.delayed.tolist(), found.hastened.tolist()) == (delayed, hastened)


def _narrowed(asked: Sequence[Request], agreement: Agreement) -> list[Decision]:
    return [decide(each, packs.policy("england"), agreement) for each in asked]


def test_a_kind_of_more_rows_than_a_word_holds_is_laid_in_several() -> None:
    _, era = packs.policy("us", "us-ca").era(NOW)
    wide = replace(era, steps={**era.steps, "gateway": era.every})
    layout = Layout(wide)
    random = Random(2)  # noqa: S311 - the same sets each time
    sets = [random.getrandbits(era.every.bit_length()) for _ in range(40)]
    laid = layout.words_of(sets)
    for number, rows in enumerate(sets):
        assert layout.rows(laid, ["gateway"], number) == rows
        assert layout.rows(laid, ["7", "8"], number) == rows & (era.steps["7"] | era.steps["8"])


@settings(max_examples=50)
@given(st.lists(st.tuples(*[st.integers(0, (1 << 64) - 1)] * 3), min_size=1, max_size=30))
def test_rows_are_of_one_class_where_they_are_alike_in_every_column(
    rows: list[tuple[int, int, int]],
) -> None:
    columns = [words([row[place] for row in rows], 64)[:, 0] for place in range(3)]
    small = [column & words([3], 64)[0, 0] for column in columns]
    for given_, bound in ((columns, 1 << 64), (small, 4)):
        classes = Classes([(column, bound) for column in given_])
        values = list(zip(*(column.tolist() for column in given_), strict=True))
        of = classes.of.tolist()
        assert {(values[n], of[n]) for n in range(len(rows))} == {
            (values[first], place) for place, first in enumerate(classes.rows)
        }
        assert len(set(values)) == len(classes)
