"""When an open call may change, and what a change has to come with. Pure functions over a call and its changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from competition.amending import Change, amendable, instant_of, rows_of, target_of
from competition.days_off import day_off
from competition.enums import AmendmentKind, Phase
from competition.models import Call

Message = str | Promise
# Phases of an open call and of a closed one whose events are still to come.
AMENDED_PHASES = (
    Phase.OPEN,
    Phase.FORMAL_CHECK,
    Phase.ASSESSMENT,
    Phase.JURY_MEETING,
    Phase.DECISION,
    Phase.LETTERS,
)
# Part of the call's identity once somebody may have seen it.
FIXED_WHEN_PUBLISHED = {"slug", "timezone", "currency"}
# What is settled for good once somebody may have begun to write.
FIXED_WHEN_OPEN = {"opens_at", "default_language", "text_lock_days"}
EXTENSION_DAYS = 14
DEADLINE_PASSED = _("The deadline has passed. What applicants relied on can no longer be changed.")


def runs_by_amendment(call: Call, now: dt.datetime) -> bool:
    """Whether changes of the call are gathered, explained and told, because applicants may have begun."""
    return call.phase_at(now) in AMENDED_PHASES


def fixed_fields(call: Call, now: dt.datetime) -> set[str]:
    """Columns of the call that nobody can change any more, by amendment or otherwise."""
    phase = call.phase_at(now)
    if call.published_at is None:
        return set()
    if phase == Phase.ANNOUNCED:
        return FIXED_WHEN_PUBLISHED
    amended = target_of("call").fields
    over = {name for name, about in amended.items() if not (about.after_deadline and phase in AMENDED_PHASES)}
    return FIXED_WHEN_PUBLISHED | FIXED_WHEN_OPEN | (set() if phase == Phase.OPEN else over)


def is_locked(call: Call, now: dt.datetime) -> bool:
    """Whether the text lock holds: only clarifications, and changes of substance together with a later deadline."""
    return call.phase_at(now) == Phase.OPEN and now >= call.deadline - dt.timedelta(days=call.text_lock_days)


def earliest_deadline(call: Call, now: dt.datetime) -> dt.datetime:
    """The first deadline that leaves applicants as much time as the text lock promises."""
    return max(now + dt.timedelta(days=call.text_lock_days), call.deadline)


def proposed_deadline(call: Call, now: dt.datetime) -> dt.datetime:
    """A later deadline at the same hour of the call's clock, on a day of work, with room for a change of substance."""
    hour = call.deadline.astimezone(call.zone).time().replace(fold=0)
    least = max(earliest_deadline(call, now), call.deadline + dt.timedelta(days=EXTENSION_DAYS))
    day = least.astimezone(call.zone).date()
    while True:
        wall = dt.datetime.combine(day, hour, call.zone)
        names_one_instant = wall.utcoffset() == wall.replace(fold=1).utcoffset()  # neither skipped nor doubled
        if wall >= least and names_one_instant and not day_off(day, call.zone):
            return wall.astimezone(dt.UTC)
        day += dt.timedelta(days=1)


def proposed_questions_until(call: Call, new_deadline: dt.datetime) -> dt.datetime | None:
    """Questions may be asked as long before the new deadline as before the old one; None where no date is set."""
    if call.questions_until is None:
        return None
    days = (new_deadline.astimezone(call.zone).date() - call.deadline.astimezone(call.zone).date()).days
    moved = call.questions_until.astimezone(call.zone) + dt.timedelta(days=days)
    return moved.astimezone(dt.UTC)


def refusal_of(call: Call, now: dt.datetime, target: str, field: str, after: Any) -> Message | None:
    """Why the field cannot become `after` now, or None."""
    about = amendable(target, field)
    if about is None and not (field == "" and rows_of(target)):
        return _("This cannot change after the call has opened.")
    if about is None:  # a whole row
        return None if call.phase_at(now) == Phase.OPEN else DEADLINE_PASSED
    if call.phase_at(now) != Phase.OPEN and not about.after_deadline:
        return DEADLINE_PASSED
    if (target, field) == ("call", "deadline"):
        return _refused_deadline(call, now, instant_of(after))
    if about.after_deadline:
        return _refused_event(getattr(call, field), now, instant_of(after))
    if (target, field) == ("call", "questions_until"):
        return _refused_question_date(call, now, instant_of(after))
    return None


def _refused_deadline(call: Call, now: dt.datetime, after: dt.datetime | None) -> Message | None:
    if after is None or after < call.deadline:
        return _("After the opening the deadline can only be moved to later.")
    return _("The new deadline must lie ahead.") if after <= now else None


def _refused_event(before: dt.datetime | None, now: dt.datetime, after: dt.datetime | None) -> Message | None:
    if before is not None and before <= now:
        return _("This date has passed and cannot be moved.")
    if after is not None and after <= now:
        return _("The new date must lie ahead.")
    return None


def _refused_question_date(call: Call, now: dt.datetime, after: dt.datetime | None) -> Message | None:
    if after is not None and after <= now:
        return _("The new date must lie ahead.")
    if call.questions_until is not None and (after is None or after < call.questions_until):
        return _("After the opening this can only be moved to later.")
    return None


def refused_question_end(questions_until: dt.datetime | None, deadline: dt.datetime) -> Message | None:
    """Why questions cannot be taken until then when sketches are taken until `deadline`, or None."""
    if questions_until is None or questions_until <= deadline:
        return None
    return _("Questions end no later than the deadline.")


def kind_of(changes: Iterable[Change]) -> AmendmentKind | None:
    """The kind that the changes leave no choice about, or None where the owner says what they amount to."""
    changes = list(changes)
    if any(change.is_demand for change in changes):
        return AmendmentKind.CHANGE
    if any(change.moves_deadline for change in changes) and all(change.is_date for change in changes):
        return AmendmentKind.EXTENSION
    return None


def refused_kind(kind: str, changes: Iterable[Change]) -> Message | None:
    """Why the changes cannot be published as the kind, or None."""
    changes = list(changes)
    if kind != AmendmentKind.CHANGE and kind_of(changes) == AmendmentKind.CHANGE:
        return _("What is demanded of applicants changes here: that is a change of substance.")
    if kind == AmendmentKind.EXTENSION and kind_of(changes) != AmendmentKind.EXTENSION:
        return _("An extension changes dates only, the deadline among them.")
    return None


def refused_deadline_of(
    call: Call, now: dt.datetime, kind: str, new_deadline: dt.datetime | None, declined: str
) -> Message | None:
    """What the amendment says too little about: whether the deadline moves with a change of substance, and how far."""
    if kind != AmendmentKind.CHANGE or call.phase_at(now) != Phase.OPEN:
        return None
    if is_locked(call, now):
        if new_deadline is None or new_deadline < now + dt.timedelta(days=call.text_lock_days):
            text = _("The text is locked: a change of substance needs a deadline at least %(days)s days from now.")
            return text % {"days": call.text_lock_days}
        return None
    if new_deadline is None and not declined.strip():
        return _("Extend the deadline, or say why applicants need no more time.")
    return None
