"""The addresses of the partner pages, noun by noun: each module ends in its own ``urls``."""

from __future__ import annotations

from sharewell.web.portal import link

urls = [*link.urls]
