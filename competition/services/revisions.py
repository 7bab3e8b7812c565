"""Two people at the same form: the later one is told, and nothing is overwritten unknowingly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from competition.errors import StaleEdit


def refuse_stale(*, row: Any, expected: int | None, wanted: Mapping[str, Any]) -> None:
    """Raise StaleEdit where the row, locked by the caller, has moved on since the form was made.

    row: has a column `revision`, which every service counts on. expected: the count that the form carried; None asks
    nothing. wanted: {column: value typed}. Where all that differs is the count, there is nothing to lose.
    """
    if expected is None or row.revision == expected:
        return
    theirs = {name: getattr(row, name) for name, value in wanted.items() if getattr(row, name) != value}
    if theirs:
        raise StaleEdit(theirs, revision=row.revision)
