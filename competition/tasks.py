"""Work after the commit and by the clock. Each may run twice, late, or be killed halfway."""

import datetime as dt

from celery import shared_task
from wagtail.models import ModelLogEntry

from competition.models import (
    AccessException,
    Amendment,
    Attachment,
    Call,
    CoApplicant,
    Endorsement,
    Enquiry,
    InformationMeeting,
    LateAttempt,
    MeetingRegistration,
    SketchVersion,
)
from competition.selectors.exceptions import exceptions_without_letters
from competition.selectors.programme_settings import roles_without_letter
from competition.selectors.receipts import versions_without_letter
from competition.services import (
    access_letters,
    amendment_letters,
    co_applicant_letters,
    ending_letters,
    endorsement_letters,
    enquiry_letters,
    file_letters,
    letters,
    meeting_letters,
    previews,
    programme_letters,
    receipts,
    reminders,
    retention,
    scans,
    uploads,
)


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
def write_answer_letters(call_id: int, at: str) -> int:
    call = Call.objects.select_related("programme").get(pk=call_id)
    return enquiry_letters.write_answer_letters(call=call, at=dt.datetime.fromisoformat(at))


@shared_task
def write_set_aside(enquiry_id: int) -> int:
    related = ("asked_by", "organisation", "merged_into", "call__programme")
    enquiry = Enquiry.objects.select_related(*related).get(pk=enquiry_id)
    return int(enquiry_letters.write_set_aside(enquiry=enquiry) is not None)


@shared_task
def write_missing_enquiry_letters() -> int:
    late = [enquiry_letters.write_set_aside(enquiry=one) for one in enquiry_letters.set_aside_without_letter()]
    return len(late) + sum(write_answer_letters(pk, at.isoformat()) for pk, at in enquiry_letters.recent_publications())


@shared_task
def write_meeting_place(registration_id: int) -> int:
    related = ("user", "organisation", "meeting__call__programme")
    registration = MeetingRegistration.objects.select_related(*related).get(pk=registration_id)
    return int(meeting_letters.write_place(registration=registration) is not None)


@shared_task
def write_meeting_change(meeting_id: int) -> int:
    meeting = InformationMeeting.objects.select_related("call__programme").get(pk=meeting_id)
    return meeting_letters.write_change(meeting=meeting)


@shared_task
def write_missing_meeting_letters() -> int:
    places = [meeting_letters.write_place(registration=one) for one in meeting_letters.places_without_letter()]
    return len(places) + sum(meeting_letters.write_change(meeting=one) for one in meeting_letters.meetings_to_tell_of())


def _co_applicant(pk: int) -> CoApplicant:
    related = ("organisation", "answered_by", "sketch__organisation", "sketch__call__programme")
    return CoApplicant.objects.select_related(*related).get(pk=pk)


@shared_task
def write_co_applicant_invitation(pk: int) -> int:
    return co_applicant_letters.write_invitation(co_applicant=_co_applicant(pk))


@shared_task
def write_co_applicant_answer(pk: int) -> int:
    return co_applicant_letters.write_answer(co_applicant=_co_applicant(pk))


@shared_task
def write_missing_co_applicant_letters() -> int:
    return co_applicant_letters.write_missing()


def _endorsement(pk: int) -> Endorsement:
    return Endorsement.objects.select_related("sketch__organisation", "sketch__call__programme").get(pk=pk)


@shared_task
def write_endorsement_request(pk: int) -> int:
    return endorsement_letters.write_request(endorsement=_endorsement(pk))


@shared_task
def write_endorsement_answer(pk: int) -> int:
    return endorsement_letters.write_answer(endorsement=_endorsement(pk))


@shared_task
def write_missing_endorsement_letters() -> int:
    return endorsement_letters.write_missing()


@shared_task
def send_reminders() -> int:
    return reminders.send_due() + co_applicant_letters.remind_due() + endorsement_letters.remind_due()


@shared_task
def scan_attachment(attachment_id: int) -> bool:
    return scans.scan_attachment(pk=attachment_id)


@shared_task
def scan_waiting() -> int:
    return scans.scan_waiting()


@shared_task
def write_infected(attachment_id: int) -> int:
    related = ("sketch__organisation", "sketch__call__programme")
    attachment = Attachment.objects.select_related(*related).filter(pk=attachment_id).first()
    return file_letters.write_infected(attachment=attachment) if attachment else 0  # removed while it was scanned


@shared_task
def write_missing_infected() -> int:
    return sum(write_infected(attachment_id) for attachment_id in file_letters.infected_without_letter())


@shared_task
def make_preview(attachment_id: int) -> bool:
    return previews.make_preview(pk=attachment_id)


@shared_task
def make_missing_previews() -> int:
    return previews.make_missing_previews()


@shared_task
def expire_uploads() -> int:
    return uploads.expire_uploads()


@shared_task
def seal_closed_calls() -> int:
    return receipts.seal_closed_calls()


@shared_task
def write_programme_roles(entry_id: int) -> int:
    entry = ModelLogEntry.objects.get(pk=entry_id)
    return len(programme_letters.write_roles(entry=entry))


@shared_task
def write_missing_programme_roles() -> int:
    return sum(write_programme_roles(entry_id) for entry_id in roles_without_letter())


@shared_task
def write_cancellation_letters(call_id: int) -> int:
    call = Call.objects.select_related("programme").get(pk=call_id)
    return ending_letters.write_cancellation_letters(call=call)


@shared_task
def write_missing_cancellation_letters() -> int:
    return sum(write_cancellation_letters(call_id) for call_id in ending_letters.recently_cancelled())


@shared_task
def delete_what_is_due() -> int:
    return len(retention.delete_what_is_due().drafts)
