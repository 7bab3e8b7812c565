"""Boring makers for tests of the pool of jurors."""

from __future__ import annotations

from typing import Any

from competition.models import Programme, Topic
from scoring.models import JurorProfile
from scoring.services.pool import Facts, add_to_pool
from tests import factories


def make_profile(programme: Programme, *, email: str = "", **facts: Any) -> JurorProfile:
    """Somebody in the programme's pool, who knows about health unless said otherwise."""
    facts.setdefault("topics", dict.fromkeys(Topic.objects.filter(code="health"), 1))
    return add_to_pool(
        by=factories.owner_of(programme),
        programme=programme,
        email=email or factories.make_user().email,
        facts=Facts(**facts),
    )
