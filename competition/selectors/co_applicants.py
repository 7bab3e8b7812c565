"""Organisations asked to join a sketch: who they are, where they stand, and who may act for them."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from accounts import tokens
from accounts.enums import WRITING_ROLES, MemberRole
from accounts.models import Membership, Organisation
from competition.enums import CoApplicantRole, CoApplicantState
from competition.models import Call, CoApplicant, Sketch

LINK = "co-applicant"
_CACHE = "_joined_sketches"


def token_of(co: CoApplicant) -> str:
    return tokens.make(LINK, pk=co.pk, nonce=co.nonce)


def by_token(token: str) -> CoApplicant | None:
    """The invitation that a link stands for, or None where the link is not (or no longer) one of ours."""
    try:
        pk, nonce = tokens.read(LINK, token)
    except tokens.BadToken:
        return None
    related = ("organisation", "invited_by", "sketch__organisation", "sketch__call__programme")
    return CoApplicant.objects.select_related(*related).filter(pk=pk, nonce=nonce).first()


def rows_of(sketch: Sketch) -> list[CoApplicant]:
    """Everybody who was asked, in the order of asking; one query."""
    return list(sketch.co_applicants.select_related("organisation", "answered_by").order_by("pk"))


def get_row(sketch: Sketch, pk: int) -> CoApplicant:
    """Raises Http404."""
    return get_object_or_404(sketch.co_applicants.select_related("organisation"), pk=pk)


def own_row(user, sketch: Sketch) -> CoApplicant | None:
    """The confirmed co-applicant for which the person writes and may speak, if there is one."""
    rows = sketch.co_applicants.confirmed().filter(
        organisation__memberships__user_id=user.pk, organisation__memberships__role__in=WRITING_ROLES
    )
    return rows.select_related("organisation").first()


def joined_as(user, sketch: Sketch) -> frozenset[str]:
    """What the person may do by way of co-applicants: "reader", "editor" or nothing; remembered on the user object."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    known = user.__dict__.setdefault(_CACHE, {})
    if sketch.pk not in known:
        rows = Membership.objects.filter(
            user_id=user.pk,
            organisation__co_applications__sketch=sketch,
            organisation__co_applications__state=CoApplicantState.CONFIRMED,
        )
        pairs = rows.values_list("role", "organisation__co_applications__role")
        known[sketch.pk] = frozenset(right for pair in pairs for right in rights(*pair))
    return known[sketch.pk]


def rights(member_role: str, co_role: str) -> tuple[str, ...]:
    """A member writes where both the own organisation and the lead applicant let them."""
    writes = member_role in WRITING_ROLES and co_role == CoApplicantRole.EDITOR
    return (CoApplicantRole.READER, CoApplicantRole.EDITOR) if writes else (CoApplicantRole.READER,)


def candidates_to_confirm(user, co: CoApplicant) -> QuerySet[Organisation]:
    """The organisations for which the person could confirm: the invited one, or any own where none is known yet."""
    mine = Organisation.objects.written_by(user)
    if co.organisation_id is not None:
        return mine.filter(pk=co.organisation_id)
    if co.number:
        mine = mine.filter(number=co.number, country=co.country)
    taken = co.sketch.co_applicants.exclude(organisation=None).values("organisation_id")
    return mine.exclude(pk=co.sketch.organisation_id).exclude(pk__in=taken).order_by("name", "pk")


def waiting_for(user, now: dt.datetime) -> QuerySet[CoApplicant]:
    """Open invitations to the organisations for which the person writes."""
    if not user.is_authenticated:
        return CoApplicant.objects.none()
    return (
        CoApplicant.objects.invited()
        .filter(organisation__in=Organisation.objects.written_by(user), expires_at__gt=now)
        .select_related("organisation", "sketch__organisation", "sketch__call")
        .order_by("expires_at", "pk")
    )


def addresses_of(co: CoApplicant) -> list[tuple[str, str]]:
    """(address, language) of those who are asked: the organisation's mailbox and its administrators, each once."""
    organisation, found = co.organisation, {}
    if organisation is None:
        return [(co.mailbox.lower(), co.sketch.language)]
    if organisation.mailbox:
        found[organisation.mailbox.lower()] = organisation.letter_language or co.sketch.language
    administrators = organisation.memberships.filter(role=MemberRole.ADMIN, user__is_active=True)
    for member in administrators.select_related("user").order_by("pk"):
        found.setdefault(member.user.email.lower(), organisation.letter_language or member.user.language)
    return list(found.items())


def withdrawn_since(sketch: Sketch) -> list[CoApplicant]:
    """Co-applicants of the version that counts which have withdrawn after it was handed in."""
    if sketch.current_version is None:
        return []
    rows = sketch.co_applicants.filter(
        state=CoApplicantState.WITHDRAWN, withdrawn_at__gte=sketch.current_version.submitted_at
    )
    return list(rows.select_related("organisation").order_by("withdrawn_at", "pk"))


def registered(country: str, number: str) -> Organisation | None:
    """The registered organisation of the number, if there is one."""
    return Organisation.objects.filter(country=country, number=number).first() if number else None


def running(now: dt.datetime) -> QuerySet[CoApplicant]:
    """Unanswered invitations to sketches that can still be handed in, as far as the call says."""
    calls = Call.objects.filter(published_at__lte=now, cancelled_at=None, archived_at=None)
    return (
        CoApplicant.objects.invited()
        .filter(expires_at__gt=now, sketch__call__in=calls)
        .select_related("organisation", "invited_by", "sketch__organisation", "sketch__call__programme")
        .order_by("pk")
    )


def confirmed(rows: list[CoApplicant]) -> list[Organisation]:
    """The organisations that stand behind the sketch, of `rows_of`."""
    return [co.organisation for co in rows if co.state == CoApplicantState.CONFIRMED and co.organisation is not None]


def answers_without_letter(since: dt.datetime, until: dt.datetime) -> QuerySet[CoApplicant]:
    """Answered or withdrawn in the time; whoever writes the letters knows which of them are written already."""
    changed = Q(answered_at__range=(since, until)) | Q(withdrawn_at__range=(since, until))
    related = ("organisation", "answered_by", "sketch__organisation", "sketch__call__programme")
    return CoApplicant.objects.filter(changed).select_related(*related)
