"""Who may write in a call, and from when until when: the rule for everybody, and what one agency has beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from competition.enums import AccessMode, Phase
from competition.models import AccessException, Call, CodeRedemption, Sketch

TAKING = (Phase.ANNOUNCED, Phase.OPEN, Phase.FORMAL_CHECK)


@dataclass(frozen=True)
class Window:
    """From when until when one organisation may write and hand in. The call's own, unless an exception widens it."""

    call: Call
    opens_at: dt.datetime
    closes_at: dt.datetime

    @property
    def is_late(self) -> bool:
        """Whether it goes on after the deadline for everybody."""
        return self.closes_at > self.call.deadline

    @property
    def is_early(self) -> bool:
        return self.opens_at < self.call.opens_at

    def accepts_at(self, now: dt.datetime) -> bool:
        """Whether the organisation's sketches may be written and handed in at the instant."""
        return self.call.phase_at(now) in TAKING and self.opens_at <= now < self.closes_at


def windows_for(call: Call, organisations: Iterable[Organisation]) -> dict[int, Window]:
    """{key of the organisation: its window}, in one query. The triggers of migration 0008 keep the same rule."""
    keys = [organisation.pk for organisation in organisations]
    windows = dict.fromkeys(keys, Window(call, call.opens_at, call.deadline))
    for exception in AccessException.objects.standing().filter(call=call, organisation__in=keys):
        windows[exception.organisation_id] = Window(
            call,
            min(call.opens_at, exception.opens_at or call.opens_at),
            max(call.deadline, exception.closes_at or call.deadline),
        )
    return windows


def window_for(call: Call, organisation: Organisation) -> Window:
    return windows_for(call, [organisation])[organisation.pk]


def window_of(sketch: Sketch) -> Window:
    """That of the sketch's organisation; no query where the sketch was read by `with_window`."""
    closes_at = getattr(sketch, "window_closes_at", None)
    if closes_at is None:
        return window_for(sketch.call, sketch.organisation)
    return Window(sketch.call, sketch.window_opens_at, closes_at)  # type: ignore[attr-defined]


def why_not_eligible(call: Call, organisation: Organisation) -> str | Promise:
    """Why organisations such as this cannot stand behind a sketch in the call; empty where they can."""
    if organisation.kind not in call.eligible_kinds:
        return _("This call is not for organisations of the kind “%(kind)s”.") % {
            "kind": organisation.get_kind_display()
        }
    if call.eligible_countries and organisation.country not in call.eligible_countries:
        return _("This call is not for organisations from %(country)s.") % {
            "country": organisation.get_country_display()
        }
    return ""


def eligible(call: Call, organisations: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """The list form of `why_not_eligible`."""
    found = organisations.filter(kind__in=call.eligible_kinds)
    return found.filter(country__in=call.eligible_countries) if call.eligible_countries else found


def needs_code(call: Call, organisation: Organisation) -> bool:
    """Whether the organisation has still to use an invitation code before it may write."""
    if call.access != AccessMode.CODE:
        return False
    return not CodeRedemption.objects.filter(call=call, organisation=organisation).exists()


@dataclass(frozen=True)
class Candidate:
    """One of a person's organisations at the door of a call. `reason` says why it is not let in."""

    organisation: Organisation
    window: Window
    reason: str | Promise = ""
    needs_code: bool = False
    is_open: bool = False

    @property
    def may_start(self) -> bool:
        return self.is_open and not self.reason and not self.needs_code


def candidates(call: Call, organisations: Iterable[Organisation], now: dt.datetime) -> list[Candidate]:
    """Whether each may begin a sketch now. Two queries at most beside that of the organisations."""
    found = list(organisations)
    windows = windows_for(call, found)
    redeemed: set[int] = set()
    if call.access == AccessMode.CODE:
        rows = CodeRedemption.objects.filter(call=call, organisation__in=found)
        redeemed = set(rows.values_list("organisation_id", flat=True))
    return [
        Candidate(
            organisation=one,
            window=windows[one.pk],
            reason=why_not_eligible(call, one),
            needs_code=call.access == AccessMode.CODE and one.pk not in redeemed,
            is_open=windows[one.pk].accepts_at(now),
        )
        for one in found
    ]
