"""Letters about questions and answers: one gathered letter for each time of publishing and each address."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import cast

from django.db import transaction
from django.db.models import Q
from django.utils import translation

from accounts.models import User
from competition.clock import database_now
from competition.models import Call, Enquiry
from competition.selectors.amendment_readers import readers_of
from competition.selectors.enquiries import as_published
from notifications.enums import LetterKind
from notifications.links import link
from notifications.models import Letter
from notifications.services import letter_language, write_letter

# For so long the periodic task looks for letters that were missed.
LOOKED_AFTER = dt.timedelta(days=7)


@dataclass
class Told:
    """One address. mine: keys of the questions it asked itself. all: whether it reads of every answer."""

    address: str
    language: str
    all: bool = False
    mine: set[int] = field(default_factory=set)


def address_mark(address: str) -> str:
    """Stands for an address in an occasion, which must not grow longer than its column."""
    return hashlib.sha256(address.lower().encode()).hexdigest()[:20]


def answers_occasion(call: Call, at: dt.datetime, address: str) -> str:
    return f"answers:{call.pk}:{at.astimezone(dt.UTC):%Y%m%dT%H%M%S%f}:{address_mark(address) if address else ''}"


def set_aside_occasion(enquiry: Enquiry) -> str:
    return f"enquiry-set-aside:{enquiry.pk}:{enquiry.revision}"


def people_told(call: Call, enquiries: Iterable[Enquiry], at: dt.datetime) -> list[Told]:
    """Everybody who hears of the answers: whoever asked, and everybody with a draft or a submission; each once.

    Four queries. An asker who was told of a merge after the answer was out has read it there.
    """
    found: dict[str, Told] = {}
    for reader in readers_of(call, at=at, was_open=True):
        found[reader.address.lower()] = Told(reader.address, reader.language, all=True)
    keys = [enquiry.pk for enquiry in enquiries]
    asked = Enquiry.objects.filter(Q(pk__in=keys) | Q(merged_into__in=keys), asked_by__is_active=True, asked_at__lte=at)
    rows = list(asked.select_related("asked_by", "organisation").order_by("pk"))
    told_since = _told_of_merging_since(at) if any(row.merged_into_id for row in rows) else set()
    for one in rows:
        if one.merged_into_id is not None and set_aside_occasion(one) in told_since:
            continue
        user = cast(User, one.asked_by)
        language = letter_language(organisation=one.organisation, user=user)
        person = found.setdefault(user.email.lower(), Told(user.email, language))
        person.mine.add(one.merged_into_id or one.pk)
    return list(found.values())


def _told_of_merging_since(at: dt.datetime) -> set[str]:
    letters = Letter.objects.filter(occasion__startswith="enquiry-set-aside:", created_at__gt=at)
    return set(letters.values_list("occasion", flat=True))


def write_answer_letters(*, call: Call, at: dt.datetime) -> int:
    """Tell of all that was published or changed at the instant; returns how many letters are new. Safe to repeat."""
    enquiries = list(Enquiry.objects.published().filter(Q(published_at=at) | Q(changed_at=at), call=call))
    enquiries.sort(key=lambda enquiry: enquiry.number or 0)
    told = set(
        Letter.objects.filter(occasion__startswith=answers_occasion(call, at, "")).values_list("occasion", flat=True)
    )
    missing = [
        person for person in people_told(call, enquiries, at) if answers_occasion(call, at, person.address) not in told
    ]
    for person in missing:
        _write_answers(call, enquiries, at, person)
    return len(missing)


@transaction.atomic
def _write_answers(call: Call, enquiries: list[Enquiry], at: dt.datetime, person: Told) -> Letter:
    chosen = [enquiry for enquiry in enquiries if person.all or enquiry.pk in person.mine]
    changed = all(enquiry.published_at != at for enquiry in chosen)
    with translation.override(person.language):
        return write_letter(
            occasion=answers_occasion(call, at, person.address),
            kind=LetterKind.ANSWER_CHANGED if changed else LetterKind.ANSWERS,
            recipient=person.address,
            language=person.language,
            context={
                "call": call,
                "answers": [as_published(enquiry, person.language) for enquiry in chosen],
                "mine": bool(person.mine),
                "url": link(person.language, "competition:enquiries", call.slug),
            },
            # Whoever only asked stays unknown to the readers of the call's outbox.
            about=call if person.all else chosen[0],
        )


@transaction.atomic
def write_set_aside(*, enquiry: Enquiry) -> Letter | None:
    """Tell the asker that the question was merged with another, or why it is not published. None: nobody to tell."""
    user = enquiry.asked_by
    if user is None or not user.is_active or (enquiry.merged_into is None and enquiry.declined_at is None):
        return None
    language = letter_language(organisation=enquiry.organisation, user=user)
    other = enquiry.merged_into
    with translation.override(language):
        return write_letter(
            occasion=set_aside_occasion(enquiry),
            kind=LetterKind.ENQUIRY_MERGED if other else LetterKind.ENQUIRY_DECLINED,
            recipient=user.email,
            language=language,
            context={
                "call": enquiry.call,
                "enquiry": enquiry,
                "answer": as_published(other, language) if other and other.published_at else None,
                "url": link(language, "competition:my_enquiries"),
            },
            about=enquiry,
        )


def recent_publications() -> list[tuple[int, dt.datetime]]:
    """(key of the call, instant) of each publishing and change whose letters are still looked after."""
    since = database_now() - LOOKED_AFTER
    published = Enquiry.objects.published()
    found = set(published.filter(published_at__gte=since).values_list("call", "published_at"))
    return sorted(found | set(published.filter(changed_at__gte=since).values_list("call", "changed_at")))


def set_aside_without_letter() -> list[Enquiry]:
    """Merged and declined questions of calls that are not over, whose askers were not told."""
    rows = (
        Enquiry.objects.filter(Q(merged_into__isnull=False) | Q(declined_at__isnull=False))
        .filter(call__deadline__gte=database_now() - LOOKED_AFTER, asked_by__is_active=True)
        .select_related("asked_by", "organisation", "merged_into", "call__programme")
    )
    by_occasion = {set_aside_occasion(row): row for row in rows}
    told = Letter.objects.filter(occasion__in=by_occasion).values_list("occasion", flat=True)
    return [by_occasion[occasion] for occasion in by_occasion.keys() - set(told)]
