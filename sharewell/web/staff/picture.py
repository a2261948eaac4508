"""A small picture of what happened when, in lanes: numbers for an SVG that the server draws. A table says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

WIDTH, LEFT, RIGHT, LANE, TOP, FOOT = 640, 150, 20, 36, 14, 30


@dataclass(frozen=True, slots=True)
class Dot:
    """One thing that happened, in its lane; strong ones are filled."""

    at: datetime
    lane: str
    strong: bool


def picture(dots: Sequence[Dot]) -> dict[str, Any] | None:
    """The lanes and dots as coordinates, with the first and last day in words; None where there is nothing."""
    if not dots:
        return None
    lanes = list(dict.fromkeys(dot.lane for dot in dots))
    first, last = min(dot.at for dot in dots), max(dot.at for dot in dots)
    span = (last - first).total_seconds() or 1.0
    width = WIDTH - LEFT - RIGHT
    foot = TOP + LANE * len(lanes)
    return {
        "width": WIDTH,
        "height": foot + FOOT,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "foot": foot + 20,
        "lanes": [
            {
                "label": lane if len(lane) <= 18 else f"{lane[:17]}…",
                "y": TOP + LANE * number + LANE // 2,
            }
            for number, lane in enumerate(lanes)
        ],
        "dots": [
            {
                "x": round(LEFT + width * (dot.at - first).total_seconds() / span),
                "y": TOP + LANE * lanes.index(dot.lane) + LANE // 2,
                "strong": dot.strong,
            }
            for dot in dots
        ],
        "first": _day(first),
        "last": _day(last),
        "says": f"{len(dots)} entries in {len(lanes)} lanes from {_day(first)} to {_day(last)}",
    }


def _day(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{local.day} {local:%B %Y}"
