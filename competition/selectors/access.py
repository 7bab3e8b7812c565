"""Who may write in a call, and from when until when: the rule for everybody, and what one agency has beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from competition.clock import database_now
from competition.display import LANGUAGES, in_language
from competition.enums import AccessMode, Phase
from competition.models import AccessException, Call, CodeRedemption, Sketch, SketchVersion
from notifications.models import Letter

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


def deadline_for(call: Call, organisation: Organisation) -> dt.datetime:
    """The instant from which the organisation comes too late."""
    return window_for(call, organisation).closes_at


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


# --- Exceptions -----------------------------------------------------------------------------------------------------

YOUNG = dt.timedelta(minutes=2)
OLD = dt.timedelta(days=7)


def exceptions_of(call: Call) -> QuerySet[AccessException]:
    """All that were granted, revoked ones too, each with `used`: whether something was handed in by it."""
    versions = SketchVersion.objects.filter(
        Q(submitted_at__lt=OuterRef("call__opens_at")) | Q(submitted_at__gte=OuterRef("call__deadline")),
        sketch__call=OuterRef("call_id"),
        sketch__organisation=OuterRef("organisation_id"),
        submitted_at__gte=OuterRef("granted_at"),
    )
    rows = call.access_exceptions.select_related("organisation", "granted_by", "call")
    return rows.annotate(used=Exists(versions)).order_by("-granted_at", "-pk")


def is_used(exception: AccessException) -> bool:
    """Whether something was handed in by it: before the call opened, or after the deadline."""
    return exceptions_of(exception.call).filter(pk=exception.pk, used=True).exists()


@dataclass(frozen=True)
class PublicException:
    """What everybody reads of an exception. `opens_at` and `closes_at` are None where they are the call's own."""

    organisation: str
    opens_at: dt.datetime | None
    closes_at: dt.datetime | None
    reason: str
    granted_at: dt.datetime


def public_exceptions(call: Call, language: str) -> list[PublicException]:
    """The exceptions that stand, in the order they were granted; one query. Naming the organisation is meant."""
    rows = call.access_exceptions.standing().select_related("organisation").order_by("granted_at", "pk")
    return [
        PublicException(
            organisation=row.organisation.name,
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            reason=in_language(reasons_of(row), language),
            granted_at=row.granted_at,
        )
        for row in rows
    ]


def reasons_of(exception: AccessException) -> dict[str, str]:
    """{language: reason}, of the languages there is one in."""
    texts = {language: getattr(exception, f"reason_{language}") for language in LANGUAGES}
    return {language: text for language, text in texts.items() if text}


def exceptions_without_letters() -> list[int]:
    """Keys of exceptions granted or revoked of late of which nobody was told, because a queue or a worker was lost."""
    now = database_now()
    changed = Coalesce("revoked_at", "granted_at")
    occasion = Concat(
        Value("exception:"),
        Cast("pk", CharField()),
        Case(When(revoked_at=None, then=Value(":granted:")), default=Value(":revoked:")),
        output_field=CharField(),
    )
    rows = AccessException.objects.annotate(changed=changed, occasion=occasion)
    letters = Letter.objects.filter(occasion__startswith=OuterRef("occasion"))
    due = rows.filter(changed__lt=now - YOUNG, changed__gt=now - OLD).filter(~Exists(letters))
    return list(due.order_by("pk").values_list("pk", flat=True))
