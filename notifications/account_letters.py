"""Letters about joining an organisation and deleting an account; and forgetting the address of somebody who is gone."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.utils.http import urlencode
from post_office.models import STATUS, Email

from accounts import codes
from accounts.enums import JoinOutcome
from accounts.models import AccountDeletion, JoinRequest
from accounts.selectors import administrators_of
from accounts.services.deletion import CODE_KIND, CODE_MINUTES
from notifications.enums import LetterKind
from notifications.links import link
from notifications.models import Letter
from notifications.selectors import join_answer_occasion, join_request_occasion
from notifications.services import letter_language, write_letter


@transaction.atomic
def write_join_request(*, request: JoinRequest) -> int:
    """Tell the organisation's administrators that somebody wants to join. Returns how many letters there are."""
    administrators = administrators_of(request.organisation)
    for administrator in administrators:
        language = letter_language(organisation=request.organisation, user=administrator)
        write_letter(
            occasion=join_request_occasion(request, administrator),
            kind=LetterKind.JOIN_REQUEST,
            recipient=administrator.email,
            language=language,
            context={
                "request": request,
                "organisation": request.organisation,
                "url": link(language, "accounts:join_request", request.organisation_id, request.pk),
            },
            about=request.organisation,
        )
    return len(administrators)


def write_join_answer(*, request: JoinRequest) -> Letter:
    """Tell whoever asked to join what the answer is."""
    language = request.user.language
    came_from = f"?{urlencode({'next': request.came_from})}" if request.came_from else ""
    return write_letter(
        occasion=join_answer_occasion(request),
        kind=LetterKind.JOIN_ANSWER,
        recipient=request.user.email,
        language=language,
        context={
            "request": request,
            "organisation": request.organisation,
            "approved": request.outcome == JoinOutcome.APPROVED,
            # Whoever is a member now goes on from there to where they came from.
            "url": link(language, "accounts:join", request.organisation_id) + came_from,
        },
        about=request.organisation,
    )


def write_join_letters(*, request: JoinRequest) -> int:
    """Write whatever there is to say about a request as it stands. Returns how many letters. Safe to repeat."""
    if request.outcome == JoinOutcome.PENDING:
        return write_join_request(request=request)
    if request.outcome in (JoinOutcome.APPROVED, JoinOutcome.REFUSED):
        write_join_answer(request=request)
        return 1
    return 0


def write_account_deletion(*, deletion: AccountDeletion) -> Letter:
    """Send a person the code that deletes the account."""
    language = deletion.user.language
    return write_letter(
        occasion=f"account-deletion:{deletion.pk}:{deletion.nonce}",
        kind=LetterKind.ACCOUNT_DELETION,
        recipient=deletion.user.email,
        language=language,
        context={"code": codes.make(CODE_KIND, deletion.nonce), "minutes": CODE_MINUTES},
    )


@transaction.atomic
def forget_address(*, email: str, pseudonym: str) -> None:
    """Put the pseudonym in place of the address, as recipient and in texts. Mail that still waits is not sent."""
    Email.objects.filter(to=email, status__in=[STATUS.queued, STATUS.requeued]).update(status=STATUS.failed)
    Email.objects.filter(to=email).update(to=pseudonym)
    Letter.objects.filter(recipient__iexact=email).update(recipient=pseudonym)
    _replace(Letter.objects.all(), ("subject", "text", "html"), email, pseudonym)
    _replace(Email.objects.all(), ("subject", "message", "html_message"), email, pseudonym)


def _replace(rows: QuerySet, columns: tuple[str, ...], email: str, pseudonym: str) -> None:
    mentions = Q()
    for column in columns:
        mentions |= Q(**{f"{column}__icontains": email})
    rows.filter(mentions).update(**{column: _without(column, email, pseudonym) for column in columns})


def _without(column: str, email: str, pseudonym: str) -> Func:
    """The column with every mention replaced, in any case. The address is text here, no pattern."""
    return Func(
        F(column),
        Value(f"***={email}"),
        Value(pseudonym),
        Value("gi"),
        function="regexp_replace",
        output_field=TextField(),
    )
