"""Who may do what of the keeping of an agency: the pack, and what is wrong with one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sharewell.agencies import acting
from sharewell.agencies.models import ROLES
from sharewell.core import acts
from sharewell.core.policy import PackError
from sharewell.disclosures import catalogues, webhooks

WHOLE = "".join(
    f"  - {{id: {each}, means: M, roles: [manager], source: S, status: proposal}}\n"
    for each in acts.ACTS
)


def test_each_act_has_its_roles_in_the_pack() -> None:
    assert set(acting.acts()) == set(acts.ACTS)
    assert all(acting.acting(each) for each in acts.ACTS)


def test_the_roles_are_those_that_keep_something_here() -> None:
    assert set(ROLES) - set(acts.ROLES) == {"partner", "inspector"}


def test_where_the_pack_is_lost_nobody_may(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost() -> None:
        raise PackError("acts.yaml", "", "acts", "is missing")

    monkeypatch.setattr(acting, "acts", lost)
    assert acting.acting("requests_take") == ()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("[manager]", "[king]", "acts.yaml: local_days_keep: roles"),
        ("[manager]", "[]", "acts.yaml: local_days_keep: roles"),
        ("means: M, ", "", "acts.yaml: local_days_keep: means"),
        ("source: S, ", "", "acts.yaml: local_days_keep: source"),
        ("local_days_keep", "rule", "acts.yaml: rule: id"),
    ],
)
def test_a_fault_names_file_row_and_key(old: str, new: str, fault: str) -> None:
    with pytest.raises(PackError) as wrong:
        acts.acts(acts.FILE, f"acts:\n{WHOLE.replace(old, new, 1)}".encode())
    assert str(wrong.value).startswith(fault)


def test_no_act_is_left_out() -> None:
    text = f"acts:\n{WHOLE.splitlines()[0]}\n".encode()
    with pytest.raises(PackError, match="leaves out directory_keep, requests_take"):
        acts.acts(acts.FILE, text)


def test_how_long_things_stand_and_what_may_be_disputed_is_data() -> None:
    signer = webhooks.signer(issuer="https://a.example", secret="a" * 60)
    assert signer.open_for == catalogues.limit("webhook_open") == timedelta(minutes=5)
    assert catalogues.disputable() == ("redirect", "decline", "update", "outcome")
