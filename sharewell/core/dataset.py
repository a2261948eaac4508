"""Which fields may go: the matrix cell, then flags, regimes, agreement and consent narrow it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sharewell.core.catalogue import Cell, Field
from sharewell.core.policy import Policy

# What a field of tier 3 needs, in the order in which its absence is named.
ITEM_NEEDS = (
    ("tier3_rationale", "lacks_rationale"),
    ("tier3_authority", "lacks_authority"),
    ("approver", "lacks_approver"),
)
REMEMBERED = 4096  # views kept for one policy
ATTACHMENT_NEED = ("attachment_reason", "lacks_attachment_reason")


@dataclass(frozen=True, slots=True)
class View:
    """What a role may see for a purpose: tier by field, and why the others may not go.

    ``open`` may go as they are; ``items`` are of tier 3 and go one by one; ``shut`` names the reason.
    """

    tiers: Mapping[str, int]
    open: tuple[str, ...]
    items: frozenset[str]
    shut: Mapping[str, str]
    form: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """What may go of what was asked; ``lacking`` is withheld for want of something supplied."""

    fields: tuple[str, ...]
    withheld: Mapping[str, str]
    lacking: tuple[str, ...]
    tier: int | None


def view(
    policy: Policy,
    role: str,
    purpose: str,
    flags: frozenset[str],
    tiers: Mapping[str, int],
    form: str,
) -> View:
    """What this role may see for this purpose; ``tiers`` are those set by the facts.

    The same question is worked out once for each policy; the answer is never changed.
    """
    key = (role, purpose, flags, tuple(tiers.items()), form)
    found = policy.memo.get(key)
    if found is None:
        if len(policy.memo) >= REMEMBERED:
            policy.memo.clear()
        found = policy.memo[key] = _view(policy, role, purpose, flags, tiers, form)
    seen: View = found
    return seen


def _view(
    policy: Policy,
    role: str,
    purpose: str,
    flags: frozenset[str],
    tiers: Mapping[str, int],
    form: str,
) -> View:
    cell = policy.cell(role, purpose) or Cell(0, ("none",))
    found: dict[str, int] = {}
    open_, items, shut = [], set(), {}
    for field in policy.fields.values():
        tier = _tier(field, flags, tiers)
        found[field.id] = tier
        why = _shut(field, tier, cell, role, policy.matrix.forms.get(form))
        if why == "item":
            items.add(field.id)
        elif why:
            shut[field.id] = why
        else:
            open_.append(field.id)
    return View(found, tuple(open_), frozenset(items), shut, form)


def _tier(field: Field, flags: frozenset[str], tiers: Mapping[str, int]) -> int:
    tier = tiers.get(field.id, field.tier)
    return max([tier, *(to for flag, to in field.flags.items() if flag in flags)])


def _shut(field: Field, tier: int, cell: Cell, role: str, listed: frozenset[str] | None) -> str:
    """Why a field may not go; ``item`` where it is of tier 3 and may be asked for by name."""
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
    return "item" if field.id in cell.items else "barred_role"


def asked(seen: View, fields: tuple[str, ...] | None, tier: int | None) -> tuple[str, ...]:
    """The fields that a request asks for, in the order of the catalogue.

    Without a list: all that may go as it is, up to the tier; of tier 3 the items too, to be told that
    they are asked for by name.
    """
    if fields is not None:
        wanted = set(fields)
        return tuple(f for f in seen.tiers if f in wanted)
    if tier is None:
        return seen.open
    chosen = {f for f in seen.open if seen.tiers[f] <= tier}
    chosen |= seen.items if tier == 3 else set()
    return tuple(f for f in seen.tiers if f in chosen)


def dataset(
    seen: View,
    wanted: tuple[str, ...],
    barred: Mapping[str, str],
    supplied: frozenset[str],
    *,
    by_name: bool,
) -> Dataset:
    """Part what is asked into what may go and what is withheld, each with its reason.

    ``barred`` are the fields that regimes, agreements or consent withhold, with the reason;
    ``by_name`` is False where tier 3 was asked for as a whole.
    """
    fields, withheld, lacking = [], {}, []
    for field in wanted:
        why = seen.shut.get(field) or barred.get(field, "")
        if not why and field in seen.items:
            needs = _needs(field, supplied)
            lacking += [need for need, _ in needs]
            why = needs[0][1] if needs else ("" if by_name else "lacks_rationale")
        if why:
            withheld[field] = why
        else:
            fields.append(field)
    tier = max((seen.tiers[f] for f in fields), default=None)
    return Dataset(tuple(fields), withheld, tuple(dict.fromkeys(lacking)), tier)


def _needs(field: str, supplied: frozenset[str]) -> list[tuple[str, str]]:
    needs = [*ITEM_NEEDS, ATTACHMENT_NEED] if field == "attachment" else [*ITEM_NEEDS]
    return [(need, why) for need, why in needs if need not in supplied]
