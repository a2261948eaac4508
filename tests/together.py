"""Several addresses on one stage: the stage is dear, so each address is undone before the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from tests.endpoints import Endpoint

AT_ONCE = 12


def together(rows: Sequence[Endpoint]) -> Any:
    """Run a test for every dozen of these addresses, as ``endpoints``."""
    dozens = [rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE)]
    return pytest.mark.parametrize(
        "endpoints", dozens, ids=[f"{dozen[0].name}-to-{dozen[-1].name}" for dozen in dozens]
    )


@contextmanager
def undone(endpoint: Endpoint) -> Iterator[None]:
    """Undo what is done inside; what fails there says at which address."""
    with transaction.atomic():
        try:
            yield
        except AssertionError as fault:
            fault.add_note(f"at {endpoint.name} ({endpoint.about})")
            raise
        finally:
            transaction.set_rollback(True)
