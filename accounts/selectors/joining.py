"""Reads about joining an organisation."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.enums import JoinOutcome, OrganisationKind
from accounts.models import JoinRequest, Organisation
from accounts.register.domains import domain_of
from accounts.selectors.organisations import get_organisation_for


def get_joinable(pk: int) -> Organisation:
    """An organisation that people of agencies may ask to join. Raises Http404."""
    return get_object_or_404(Organisation.objects.exclude(kind=OrganisationKind.PROGRAMME_OWNER), pk=pk)


def role_by_domain(user, organisation: Organisation) -> str | None:
    """The role a verified address of the person gives at once, or None. Only a whole domain counts, no part of one."""
    if not organisation.domain_role or not organisation.mail_domains:
        return None
    verified = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    proven = {domain_of(email) for email in verified} - {""}
    return organisation.domain_role if proven.intersection(organisation.mail_domains) else None


def waiting_request(user, organisation: Organisation) -> JoinRequest | None:
    """The person's own request that still waits."""
    return open_requests().filter(user=user, organisation=organisation).first()


def last_refusal(user, organisation: Organisation) -> JoinRequest | None:
    """Why the person was told no the last time, unless something else happened since."""
    last = JoinRequest.objects.filter(user=user, organisation=organisation).order_by("-created_at", "-pk").first()
    return last if last is not None and last.outcome == JoinOutcome.REFUSED else None


def open_requests() -> QuerySet[JoinRequest]:
    return JoinRequest.objects.filter(outcome=JoinOutcome.PENDING, expires_at__gt=timezone.now())


def own_requests(user) -> QuerySet[JoinRequest]:
    """What the person waits for."""
    return open_requests().filter(user=user).select_related("organisation")


def requests_of(organisation: Organisation) -> QuerySet[JoinRequest]:
    """Requests that wait for one of the organisation's administrators."""
    return open_requests().filter(organisation=organisation).select_related("user")


def get_join_request_for(user, organisation_pk: int, pk: int) -> JoinRequest:
    """A request to the organisation, answered or not. Raises Http404 unless the user belongs to it."""
    organisation = get_organisation_for(user, organisation_pk)
    rows = JoinRequest.objects.select_related("user", "organisation", "answered_by")
    return get_object_or_404(rows, pk=pk, organisation=organisation)
