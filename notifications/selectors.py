"""Reads about the outbox."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from accounts.enums import JoinOutcome
from accounts.models import AccountDeletion, Invitation, JoinRequest, User
from notifications.models import Letter


def letters_about(instance: models.Model) -> QuerySet[Letter]:
    """The letters that concern an object, newest first, with what the mail queue knows of them."""
    return Letter.objects.about(instance).select_related("email")


def invitation_occasion(invitation: Invitation) -> str:
    """A renewed invitation has a new nonce and is told of again."""
    return f"organisation-invitation:{invitation.pk}:{invitation.nonce}"


def join_request_occasion(request: JoinRequest, administrator: User) -> str:
    return f"join-request:{request.pk}:{administrator.pk}"


def join_answer_occasion(request: JoinRequest) -> str:
    return f"join-answer:{request.pk}"


def join_request(pk: int) -> JoinRequest | None:
    return JoinRequest.objects.select_related("organisation", "user").filter(pk=pk).first()


def join_requests_without_letter() -> list[JoinRequest]:
    """Open requests that no administrator was written to, and answers of the last two weeks that nobody was told."""
    asked = Letter.objects.filter(occasion__startswith=Concat(Value("join-request:"), OuterRef("key"), Value(":")))
    told = Letter.objects.filter(occasion=Concat(Value("join-answer:"), OuterRef("key")))
    rows = JoinRequest.objects.annotate(key=Cast("pk", CharField())).select_related("organisation", "user")
    recently = timezone.now() - dt.timedelta(days=14)
    waiting = rows.filter(outcome=JoinOutcome.PENDING, expires_at__gt=timezone.now()).exclude(Exists(asked))
    answered = rows.filter(outcome__in=[JoinOutcome.APPROVED, JoinOutcome.REFUSED], answered_at__gt=recently)
    return [*waiting, *answered.exclude(Exists(told))]


def account_deletion(pk: int) -> AccountDeletion | None:
    return AccountDeletion.objects.select_related("user").filter(pk=pk).first()


def open_invitation(pk: int) -> Invitation | None:
    return Invitation.objects.select_related("organisation", "invited_by").filter(pk=pk, accepted_at=None).first()


def invitations_without_letter() -> QuerySet[Invitation]:
    """Open invitations of the last two weeks whose current link was never written to anybody."""
    occasion = Concat(
        Value("organisation-invitation:"),
        Cast("pk", CharField()),
        Value(":"),
        Cast("nonce", CharField()),
        output_field=CharField(),
    )
    return (
        Invitation.objects.filter(accepted_at=None, expires_at__gt=timezone.now())
        .filter(created_at__gt=timezone.now() - dt.timedelta(days=14))
        .annotate(occasion=occasion)
        .exclude(Exists(Letter.objects.filter(occasion=OuterRef("occasion"))))
        .select_related("organisation", "invited_by")
    )
