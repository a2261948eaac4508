"""Compare what the engine permits with what Cedar permits, over a million random requests in England.

Run as ``python bench/oracle.py [HOW_MANY]``.

Prints how many were compared and how many disagree, the first of them in full, and ends with 1 if any do.
"""

from __future__ import annotations

import json
import sys
from random import Random

import cedarpy

from sharewell import packs
from sharewell.core.decision import decide
from sharewell.core.request import Wants, encode
from sharewell.core.tests.oracle.permits import permits, permitted, policies
from sharewell.core.tests.situations import situation

SEED = 1


def main(size: int) -> int:
    """Compare so many requests; return the exit status."""
    random = Random(SEED)  # noqa: S311 - the same requests each time
    policy, rules = packs.policy("england"), policies()
    nobody = cedarpy.Entities.from_json_str("[]")
    permit = differ = 0
    for _ in range(size):
        request = situation(random, "england", Wants(tier=1))
        ours = permits(decide(request, policy))
        permit += ours
        if ours != permitted(request, policy, rules, nobody):
            differ += 1
            if differ <= 3:
                print(json.dumps({"engine permits": ours, "request": encode(request)}))
    print(f"requests compared with Cedar: {size:,} ({permit:,} permitted), disagreements: {differ}")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
