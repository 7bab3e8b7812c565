"""What the jury's room adds to a public call page: the criteria with their weights, and how grading works."""

from __future__ import annotations

from dataclasses import dataclass

import rules
from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from modeltranslation.utils import resolution_order

from competition.models import Call, Sketch
from competition.public_sections import Section, register
from competition.sketch_links import Link
from scoring.models import Criterion
from scoring.selectors.objections import JURY_IS_PUBLISHED, publication_of, published_jury
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


def jury(*, call: Call, user, now) -> dict | None:
    """Context of scoring/jury_section.html, or None where the jury is not made known. One query where it is."""
    if call.__dict__.get(JURY_IS_PUBLISHED) is False:
        return None
    jurors = published_jury(call)
    return {"jurors": jurors} if jurors else None


def jury_link(sketch: Sketch, user) -> Link | None:
    """From a sketch to the jury, for whoever may object. One query where the jury is not made known."""
    if not publication_of(sketch.call).is_published or not rules.has_perm("scoring.object_to_juror", user, sketch):
        return None
    return Link(_("The jury, and objections to jurors"), reverse("scoring:objections", args=[sketch.reference]))


def register_sections() -> None:
    register(Section(key="jury", place="criteria", template="scoring/jury_section.html", provider=jury, order=10))
    register(Section(key="criteria", place="criteria", template="scoring/criteria_section.html", provider=criteria))
