"""Which fields may go: the matrix cell, then flags, regimes, agreement and consent narrow it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from sharewell.core import bits
from sharewell.core.catalogue import Cell, Field
from sharewell.core.policy import Policy

# What a field of tier 3 needs, in the order in which its absence is named.
ITEM_NEEDS = (
    ("tier3_rationale", "lacks_rationale"),
    ("tier3_authority", "lacks_authority"),
    ("approver", "lacks_approver"),
)
# How many views are kept: far more than the cells, flags and facts that are asked about in one place.
# Each holds a few kilobytes, so this bounds them to some tens of megabytes.
VIEWS = 4096
KEPT = 1024
ITEM = "item"  # in place of a reason: may be asked for by name
NO_CELL = Cell(0, ("none",))
ATTACHMENT_NEED = ("attachment_reason", "lacks_attachment_reason")


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What a role may see for a purpose: tier by field, and why the others may not go.

    ``open`` may go as they are, each with its tier; ``shut`` names why the others may not, which for
    ``items`` is that they are of tier 3 and go one by one. All are in the order of the catalogue.
    """

    tiers: Mapping[str, int]
    open: Mapping[str, int]
    items: Mapping[str, int]
    shut: Mapping[str, str]
    form: str

    def over(self, cap: int) -> list[str]:
        """The fields above a tier, of those that might go."""
        return [f for f, tier in (*self.open.items(), *self.items.items()) if tier > cap]

    def without(self, barred: Mapping[str, str]) -> View:
        """The same but for these fields, which may not go, each with the reason."""
        shut: dict[str, str] = {}
        for field in self.tiers:
            why = self.shut.get(field, "")
            if field in barred and why in ("", ITEM):
                shut[field] = barred[field]
            elif why:
                shut[field] = why
        return View(
            tiers=self.tiers,
            open={f: tier for f, tier in self.open.items() if f not in barred},
            items={f: tier for f, tier in self.items.items() if f not in barred},
            shut=shut,
            form=self.form,
        )


class Dataset(NamedTuple):
    """What may go of what was asked, by tier; ``lacking`` is withheld for want of what is supplied."""

    given: Mapping[str, int]
    withheld: Mapping[str, str]
    lacking: tuple[str, ...] = ()


@lru_cache(maxsize=VIEWS)
def view(
    policy: Policy, role: str, purpose: str, flags: frozenset[str], rows: int, form: str
) -> View:
    """What this role may see for this purpose; ``rows`` are those that set the tier of a field.

    The same question is worked out once; its answer is never changed.
    """
    moved = _moved(policy, flags, rows)
    whys = _whys(policy, role, purpose, form)
    tiers = _tiers(policy)
    if moved:
        tiers = {**tiers, **moved}
        cell, listed = _cell(policy, role, purpose, form)
        whys = dict(whys)
        for id_, tier in moved.items():
            whys[id_] = _shut(policy.fields[id_], tier, cell, role, listed)
    return View(
        tiers=tiers,
        open={id_: tiers[id_] for id_, why in whys.items() if not why},
        items={id_: 3 for id_, why in whys.items() if why == ITEM},
        shut={id_: why for id_, why in whys.items() if why},
        form=form,
    )


@lru_cache(maxsize=KEPT)
def _whys(policy: Policy, role: str, purpose: str, form: str) -> Mapping[str, str]:
    """Why each field may not go where nothing moves it from its tier."""
    cell, listed = _cell(policy, role, purpose, form)
    fields = policy.fields.values()
    return {each.id: _shut(each, each.tier, cell, role, listed) for each in fields}


def _cell(policy: Policy, role: str, purpose: str, form: str) -> tuple[Cell, frozenset[str] | None]:
    """The cell, and the list of its form where that has one."""
    return policy.cell(role, purpose) or NO_CELL, policy.matrix.forms.get(form)


@lru_cache(maxsize=KEPT)
def _tiers(policy: Policy) -> Mapping[str, int]:
    return {field.id: field.tier for field in policy.fields.values()}


@lru_cache(maxsize=KEPT)
def _moved(policy: Policy, flags: frozenset[str], rows: int) -> Mapping[str, int]:
    """The fields that facts and flags move to another tier: the first row that matches, then flags."""
    found: dict[str, int] = {}
    for number in bits.numbers(rows):
        id_, _, tier = policy.tier_rows[number]
        found.setdefault(id_, tier)
    for field in policy.fields.values():
        raised = [to for flag, to in field.flags.items() if flag in flags]
        if raised:
            found[field.id] = max([found.get(field.id, field.tier), *raised])
    return {id_: tier for id_, tier in found.items() if tier != policy.fields[id_].tier}


@lru_cache(maxsize=KEPT)
def raising(policy: Policy, flags: tuple[str, ...], keeps: frozenset[str]) -> frozenset[str]:
    """Those of the flags that raise the tier of a field, without those that a rule ``keeps`` down."""
    raise_ = {flag for field in policy.fields.values() for flag in field.flags}
    return frozenset(flags) & raise_ - keeps


def _shut(field: Field, tier: int, cell: Cell, role: str, listed: frozenset[str] | None) -> str:
    """Why a field may not go; ``ITEM`` where it is of tier 3 and may be asked for by name."""
    if (field.only and role not in field.only) or role in field.never:
        return "barred_role"
    if listed is not None:
        return "" if field.id in listed and tier < 3 else "not_in_dataset"
    if not cell.tier:
        return "barred_role"
    if field.id in cell.without or (cell.only is not None and field.id not in cell.only):
        return "not_in_dataset"
    if tier == 3:
        return _shut_item(field, cell)
    if tier <= cell.tier or field.id in cell.named:
        return ""
    return "not_in_dataset" if cell.named else "above_tier"


def _shut_item(field: Field, cell: Cell) -> str:
    if cell.tier < 3:
        return "above_tier"
    return ITEM if field.id in cell.items else "barred_role"


def asked(
    seen: View, fields: tuple[str, ...] | None, tier: int | None, unasked: frozenset[str]
) -> frozenset[str]:
    """The fields that a request asks for.

    Without a list: all that may go as it is, up to the tier, without those ``unasked``, which go only by
    name; of tier 3 the items too, to be told that they are asked for by name.
    """
    if fields is not None:
        return frozenset(fields)
    if tier is None:
        return frozenset(seen.open) - unasked
    chosen = frozenset([f for f, of in seen.open.items() if of <= tier]) - unasked
    return chosen | seen.items.keys() if tier == 3 else chosen


@lru_cache(maxsize=VIEWS)
def unasked(
    policy: Policy, seen: View, role: str, purpose: str, kind: str, tier: int | None
) -> frozenset[str]:
    """What goes only by name: what is about another kind of person and, unless a tier is asked, unusual."""
    usual = (policy.cell(role, purpose) or NO_CELL).usual if tier is None else frozenset()
    return frozenset(
        id_
        for id_, field in policy.fields.items()
        if (field.about and kind not in field.about)
        or (usual and seen.tiers[id_] == 2 and id_ not in usual)
    )


def dataset(
    seen: View, wanted: frozenset[str], supplied: tuple[str, ...], *, by_name: bool
) -> Dataset:
    """Part what is asked into what may go and what is withheld, each with its reason.

    ``by_name`` is False where tier 3 was asked for as a whole.
    """
    given = {f: tier for f, tier in seen.open.items() if f in wanted}
    withheld = {f: why for f, why in seen.shut.items() if f in wanted}
    lacking: tuple[str, ...] = ()
    for field in [f for f in seen.items if f in wanted]:
        needs, why = _needs(supplied, field if field == "attachment" else "")
        lacking += needs
        withheld[field] = why or ("" if by_name else "lacks_rationale")
        if not withheld[field]:
            del withheld[field]
            given[field] = 3
    if 3 in given.values():
        given = {f: given[f] for f in seen.tiers if f in given}
    return Dataset(given, withheld, tuple(dict.fromkeys(lacking)))


def nothing(seen: View, wanted: frozenset[str], why: str) -> Dataset:
    """Nothing goes: every field asked is withheld, for its own reason or else for this one."""
    return Dataset({}, {f: each for f, each in _refused(seen, why).items() if f in wanted})


@lru_cache(maxsize=VIEWS)
def _refused(seen: View, why: str) -> Mapping[str, str]:
    return {f: why if seen.shut.get(f, ITEM) == ITEM else seen.shut[f] for f in seen.tiers}


@lru_cache(maxsize=KEPT)
def _needs(supplied: tuple[str, ...], field: str) -> tuple[tuple[str, ...], str]:
    """What a field of tier 3 still needs, and the reason that names the first of it."""
    needs = [*ITEM_NEEDS, ATTACHMENT_NEED] if field == "attachment" else ITEM_NEEDS
    left = [(need, why) for need, why in needs if need not in supplied]
    return tuple(need for need, _ in left), left[0][1] if left else ""
