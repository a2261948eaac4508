"""Writes of the agencies room, one module for each noun; every function leaves one evidence entry."""

from sharewell.agencies.operations.agreement import (
    agreement_bring_into_force,
    agreement_end,
    agreement_register,
    agreement_sign,
)
from sharewell.agencies.operations.directory import (
    account_register,
    agency_register,
    duty_assign,
    function_register,
    function_webhook_set,
)
from sharewell.agencies.operations.hsds import hsds_import
from sharewell.agencies.operations.localdays import local_days_add, local_days_withdraw
from sharewell.agencies.operations.site import (
    site_change,
    site_lead_appoint,
    site_lead_end,
    site_lead_stand_above,
    site_register,
)
from sharewell.agencies.operations.system import system_end, system_let_in

__all__ = [
    "account_register",
    "agency_register",
    "agreement_bring_into_force",
    "agreement_end",
    "agreement_register",
    "agreement_sign",
    "duty_assign",
    "function_register",
    "function_webhook_set",
    "hsds_import",
    "local_days_add",
    "local_days_withdraw",
    "site_change",
    "site_lead_appoint",
    "site_lead_end",
    "site_lead_stand_above",
    "site_register",
    "system_end",
    "system_let_in",
]
