"""Check an agreement against the rules, and compare two: set arithmetic over what their rows name."""

from sharewell.core.checking.check import check
from sharewell.core.checking.differences import Difference, differences
from sharewell.core.checking.findings import Finding

__all__ = ["Difference", "Finding", "check", "differences"]
