"""Agreements between agencies: which one binds, how a version is drafted, and who may read, sign or end it."""

from sharewell.agencies.agreements.binding import (
    Route,
    agreement_between,
    agreement_state,
    partner_ids,
    routes,
)

__all__ = ["Route", "agreement_between", "agreement_state", "partner_ids", "routes"]
