"""The addresses of the staff pages, noun by noun: each module ends in its own ``urls``."""

from __future__ import annotations

from sharewell.web.staff import home

urls = [*home.urls]
