"""Roles that a person must not be given, for reasons that only the apps above know of."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise

from competition.enums import ProgrammeRole

# (programme, user, role) -> why not; empty where nothing stands against it
Conflict = Callable[..., str | Promise]
_conflicts: list[Conflict] = []


def register(conflict: Conflict) -> Conflict:
    if conflict not in _conflicts:
        _conflicts.append(conflict)
    return conflict


def conflict_of(*, programme, user, role: ProgrammeRole | str) -> str | Promise:
    """Why the person cannot have the role in the programme; empty where they can."""
    reasons = (conflict(programme=programme, user=user, role=role) for conflict in _conflicts)
    return next((reason for reason in reasons if reason), "")
