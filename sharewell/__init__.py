"""Sharewell: how agencies share safeguarding information well."""

__version__ = "0.1.0"
