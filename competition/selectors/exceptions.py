"""Exceptions for one organisation: as the owner lists them, as everybody reads them, and of whom nobody was told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Concat

from accounts.models import Organisation
from competition.clock import database_now
from competition.display import LANGUAGES
from competition.models import AccessException, Call, SketchVersion
from competition.selectors.access import eligible
from competition.texts import spoken
from notifications.models import Letter

SHORTEST_QUERY, MATCHES_AT_MOST = 2, 20
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
    return bool(vars(exceptions_of(exception.call).get(pk=exception.pk))["used"])


def running_exceptions(call: Call) -> list[AccessException]:
    """Those by which somebody may still hand in, once the deadline has passed; none before."""
    now = database_now()
    if now < call.deadline:
        return []
    return list(AccessException.objects.running_late(now).filter(call=call).select_related("organisation"))


def organisations_found(call: Call, query: str) -> list[Organisation]:
    """Organisations that may apply in the call, by name or number; none for less than two characters."""
    query = query.replace("\x00", "").strip()
    if len(query) < SHORTEST_QUERY:
        return []
    digits = "".join(character for character in query if character.isalnum())
    return list(
        eligible(call, Organisation.objects.filter(Q(name__icontains=query) | Q(number=digits)))[:MATCHES_AT_MOST]
    )


@dataclass(frozen=True)
class PublicException:
    """What everybody reads of an exception. `opens_at` and `closes_at` are None where they are the call's own.

    reason_language: of the reason, which may be another than the reader's.
    """

    organisation: str
    opens_at: dt.datetime | None
    closes_at: dt.datetime | None
    reason: str
    reason_language: str
    granted_at: dt.datetime


def public_exceptions(call: Call, language: str) -> list[PublicException]:
    """The exceptions that stand, in the order they were granted; one query. Naming the organisation is meant."""
    rows = (
        AccessException.objects.standing().filter(call=call).select_related("organisation").order_by("granted_at", "pk")
    )
    return [_public(row, *spoken(row, "reason", language)) for row in rows]


def _public(row: AccessException, reason: str, reason_language: str) -> PublicException:
    return PublicException(
        organisation=row.organisation.name,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        reason=reason,
        reason_language=reason_language,
        granted_at=row.granted_at,
    )


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
