"""Which fields may go: the matrix cell, then flags, regimes, agreement and consent narrow it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from sharewell.core import bits
from sharewell.core.bits import Keeping
from sharewell.core.catalogue import Cell, Field
from sharewell.core.picked import Names, Picked
from sharewell.core.policy import Policy

# What a field of tier 3 needs, in the order in which its absence is named.
ITEM_NEEDS = (
    ("tier3_rationale", "lacks_rationale"),
    ("tier3_authority", "lacks_authority"),
    ("approver", "lacks_approver"),
)
ATTACHMENT = "attachment"
ATTACHMENT_NEED = ("attachment_reason", "lacks_attachment_reason")
# How many views are kept: far more than the cells, flags and facts that are asked about in one place.
# Each holds a few kilobytes, so this bounds them to some tens of megabytes.
VIEWS = 4096
NO_CELL = Cell(0, ("none",))
# What is said of one field: the tier in which it goes, ITEM where it is of tier 3 and may be asked for
# by name, or else why it may not go.
Verdict = int | str
ITEM = "item"
Moved = frozenset[tuple[str, int]]


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What a role may see for a purpose: of each field of the catalogue, in order, the verdict.

    The rest says the same in other words: ``open`` may go as they are, each with its tier, and ``ids``
    are those; ``tiers`` has the fields of each tier that occurs, the highest first; ``shut`` names why
    the others may not; ``items`` are those of them that go one by one.
    """

    fields: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    open: Mapping[str, int]
    tiers: tuple[tuple[int, frozenset[str]], ...]
    shut: Mapping[str, str]
    items: frozenset[str]
    ids: tuple[str, ...]
    kept: Keeping = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Begin with nothing kept of what this module makes of the view."""
        object.__setattr__(self, "kept", Keeping(self))


class Dataset(NamedTuple):
    """What may go of what was asked, by tier; ``lacking`` is withheld for want of what is supplied.

    ``tier`` is the highest of what may go, None where nothing may.
    """

    given: Mapping[str, int]
    withheld: Mapping[str, str]
    lacking: tuple[str, ...] = ()
    tier: int | None = None


@lru_cache(maxsize=VIEWS)
def kept(fields: tuple[str, ...], verdicts: tuple[Verdict, ...]) -> View:
    """One view for all that come to the same: facts and cells are many, what they show is little."""
    every = dict(zip(fields, verdicts, strict=True))
    goes = {id_: verdict for id_, verdict in every.items() if isinstance(verdict, int)}
    return View(
        fields=fields,
        verdicts=verdicts,
        open=goes,
        tiers=tuple(
            (tier, frozenset(id_ for id_, of in goes.items() if of == tier))
            for tier in sorted({*goes.values()}, reverse=True)
        ),
        shut={id_: why for id_, why in every.items() if isinstance(why, str)},
        items=frozenset(id_ for id_, verdict in every.items() if verdict == ITEM),
        ids=tuple(goes),
    )


def view(policy: Policy, role: str, purpose: str, moved: Moved, form: str) -> View:
    """What this role may see for this purpose; ``moved`` are the fields at another tier, as they are."""
    fields = tuple(policy.fields)
    verdicts: tuple[Verdict, ...] = policy.kept[_verdicts][role, purpose, form]
    if moved:
        cell, listed = _cell(policy, role, purpose, form)
        now = dict(zip(fields, verdicts, strict=True))
        for id_, tier in moved:
            now[id_] = _verdict(policy.fields[id_], tier, cell, role, listed)
        verdicts = tuple(now.values())
    return kept(fields, verdicts)


def _verdicts(policy: Policy, role: str, purpose: str, form: str) -> tuple[Verdict, ...]:
    """What is said of each field where nothing moves it from its tier."""
    cell, listed = _cell(policy, role, purpose, form)
    fields = policy.fields.values()
    return tuple(_verdict(each, each.tier, cell, role, listed) for each in fields)


def _cell(policy: Policy, role: str, purpose: str, form: str) -> tuple[Cell, frozenset[str] | None]:
    """The cell, and the list of its form where that has one."""
    return policy.cell(role, purpose) or NO_CELL, policy.matrix.forms.get(form)


def moved(policy: Policy, flags: tuple[str, ...], keeps: frozenset[str], rows: int) -> Moved:
    """The fields that facts and flags move to another tier: the first row that matches, then flags.

    ``rows`` are those that set the tier of a field; ``keeps`` the flags that a rule keeps down.
    """
    raising = set(flags) - keeps
    found: dict[str, int] = {}
    for number in bits.numbers(rows):
        id_, _, tier = policy.tier_rows[number]
        found.setdefault(id_, tier)
    for each in policy.kept[_flagged][()] if raising else ():
        raised = [to for flag, to in each.flags.items() if flag in raising]
        if raised:
            found[each.id] = max([found.get(each.id, each.tier), *raised])
    return _one(frozenset((f, tier) for f, tier in found.items() if tier != policy.fields[f].tier))


def _flagged(policy: Policy) -> tuple[Field, ...]:
    """The fields that a flag may raise."""
    return tuple([each for each in policy.fields.values() if each.flags])


@lru_cache(maxsize=VIEWS)
def _one(fields: Moved) -> Moved:
    """One set for all that are equal, so that looking up its view need not compare their members."""
    return fields


def _verdict(
    field: Field, tier: int, cell: Cell, role: str, listed: frozenset[str] | None
) -> Verdict:
    if (field.only and role not in field.only) or role in field.never:
        return "barred_role"
    if listed is not None:
        return tier if field.id in listed and tier < 3 else "not_in_dataset"
    if not cell.tier:
        return "barred_role"
    if field.id in cell.without or (cell.only is not None and field.id not in cell.only):
        return "not_in_dataset"
    if tier == 3:
        return _verdict_item(field, cell)
    if tier <= cell.tier or field.id in cell.named:
        return tier
    return "not_in_dataset" if cell.named else "above_tier"


def _verdict_item(field: Field, cell: Cell) -> Verdict:
    if cell.tier < 3:
        return "above_tier"
    return ITEM if field.id in cell.items else "barred_role"


def asked(seen: View, tier: int | None, unasked: frozenset[str]) -> frozenset[str]:
    """The fields that a request asks for which names none.

    All that may go as it is, up to the tier, without those ``unasked``, which go only by name; of tier 3
    the items too, to be told that they are asked for by name.
    """
    if tier is None:
        return frozenset(seen.open) - unasked
    chosen = frozenset([f for f, of in seen.open.items() if of <= tier]) - unasked
    return chosen | seen.items if tier == 3 else chosen


def unasked(
    policy: Policy, seen: View, role: str, purpose: str, kind: str, tier: int | None
) -> frozenset[str]:
    """What goes only by name: what is about another kind of person and, unless a tier is asked, unusual."""
    usual = (policy.cell(role, purpose) or NO_CELL).usual if tier is None else frozenset()
    return frozenset(
        id_
        for id_, of in seen.open.items()
        if (policy.fields[id_].about and kind not in policy.fields[id_].about)
        or (usual and of == 2 and id_ not in usual)
    )


def dataset(
    seen: View, wanted: Collection[str], supplied: tuple[str, ...], *, by_name: bool
) -> Dataset:
    """Part what is asked into what may go and what is withheld, each with its reason.

    ``by_name`` is False where tier 3 was asked for as a whole.
    """
    lacking: tuple[str, ...] = ()
    if seen.items and not seen.items.isdisjoint(wanted):
        lacking, _ = _needs(supplied, attached=ATTACHMENT in wanted and ATTACHMENT in seen.items)
        seen = seen.kept[_settled][supplied, by_name]
    names = Names(wanted)
    given, withheld = Picked(seen.open, names), Picked(seen.shut, names)
    tier = None
    for of, ids in seen.tiers:
        if not ids.isdisjoint(wanted):
            tier = of
            break
    # As in decision.py: a named tuple is quicker made as the tuple that it is.
    return tuple.__new__(Dataset, (given, withheld, lacking, tier))


def _settled(seen: View, supplied: tuple[str, ...], by_name: bool) -> View:  # noqa: FBT001 - a key
    """The view in which each field of tier 3 goes, or is withheld for want of what is supplied."""
    _, why = _needs(supplied, attached=False)
    _, attachment = _needs(supplied, attached=True)
    otherwise = "" if by_name else "lacks_rationale"
    verdicts: list[Verdict] = list(seen.verdicts)
    for place, id_ in enumerate(seen.fields):
        if verdicts[place] == ITEM:
            verdicts[place] = (attachment if id_ == ATTACHMENT else why) or otherwise or 3
    return kept(seen.fields, tuple(verdicts))


def nothing(seen: View, wanted: Collection[str], why: str) -> Dataset:
    """Nothing goes: every field asked is withheld, for its own reason or else for this one."""
    return tuple.__new__(Dataset, ({}, Picked(seen.kept[_refused][why], Names(wanted)), (), None))


def _refused(seen: View, why: str) -> Mapping[str, str]:
    return {
        id_: why if isinstance(verdict, int) or verdict == ITEM else verdict
        for id_, verdict in zip(seen.fields, seen.verdicts, strict=True)
    }


@lru_cache(maxsize=1024)
def _needs(supplied: tuple[str, ...], *, attached: bool) -> tuple[tuple[str, ...], str]:
    """What fields of tier 3 still need, and the reason that names the first of it."""
    needs = [*ITEM_NEEDS, ATTACHMENT_NEED] if attached else ITEM_NEEDS
    left = [(need, why) for need, why in needs if need not in supplied]
    return tuple(need for need, _ in left), left[0][1] if left else ""
