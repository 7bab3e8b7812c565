"""What the jury's room adds to a public call page: the criteria with their weights, and how grading works."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language
from modeltranslation.utils import resolution_order

from competition.models import Call
from competition.public_sections import Section, register
from scoring.models import Criterion
from scoring.selectors.public import public_criteria


@dataclass(frozen=True)
class ScaleInWords:
    """A scale, and the criteria graded on it. levels: [(grade, text, its language or "" for the page's)]."""

    levels: list[tuple[int, str, str]]
    criteria: list[Criterion]

    @property
    def lowest(self) -> int:
        return min((grade for grade, _word, _language in self.levels), default=0)

    @property
    def highest(self) -> int:
        return max((grade for grade, _word, _language in self.levels), default=0)


def criteria(*, call: Call, user, now) -> dict | None:
    """Context of scoring/criteria_section.html, or None for a call without criteria. One query."""
    rows = public_criteria(call)
    if not rows:
        return None
    scales: dict[int, ScaleInWords] = {}
    for row in rows:
        scale = scales.setdefault(row.criterion.scale_id, ScaleInWords([_level(*level) for level in row.levels], []))
        scale.criteria.append(row.criterion)
    return {
        "rows": rows,
        "scales": list(scales.values()),
        "jurors_per_sketch": call.jurors_per_sketch,
        "any_not_assessable": any(row.criterion.allows_not_assessable for row in rows),
        "any_reasons": any(row.criterion.requires_reasons for row in rows),
    }


def _level(grade: int, words: dict[str, str]) -> tuple[int, str, str]:
    language = get_language() or settings.LANGUAGE_CODE
    for code in resolution_order(language):
        if words.get(code):
            return grade, words[code], "" if code == language else code
    return grade, "", ""


def register_sections() -> None:
    register(Section(key="criteria", place="criteria", template="scoring/criteria_section.html", provider=criteria))
