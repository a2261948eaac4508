"""The demo: invented agencies, people and cases, each stopped where its story turns."""

from sharewell.config.demo.load import load, sign_ins

__all__ = ["load", "sign_ins"]
