"""The scales of a call: whole grades, each with a word in every language of the call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput, Refused
from accounts.guards import require
from accounts.models import User
from competition import audit
from competition.amendment_rules import runs_by_amendment
from competition.clock import database_now
from competition.models import Amendment, Call
from competition.selectors.amendments import as_amended
from competition.services.amendments import gather, lock_gathering
from competition.services.revisions import merged
from scoring.models import GradeLevel, GradeScale, Score
from scoring.services.criteria_edit import edit_count_of, refuse_after_opening

LEVELS_AT_MOST = 21
SCALES_AT_MOST = 10
LOWEST, HIGHEST = 0, 100
# Per grade its words by column, such as label_nb.
Levels = Mapping[int, Mapping[str, str]]


def _check(call: Call, levels: Levels) -> None:
    """Raises InvalidInput keyed by "<grade>-<column>" or "levels"."""
    errors: dict[str, Any] = {}
    for value, words in levels.items():
        for language in call.languages:
            if not (words.get(f"label_{language}") or "").strip():
                errors[f"{value}-label_{language}"] = _("Every grade needs a word.")
    if not 2 <= len(levels) <= LEVELS_AT_MOST:
        errors["levels"] = _("A scale has from 2 to %(count)s grades.") % {"count": LEVELS_AT_MOST}
    if any(not LOWEST <= value <= HIGHEST for value in levels):
        limits = {"lowest": LOWEST, "highest": HIGHEST}
        errors["levels"] = _("A grade is a whole number from %(lowest)s to %(highest)s.") % limits
    if errors:
        raise InvalidInput(errors)


@transaction.atomic
def create_scale(*, by: User, call: Call, levels: Levels) -> GradeScale:
    """Give the call one more scale. Raises Refused once it has opened, InvalidInput where a word is missing."""
    require("competition.manage_call", by, call)
    locked = Call.objects.select_for_update().get(pk=call.pk)
    refuse_after_opening(locked, database_now())
    taken = set(locked.grade_scales.values_list("code", flat=True))
    if len(taken) >= SCALES_AT_MOST:
        raise Refused(_("A call has at most %(count)s scales.") % {"count": SCALES_AT_MOST})
    _check(locked, levels)
    code = next(code for number in range(2, SCALES_AT_MOST + 3) if (code := f"scale-{number}") not in taken)
    scale = GradeScale.objects.create(call=locked, code=code)
    GradeLevel.objects.bulk_create(GradeLevel(scale=scale, value=value, **words) for value, words in levels.items())
    audit.record(call=call, action="scoring.create_scale", by=by, scale=code, grades=sorted(levels))
    return scale


@transaction.atomic
def update_scale(
    *,
    by: User,
    scale: GradeScale,
    levels: Levels,
    expected_revision: int | None = None,
    seen: Mapping[str, str] | None = None,
) -> bool:
    """Change words and grades; in an open call only words, gathered as an amendment. Returns whether it was gathered.

    A grade that somebody else has added since the form was made stays: `seen` does not know it. Raises StaleEdit, and
    InvalidInput keyed by "<grade>-<column>" or "levels", Refused where a grade that was given
    would go, and once the call has closed.
    """
    call = Call.objects.select_for_update().get(pk=scale.call_id)
    require("competition.manage_call", by, call)
    locked = GradeScale.objects.select_for_update().get(pk=scale.pk)
    gathering = lock_gathering(call)
    present = levels_as_amended(locked, gathering)
    count = edit_count_of([locked], gathering)
    kept = _not_stale(present, levels, count, expected_revision, seen)
    if runs_by_amendment(call, database_now()):
        _gather_words(by, call, locked, present, kept)
        return True
    refuse_after_opening(call, database_now())
    _check(call, levels)
    gone = _gone(present, levels, seen)
    refuse_given(locked, gone)
    GradeLevel.objects.filter(scale=locked, value__in=gone).delete()
    for value, words in kept.items():
        level = present.get(value) or GradeLevel(scale=locked, value=value)
        for name, word in words.items():
            setattr(level, name, word)
        level.save()
    if kept or gone:
        locked.revision += 1
        locked.save(update_fields=["revision"])
        audit.record(call=call, action="scoring.update_scale", by=by, scale=locked.code, grades=sorted(levels))
    return False


def levels_as_amended(scale: GradeScale, gathering: Amendment | None) -> dict[int, GradeLevel]:
    """{grade: level} from the lowest, with what is gathered for their words."""
    levels = sorted(scale.levels.all(), key=lambda level: level.value)
    return {row.value: as_amended(row, gathering, "level", f"{scale.code}:{row.value}") for row in levels}


def _not_stale(
    present: Mapping[int, GradeLevel],
    levels: Levels,
    count: int,
    expected: int | None,
    seen: Mapping[str, str] | None,
) -> dict[int, dict[str, str]]:
    kept = merged(
        present={
            f"{value}-{name}": getattr(present[value], name)
            for value in levels.keys() & present.keys()
            for name in levels[value]
        },
        wanted={f"{value}-{name}": word for value, words in levels.items() for name, word in words.items()},
        seen=seen,
        expected=expected,
        count=count,
    )  # fmt: skip
    result: dict[int, dict[str, str]] = {}
    for key, word in kept.items():
        value, _dash, name = key.partition("-")
        if int(value) not in present or getattr(present[int(value)], name) != word:
            result.setdefault(int(value), {})[name] = word
    return result


def _gone(present: Mapping[int, GradeLevel], levels: Levels, seen: Mapping[str, str] | None) -> set[int]:
    """The grades to be removed: of those that the form had shown, the ones that it no longer has."""
    gone = set(present.keys() - levels.keys())
    if seen is None:
        return gone
    return {value for value in gone if any(name.startswith(f"{value}-") for name in seen)}


def _gather_words(
    by: User, call: Call, scale: GradeScale, present: Mapping[int, GradeLevel], kept: Mapping[int, Mapping[str, str]]
) -> None:
    if kept.keys() - present.keys():
        raise InvalidInput({"levels": _("This cannot change after the call has opened.")})
    for value, words in kept.items():
        try:
            gather(by=by, call=call, values={("level", f"{scale.code}:{value}"): words})
        except InvalidInput as refused:
            raise InvalidInput({f"{value}-{field}": text for field, text in refused.errors.items()}) from refused


def refuse_given(scale: GradeScale, values: set[int]) -> None:
    given = Score.objects.filter(criterion__scale=scale, value__in=values).values_list("value", flat=True)
    if grade := next(iter(given), None):
        raise Refused(_("The grade %(grade)s has been given to sketches and stays.") % {"grade": grade})


@transaction.atomic
def remove_scale(*, by: User, scale: GradeScale) -> None:
    """Remove a scale that no criterion uses. Raises Refused."""
    call = Call.objects.select_for_update().get(pk=scale.call_id)
    require("competition.manage_call", by, call)
    refuse_after_opening(call, database_now())
    if scale.criteria.exists():
        raise Refused(_("A criterion uses this scale. Choose another scale for it first."))
    audit.record(call=call, action="scoring.remove_scale", by=by, scale=scale.code)
    scale.delete()
