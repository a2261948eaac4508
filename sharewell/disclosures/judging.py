"""What the rules say of a question: first of the dataset, then of what is wanted of it and beyond it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sharewell.agencies.access import Invalid
from sharewell.core.decision import Decision, decide
from sharewell.core.request import Request
from sharewell.disclosures import question, wording
from sharewell.disclosures.question import Question

SHARES = ("share", "complete_first")
TIER_3 = frozenset({"tier3_rationale", "tier3_authority", "approver", "attachment_reason"})
ALL_CAVEATED = "Whoever gave what would go has not agreed that this recipient gets it. Ask them, and record what they say."
DANGER = "0"  # the step of the rules for immediate danger
NOTHING_LEFT = "Leave something to send, or decide not to share."


@dataclass(frozen=True, slots=True)
class Judged:
    """The rules' answer, with the words it stands on."""

    request: Request
    decision: Decision
    texts: Mapping[str, str]  # rationale, proportionality, consent_reason: written, or proposed
    withheld: Mapping[str, str]  # field: reason, also of what waits for its own approval


def judge(known: Question, answered: frozenset[str]) -> Judged:
    """Ask the rules; ``answered`` are the outcomes before which a person's answer stands.

    A field of Tier 3 takes part only once it is approved itself: what was supplied for one says nothing
    of another. Raises ``Invalid`` when everything was left out.
    """
    disclosure = known.disclosure
    texts = {
        "rationale": disclosure.rationale,
        "proportionality": disclosure.proportionality,
        "consent_reason": known.consent_reason,
    }
    supplied = _supplied(known, texts)
    wants, held = _wants(known, supplied, answered)
    request, decision = _ask(known, wants, supplied, answered)
    if not wording.own_words(decision, tier_3_asked=bool(known.items)):
        for name, text in wording.proposed(disclosure, decision).items():
            texts[name] = texts[name] or text
        request, decision = _ask(known, wants, _supplied(known, texts), answered)
    return Judged(request, decision, texts, {**decision.withheld, **held})


def _wants(
    known: Question, supplied: frozenset[str], answered: frozenset[str]
) -> tuple[frozenset[str] | None, dict[str, str]]:
    """What to ask for (None: the dataset as it is), and what is held back until it is approved."""
    disclosure = known.disclosure
    _, dataset = _ask(known, None, supplied, answered)
    if dataset.outcome not in SHARES:
        return None, {}
    extra = {*disclosure.extra_fields, *known.approved, *known.waiting}
    wanted = ({*dataset.fields} | extra) - {*disclosure.left_out}
    # In immediate danger nothing holds up the essentials: there a caveat is a warning, and travels.
    barred = frozenset() if dataset.step == DANGER else known.must_ask & wanted
    caveated = dict.fromkeys(sorted(barred), "caveat")
    wanted -= barred
    if wanted == {*dataset.fields}:
        return None, {}
    if not wanted:
        raise Invalid({"left_out": [ALL_CAVEATED if barred else NOTHING_LEFT]})
    _, probe = _ask(known, wanted, supplied - TIER_3, answered)
    held = {
        field: _lacks(field, known)
        for field, why in probe.withheld.items()
        if why.startswith("lacks_") and field not in known.approved
    }
    return frozenset(wanted - held.keys() or wanted), {**held, **caveated}


def _lacks(field: str, known: Question) -> str:
    if field in known.waiting:
        return "lacks_approver"
    return "lacks_attachment_reason" if field == "attachment" else "lacks_rationale"


def _ask(
    known: Question,
    wants: Collection[str] | None,
    supplied: Collection[str],
    answered: frozenset[str],
) -> tuple[Request, Decision]:
    request = question.request(known, wants=wants, supplied=supplied)
    return request, decide(request, known.policy, known.agreement, answered=answered)


def _supplied(known: Question, texts: Mapping[str, str]) -> frozenset[str]:
    """What has really been written by now."""
    supplied = {name for name, text in texts.items() if text}
    if known.disclosure.no_agreement_reason:
        supplied.add("no_agreement_override_reason")
    if known.approved:
        supplied |= TIER_3 - {"attachment_reason"}
    if known.attachments:
        supplied.add("attachment_reason")
    return frozenset(supplied)
