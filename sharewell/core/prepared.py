"""What all requests of one role and purpose have in common, worked out once for the rows in force."""

from __future__ import annotations

from sharewell.core.answer import Reason
from sharewell.core.bits import Kept
from sharewell.core.dataset import Moved, View, view
from sharewell.core.elsewhere import Instead, elsewhere
from sharewell.core.era import Era
from sharewell.core.policy import Policy

TRUTH = {True: "true", False: "false"}
SET_LOCALLY = "What this recipient may receive for this purpose is set by the partnership."


class Prepared:
    """A role and a purpose, set against the rows in force; nothing of any case is in it.

    ``forms`` are those of the cell, or "none"; ``shape`` the rows that allow the purpose and the first of
    them. ``sending`` and ``receiving`` give the rows that allow what the sender and the recipient are;
    ``seen`` the view, by what flags and facts move and by form; ``instead`` who else may be told; ``local`` the reason that a partnership set the cell.
    """

    __slots__ = (
        *("era", "policy", "role", "purpose", "forms", "shape"),
        *("sending", "receiving", "seen", "instead", "local"),
    )

    def __init__(self, era: Era, policy: Policy, role: str, purpose: str) -> None:
        """Prepare for requests with this role and purpose; the era is one of the policy."""
        self.era, self.policy, self.role, self.purpose = era, policy, role, purpose
        cell = policy.cell(role, purpose)
        self.forms = cell.forms if cell else ("none",)
        self.shape = era.shape[purpose, self.forms[0]]
        self.sending = era.kept[_senders][policy]
        self.receiving = Kept(_receiving, self)
        self.seen, self.instead = Kept(_seen, self), Kept(_instead, self)
        self.local: tuple[Reason, ...] = ()
        if cell and cell.local:
            self.local = (Reason(f"cell-{role}-{purpose}", SET_LOCALLY, cell.source),)


def _senders(era: Era, policy: Policy) -> Kept:
    """The rows by what the sender is: the same for every role and purpose."""
    return Kept(_sending, (era, policy))


def _sending(
    under: tuple[Era, Policy],
    agreed: str,
    kind: str,
    state: str | None,
    public: bool | None,  # noqa: FBT001 - kept by its place
) -> int:
    era, policy = under
    if public is None:
        public = policy.public_authority.get(kind, True)
    return era.sending[agreed, kind, state or "none", TRUTH[public]]


def _receiving(one: Prepared, source: bool, connected: str) -> int:  # noqa: FBT001 - the same
    can_act = one.purpose in one.policy.matrix.can_act.get(one.role, ())
    return one.era.receiving[TRUTH[source], connected, TRUTH[can_act], one.role]


def _seen(one: Prepared, moved: Moved, form: str) -> View:
    found: View = one.policy.kept[view][one.role, one.purpose, moved, form]
    return found


def _instead(one: Prepared, harm: str, permits: bool, formless: bool) -> Instead:  # noqa: FBT001
    place = (one.policy, one.era, one.role, one.purpose)
    return elsewhere(*place, harm, permits=permits, formless=formless)
