"""A new call that begins as a copy of an older one."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from competition.dates import SHIFTED, shifted_dates, while_open
from competition.models import Call

# Settings that are as true of the next call as they were of the last one.
COPIED = (
    "default_language", "timezone", "currency", "budget", "max_per_project", "eligible_countries",
    "hours_to_write", "min_organisations", "complaint_days", "shortlist_size", "min_open_days", "text_lock_days",
    "withdraw_until", "unconfirmed_co_applicants", "endorsement", "draft_reminder_days", "juror_reminder_shares",
    "keep_drafts_months", "keep_sketches_months",
)  # fmt: skip
TEXTS = ("summary", "body", "who_may_apply", "how_judged")


def copied_fields(
    source: Call, *, deadline: dt.datetime, zone: str, opens_at: dt.datetime | None = None
) -> dict[str, Any]:
    """Columns of a call that is to be like `source`: texts and settings, and dates as far from the new deadline.

    opens_at: where it is given, questions end after it. Not the title, the short name, milestones, or anything that
    agencies, jurors and the owner have added since.
    """
    columns = {column.name for column in Call._meta.fields}
    texts = {name for name in columns if name.rpartition("_")[0] in TEXTS}
    fields = {name: getattr(source, name) for name in (*COPIED, *sorted(texts))}
    dates = {name: getattr(source, name) for name in SHIFTED}
    shifted = shifted_dates(dates, source.deadline, deadline, source.zone, ZoneInfo(zone))
    if "questions_until" in shifted and opens_at is not None and opens_at < deadline:
        shifted["questions_until"] = while_open(shifted["questions_until"], opens_at, deadline, ZoneInfo(zone))
    return fields | shifted
