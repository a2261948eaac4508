"""What the stage of :mod:`tests.stage` holds beyond its own: a module for each noun.

Each has ``values(world, now, sent)``, a value for each parameter of its addresses, and ``count(case)``, how much of
it there is. ``sent`` is a message that Pat's desk has opened and answered. ``NOTHING``, where it stands, are values of
the right form about nothing that exists.
"""

from __future__ import annotations

from types import ModuleType

from tests.stages import (
    clock,
    directory,
    escalation,
    level,
    meeting,
    outcome,
    packet,
    recall,
    received,
    requests,
    staffcheck,
    system,
)

STAGES: tuple[ModuleType, ...] = (
    clock,
    directory,
    escalation,
    level,
    meeting,
    outcome,
    packet,
    recall,
    received,
    requests,
    staffcheck,
    system,
)
