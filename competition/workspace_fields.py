"""Form fields of the owner's workspace: moments on a call's own wall clock, and texts in several languages."""

from __future__ import annotations

import datetime as dt
import zoneinfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

NORDIC_ZONES = (
    "Europe/Oslo",
    "Europe/Copenhagen",
    "Europe/Stockholm",
    "Europe/Helsinki",
    "Atlantic/Reykjavik",
    "Atlantic/Faroe",
)
INPUT_FORMAT = "%Y-%m-%dT%H:%M"


def zone_choices(current: str = "") -> list[tuple[str, str]]:
    """The Nordic zones, UTC, and whatever the call already has."""
    names = [*NORDIC_ZONES, "UTC"]
    if current and current not in names:
        names.append(current)
    return [(name, name.replace("_", " ")) for name in names]


def at_wall_clock(wall: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """The instant at which the clocks of `zone` show the naive `wall`, in UTC.

    Raises ValidationError for a moment that summer time skips, and for one that comes twice: neither names one instant.
    """
    first, second = wall.replace(tzinfo=zone, fold=0), wall.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(dt.UTC)
    shown = first.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None)
    values = {"clock": f"{wall:%H:%M}", "day": f"{wall:%Y-%m-%d}", "zone": zone.key}
    if shown != wall:
        raise ValidationError(
            _("%(clock)s on %(day)s does not exist in %(zone)s: the clocks go forward past it. Choose another time."),
            code="skipped",
            params=values,
        )
    raise ValidationError(
        _("%(clock)s on %(day)s comes twice in %(zone)s: the clocks go back over it. Choose another time."),
        code="doubled",
        params=values,
    )


def wall_clock(instant: dt.datetime | None, zone: zoneinfo.ZoneInfo) -> str:
    """What a datetime-local input shows for an instant; empty for None."""
    return instant.astimezone(zone).strftime(INPUT_FORMAT) if instant else ""


class WallClockInput(forms.DateTimeInput):
    """The browser's own control for a date and a time."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format=INPUT_FORMAT, attrs={"step": "60"})


class WallClockField(forms.Field):
    """Cleans to a naive datetime; the form turns it into an instant once it knows the zone."""

    widget = WallClockInput
    default_error_messages = {
        "invalid": _("Write a date and a time, such as 2027-08-21 13:00."),
    }
    formats = (
        INPUT_FORMAT,
        "%Y-%m-%d %H:%M",
        "%Y-%m-%dT%H:%M:%S",
        "%d.%m.%Y %H:%M",
        "%d.%m.%Y %H.%M",
    )

    def to_python(self, value: str | None) -> dt.datetime | None:
        text = (value or "").strip()
        if not text:
            return None
        for pattern in self.formats:
            try:
                return dt.datetime.strptime(text, pattern).replace(second=0)  # noqa: DTZ007 - its zone comes with the form
            except ValueError:
                continue
        raise ValidationError(self.error_messages["invalid"], code="invalid")

    def has_changed(self, initial: str | None, data: str | None) -> bool:
        return (initial or "") != (data or "")
