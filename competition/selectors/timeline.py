"""Every instant of a call in order: what is past, what goes on now, what is still to come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition.models import Call
from competition.selectors.meetings import meetings_of
from competition.selectors.overview import Window

PAST, NOW, COMING = "past", "now", "coming"
STATE_LABELS = {PAST: _("Past"), NOW: _("Going on now"), COMING: _("To come")}


@dataclass(frozen=True)
class Moment:
    """One instant. `when` is None for what happens when somebody does it. `ends`: for what lasts.

    detail: a title that somebody wrote, such as a meeting's.
    """

    label: str | Promise
    when: dt.datetime | None
    ends: dt.datetime | None = None
    detail: str = ""
    state: str = COMING
    beside: str = ""

    @property
    def state_label(self) -> str | Promise:
        return STATE_LABELS[self.state]


def timeline(call: Call, now: dt.datetime, windows: Iterable[Window] = ()) -> list[Moment]:
    """All instants of the call, earliest first; what has none yet stands where it belongs. One query.

    windows: (opens, closes) of the exceptions that stand.
    """
    placed = [(moment.when, moment) for moment in (*_dates(call), *_meetings(call), *_exceptions(call, windows))]
    placed.append(
        (call.published_at or dt.datetime.min.replace(tzinfo=dt.UTC), Moment(_("Published"), call.published_at))
    )
    checked = call.formal_check_completed_at
    placed.append((checked or call.deadline, Moment(_("Formal check completed"), checked)))
    ordered = sorted(((key, moment) for key, moment in placed if key is not None), key=lambda pair: pair[0])
    return [_told(moment, now) for _key, moment in ordered]


def complaints_until(call: Call) -> dt.datetime | None:
    """The last minute of the last day to complain, counted from the result, or from when it is expected."""
    result = call.result_published_at or call.result_at
    if result is None:
        return None
    day = result.astimezone(call.zone).date() + dt.timedelta(days=call.complaint_days)
    return dt.datetime.combine(day, dt.time(23, 59), call.zone)


def _dates(call: Call) -> list[Moment]:
    lock = call.deadline - dt.timedelta(days=call.text_lock_days) if call.text_lock_days else None
    return [
        Moment(_("Opens"), call.opens_at),
        Moment(_("Text is locked: only clarifications from now on"), lock),
        Moment(_("Last day for questions"), call.questions_until),
        Moment(_("Deadline"), call.deadline),
        Moment(_("Jurors finish by"), call.assessment_due_at),
        Moment(_("Assessment completed"), call.assessment_completed_at),
        Moment(_("Pitch"), call.pitch_at),
        Moment(_("Recommended by the jury"), call.recommended_at),
        Moment(_("Decided"), call.decided_at),
        Moment(_("Result published"), call.result_published_at),
        Moment(_("Result expected"), None if call.result_published_at else call.result_at),
        Moment(_("Last day to complain"), complaints_until(call)),
        Moment(_("Called off"), call.cancelled_at),
        Moment(_("Archived"), call.archived_at),
    ]


def _meetings(call: Call) -> list[Moment]:
    return [
        Moment(_("Information meeting"), meeting.starts_at, meeting.ends_at, meeting.title)
        for meeting in meetings_of(call)
        if meeting.cancelled_at is None
    ]


def _exceptions(call: Call, windows: Iterable[Window]) -> list[Moment]:
    """One agency's windows. Who it is stands with the exceptions."""
    moments = []
    for opens_at, closes_at in windows:
        if opens_at is not None and opens_at < call.opens_at:
            moments.append(Moment(_("An agency may begin early, by an exception"), opens_at))
        if closes_at is not None and closes_at > call.deadline:
            moments.append(Moment(_("The extended deadline of one agency, by an exception"), closes_at))
    return moments


def _told(moment: Moment, now: dt.datetime) -> Moment:
    if moment.when is None:
        return moment
    if moment.when > now:
        beside = gettext("in %(time)s") % {"time": timeuntil(moment.when, now, depth=1)}
        return replace(moment, state=COMING, beside=beside)
    if moment.ends is not None and now < moment.ends:
        return replace(moment, state=NOW)
    beside = gettext("%(time)s ago") % {"time": timesince(moment.ends or moment.when, now, depth=1)}
    return replace(moment, state=PAST, beside=beside)
