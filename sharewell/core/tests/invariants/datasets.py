"""Which fields go: within the matrix, the agencies' agreement and the person's consent, and never tier 3 bare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import combinations, product

from sharewell import packs
from sharewell.core.catalogue import Cell, Field
from sharewell.core.policy import Policy
from sharewell.core.request import Boundary, Request, Wants
from sharewell.core.rules import Rule
from sharewell.core.terms import Agreement, Scope
from sharewell.core.tests.invariants.classes import PLACE, Said, fold
from sharewell.core.tests.invariants.lens import PERMIT, Lens
from sharewell.core.tests.invariants.subject import Invariant, Subject, form_asked, in_danger, named
from sharewell.core.tests.invariants.witness import Wrong, request
from sharewell.core.tests.plainly import matches, plain

ITEM_NEEDS = ("tier3_rationale", "tier3_authority", "approver", "attachment_reason")
DANGER = "immediate_safety"
STAY = frozenset(["confidential_address", "refuge", "vawa"])  # raise nothing for those who come
COME = ("emergency_services", "police", "hospital", "adult_social_care", "childrens_social_care")
FEW = ("subject.name", "concern.reason", "risk.immediate", "clinical.narrative", "pattern")
TERMS = ((1, None), (2, None), (3, frozenset(FEW)))


@cache
def cases(subject: Subject) -> tuple[Request, ...]:
    """Every class of each field: place, kind of answer, its tier there, and whether a row withholds it.

    What goes is said field by field, so one request stands for the classes of eighty fields; it is kept where
    it brings one that none before it brought.
    """
    policy, lens = subject.policy, Lens(subject.policy, subject.era, ("tiers", "fields"), "dataset")
    folded = fold(lens, subject.given, apart=True)
    permits = sum(bit for kind, bit in lens.kinds.items() if _permits(kind))
    covered: set[tuple[object, ...]] = set()
    tried: set[object] = set()
    views: dict[object, tuple[int, ...]] = {}
    found: list[Request] = []
    for (mask,), path in folded.states.items():
        said = path.all()
        shut = _withheld(subject, mask & subject.era.steps["fields"])
        ways = _flagged(policy) if mask & permits else ({},)
        for place, flags in product(folded.alike(said), ways):
            here = {**said, **place, **flags}
            kind = mask & ~(subject.era.tiers | subject.era.steps["fields"]), _place(here)
            way = kind, mask & subject.era.tiers, shut, tuple(flags.values())
            if way in tried:
                continue
            tried.add(way)
            asked = request(policy, subject.at, here)
            view: tuple[int, ...] = ()
            if mask & permits:
                key = way[1], kind[1], way[3], in_danger(asked)
                view = views[key] = views.get(key) or _view(policy, asked)
            classes: set[tuple[object, ...]] = {
                (kind, n, *each) for n, each in enumerate(zip(view, shut, strict=False))
            }
            classes = classes or {kind}
            if not classes <= covered:
                covered |= classes
                found.append(asked)
    return tuple(found)


@cache
def _withheld(subject: Subject, rows: int) -> tuple[bool, ...]:
    """For each field, whether one of these rows withholds it."""
    rules = subject.era.rows(rows)
    return tuple(
        any(_withholds(rule, field) for rule in rules) for field in subject.policy.fields.values()
    )


def _withholds(rule: Rule, field: Field) -> bool:
    named = field.id in rule.fields or (rule.confirms_client and field.confirms_client)
    return named or bool(rule.restricted and rule.restricted == field.restricted)


def _place(said: Said) -> tuple[str, ...]:
    return tuple(said[name] for name in PLACE)


def _permits(kind: object) -> bool:
    return isinstance(kind, tuple) and kind[1] == PERMIT


@cache
def _flagged(policy: Policy) -> tuple[dict[str, str], ...]:
    """Every set of the flags that raise a field, one for each way in which they raise it."""
    raising = sorted({flag for field in policy.fields.values() for flag in field.flags})
    found: dict[object, dict[str, str]] = {}
    for size in range(len(raising) + 1):
        for some in combinations(raising, size):
            raised = tuple(
                tuple(_raised(field, frozenset(some) - keeps) for field in policy.fields.values())
                for keeps in (frozenset[str](), STAY)
            )
            flags = {f"flag_{flag}": "true" if flag in some else "false" for flag in raising}
            found.setdefault(raised, flags)
    return tuple(found.values())


def _raised(field: Field, flags: frozenset[str]) -> int:
    return max((to for flag, to in field.flags.items() if flag in flags), default=0)


def _view(policy: Policy, asked: Request) -> tuple[int, ...]:
    """The tier of each field that could go here at some tier; 0 where it could not."""
    cell, listed, said = _cell(policy, asked)
    tiers = []
    for field in policy.fields.values():
        shown = cell is not None and _held(field, asked.recipient.role)
        shown = shown and (field.id in listed if listed is not None else _named(cell, field.id))
        tiers.append(_tier(field, said, asked) if shown else 0)
    return tuple(tiers)


def _cell(
    policy: Policy, asked: Request
) -> tuple[Cell | None, frozenset[str] | None, Mapping[str, str]]:
    """The cell that holds, the list of its form, and what is said under the purpose of that cell."""
    danger = in_danger(asked) and policy.cell(asked.recipient.role, DANGER) is not None
    purpose = DANGER if danger and asked.recipient.role in COME else asked.purpose
    cell = policy.cell(asked.recipient.role, purpose)
    form = form_asked(policy, asked, purpose)
    said = plain(asked, policy, "", form) | {"purpose": purpose}
    return cell, policy.matrix.forms.get(form), said


def _held(field: Field, role: str) -> bool:
    return role not in field.never and (not field.only or role in field.only)


def _named(cell: Cell | None, field: str) -> bool:
    return (
        cell is not None and field not in cell.without and (cell.only is None or field in cell.only)
    )


def _tier(field: Field, said: Mapping[str, str], asked: Request) -> int:
    """The tier of a field for these facts, row by row: the first that matches, then what flags raise."""
    ways = (tier for when, tier in field.tier_for if matches(when, said))
    flags = frozenset(asked.flags)
    if in_danger(asked) and asked.recipient.role in COME:
        flags -= STAY
    return max(next(ways, field.tier), _raised(field, flags))


def within_matrix(subject: Subject, asked: Request) -> Wrong | None:
    """Nothing goes that the cell does not give to this role for this purpose, at the tier it has then."""
    got, truth = subject.answer(asked), subject.truth
    cell, listed, said = _cell(truth, asked)
    for id_ in got.fields:
        field = truth.fields[id_]
        tier = _tier(field, said, asked)
        if listed is not None:
            gives = id_ in listed and tier < 3
        else:
            gives = _named(cell, id_) and _at(cell, id_, tier)
        if not gives or not _held(field, asked.recipient.role):
            why = f"{id_} goes, and the matrix does not give it to this role for this purpose."
            return Wrong(why, {"excludes": [id_]})
        if got.tiers[id_] < tier:
            why = f"{id_} goes as tier {got.tiers[id_]}; it is of tier {tier} here."
            return Wrong(why, {"exactly": {"tiers": {**got.tiers, id_: tier}}})
    return None


def _at(cell: Cell | None, field: str, tier: int) -> bool:
    if cell is None:
        return False
    if tier == 3:
        return cell.tier == 3 and field in cell.items
    return tier <= cell.tier or field in cell.named


@cache
def _agreements(role: str, purpose: str) -> tuple[Agreement, ...]:
    """Agreements in force that give this role for this purpose less than the matrix does, or as much."""
    starter = packs.agreement(packs.starter_agreements()["england-local-partnership"])
    always = replace(starter, starts_on=date(2000, 1, 1), ends_on=None)
    scopes = [Scope(role, frozenset([purpose]), tier, only) for tier, only in TERMS]
    return tuple(replace(always, datasets=(scope,)) for scope in scopes)


def within_agreement(subject: Subject, asked: Request) -> Wrong | None:
    """Nothing goes beyond what the agencies agreed for this role and purpose."""
    for agreement in _agreements(asked.recipient.role, asked.purpose):
        got, scope = subject.answer(asked, agreement), agreement.datasets[0]
        if got.step == "0":
            return None
        for field in got.fields:
            beyond = scope.only is not None and field not in scope.only
            if beyond or got.tiers[field] > scope.tier:
                only = "" if scope.only is None else f" and only {', '.join(sorted(scope.only))}"
                why = f"{field} goes beyond an agreement of tier {scope.tier}{only}."
                return Wrong(why, {"excludes": [field]})
    return None


def capped(subject: Subject) -> Iterator[Request]:
    """The classes in which the person agreed, at each tier that they may have named."""
    for asked in cases(subject):
        if asked.consent.position == "obtained":
            for tier in (None, 1, 2, 3):
                covers = replace(asked.consent.covers, tier=tier)
                yield replace(asked, consent=replace(asked.consent, covers=covers))


def within_consent(subject: Subject, asked: Request) -> Wrong | None:
    """Nothing goes beyond what the person agreed to, where their agreement is what it rests on."""
    got, role = subject.answer(asked), asked.recipient.role
    if got.step != "4" and not got.consent_relied_on:
        return None
    named = asked.consent.covers.tier
    cap = 0 if Boundary("deny_role", role) in asked.consent.boundaries else named or 2
    beyond = [field for field in got.fields if got.tiers[field] > cap]
    if not beyond:
        return None
    why = f"{beyond[0]} goes, and the person agreed to tier {cap} at most."
    return Wrong(why, {"excludes": beyond})


def item_by_item(subject: Subject) -> Iterator[Request]:
    """The classes in which something of tier 3 may go, with each part of what it needs, and unnamed."""
    for asked in cases(subject):
        if 3 not in subject.answer(asked).tiers.values():
            continue
        rest = tuple(each for each in asked.supplied if each not in ITEM_NEEDS)
        for keep in product((True, False), repeat=len(ITEM_NEEDS)):
            given = [need for need, kept in zip(ITEM_NEEDS, keep, strict=True) if kept]
            yield replace(asked, supplied=(*rest, *given))
        yield replace(asked, wants=Wants(tier=3))


def tier3_needs(subject: Subject, asked: Request) -> Wrong | None:
    """No field of tier 3 goes without its reason, authority and approver, nor unless it is named."""
    got = subject.answer(asked)
    for field in [field for field, tier in got.tiers.items() if tier == 3]:
        needs = ITEM_NEEDS if field == "attachment" else ITEM_NEEDS[:3]
        lacks = [need for need in needs if need not in asked.supplied]
        if lacks or field not in (asked.wants.fields or ()):
            why = f"{field} is of tier 3 and goes without: {', '.join(lacks) or 'being named'}."
            return Wrong(why, {"excludes": [field]})
    return None


def all_accounted_for(subject: Subject, asked: Request) -> Wrong | None:
    """What goes and what is withheld are together what was asked for, and nothing is both."""
    got, wanted = subject.answer(asked), set(asked.wants.fields or ())
    lost = sorted(wanted - set(got.fields) - set(got.withheld))
    more = sorted((set(got.fields) | set(got.withheld)) - wanted) if wanted else []
    both = sorted(set(got.fields) & set(got.withheld))
    if lost:
        why = f"{named(lost)}: asked for, and neither given nor withheld."
        return Wrong(why, {"accounts_for": lost})
    if more or both:
        why = f"{named(more or both)}: given or withheld, and not asked for or both."
        return Wrong(why, {"excludes": more or both})
    return None


INVARIANTS = (
    Invariant("matrix", "nothing goes beyond the matrix", cases, within_matrix),
    Invariant("agreement", "nothing goes beyond the agencies' agreement", cases, within_agreement),
    Invariant("consent", "nothing goes beyond the person's agreement", capped, within_consent),
    Invariant("tier3", "no tier 3 without its needs, nor unnamed", item_by_item, tier3_needs),
    Invariant("accounted", "given and withheld are what was asked", cases, all_accounted_for),
)
