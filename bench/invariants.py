"""How many classes of facts each invariant is held of, and how long that takes.

Run as ``python bench/invariants.py [PLACE ...]``; without a place, for all of them. Ends with 1, and prints the
counterexample as a scenario, where one does not hold.
"""

from __future__ import annotations

import sys
import time

from sharewell.core.tests.invariants import PLACES, families, search, subjects


def main(places: list[str]) -> int:
    """Hold every invariant in these places; return the exit status."""
    wrong = False
    for place in places or PLACES:
        for name, family in families().items():
            began, size = time.process_time(), 0
            for each in subjects(place, name):
                looked_at, counterexample = search(each, family)
                size += looked_at
                if counterexample:
                    wrong = True
                    print(counterexample)
            ids = ", ".join(each.id for each in family)
            print(f"{place}: {ids}: {size:,} classes in {time.process_time() - began:.1f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
