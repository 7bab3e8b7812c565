"""What the jury's room adds to a public call page: the criteria with their weights, and how grading works."""

from __future__ import annotations

from competition.models import Call
from competition.public_sections import Section, register
from scoring.selectors.public import weight_shares


def criteria(*, call: Call, user, now) -> dict | None:
    """Context of scoring/criteria_section.html, or None for a call without criteria. Two queries."""
    shares = weight_shares(call)
    if not shares:
        return None
    grades = [level.value for criterion, _share in shares for level in criterion.scale.levels.all()]
    return {
        "shares": shares,
        "jurors_per_sketch": call.jurors_per_sketch,
        "lowest": min(grades, default=0),
        "highest": max(grades, default=0),
    }


def register_sections() -> None:
    register(Section(key="criteria", place="criteria", template="scoring/criteria_section.html", provider=criteria))
