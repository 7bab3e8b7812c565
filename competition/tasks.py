"""Work after the commit and by the clock. Each may run twice, late, or be killed halfway."""

from celery import shared_task

from competition.models import AccessException, Amendment, LateAttempt, SketchVersion
from competition.selectors.exceptions import exceptions_without_letters
from competition.selectors.receipts import versions_without_letter
from competition.services import access_letters, amendment_letters, letters, receipts


@shared_task
def write_receipt(version_id: int) -> int:
    version = SketchVersion.objects.select_related("leaf", "submitted_by", "sketch__call", "sketch__organisation").get(
        pk=version_id
    )
    return len(letters.write_receipt(version=version))


@shared_task
def write_late_attempt(attempt_id: int) -> int:
    attempt = LateAttempt.objects.select_related("user", "sketch__call", "sketch__organisation").get(pk=attempt_id)
    return len(letters.write_late_attempt(attempt=attempt))


@shared_task
def write_exception(exception_id: int) -> int:
    exception = AccessException.objects.select_related("organisation", "call__programme").get(pk=exception_id)
    return len(access_letters.write_exception(exception=exception))


@shared_task
def write_missing_exceptions() -> int:
    return sum(write_exception(exception_id) for exception_id in exceptions_without_letters())


@shared_task
def write_missing_receipts() -> int:
    return sum(write_receipt(version_id) for version_id in versions_without_letter())


@shared_task
def write_amendment_letters(amendment_id: int) -> int:
    amendment = Amendment.objects.select_related("call__programme").get(pk=amendment_id)
    return amendment_letters.write_amendment_letters(amendment=amendment)


@shared_task
def write_missing_amendment_letters() -> int:
    return sum(write_amendment_letters(amendment_id) for amendment_id in amendment_letters.recent_amendments())


@shared_task
def seal_closed_calls() -> int:
    return receipts.seal_closed_calls()
