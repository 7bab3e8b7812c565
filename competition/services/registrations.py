"""Places in information meetings. Whoever takes or leaves one holds the meeting's row, so that there are never more
people than places."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput
from accounts.guards import require
from accounts.models import Organisation, User
from accounts.selectors import organisations_of
from competition import signals
from competition.clock import database_now
from competition.enums import RegistrationState
from competition.errors import RegistrationClosed
from competition.models import InformationMeeting, MeetingRegistration
from competition.selectors.meetings import registration_closes_at, takes_registrations_at


def lock_meeting(meeting: InformationMeeting) -> InformationMeeting:
    rows = InformationMeeting.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("call").get(pk=meeting.pk)


@transaction.atomic
def register(*, by: User, meeting: InformationMeeting, organisation: Organisation | None = None) -> MeetingRegistration:
    """Take a place, or one on the waiting list where all are taken. Twice is once.

    Not in the call's log: who comes to a meeting is for those to know who hold it. Raises NotAllowed,
    RegistrationClosed, InvalidInput.
    """
    require("competition.register_for_meeting", by, meeting.call)
    if organisation is not None and not organisations_of(by).filter(pk=organisation.pk).exists():
        raise InvalidInput({"organisation": _("Choose one of your own organisations.")})
    locked = lock_meeting(meeting)
    mine = locked.registrations.filter(user=by).first()
    if mine is not None and mine.state != RegistrationState.CANCELLED:
        return mine
    now = database_now()
    if not takes_registrations_at(locked, now):
        raise RegistrationClosed(registration_closes_at(locked))
    mine = mine or MeetingRegistration(meeting=locked, user=by)
    mine.organisation, mine.state, mine.queued_at = organisation, RegistrationState.WAITING, now
    mine.save()
    if mine.pk not in {moved.pk for moved in fill_places(meeting=locked)}:
        signals.registration_changed.send(sender=MeetingRegistration, registration=mine)
    mine.refresh_from_db()
    return mine


@transaction.atomic
def unregister(*, by: User, meeting: InformationMeeting) -> MeetingRegistration | None:
    """Give the place back; the first who waits gets it and is told. None where there was none.

    Raises RegistrationClosed once the meeting has begun.
    """
    locked = lock_meeting(meeting)
    mine = locked.registrations.filter(user=by).exclude(state=RegistrationState.CANCELLED).first()
    if mine is None:
        return None
    if database_now() >= locked.starts_at:
        raise RegistrationClosed(locked.starts_at, _("The meeting has begun."))
    mine.state = RegistrationState.CANCELLED
    mine.save(update_fields=["state"])
    if locked.cancelled_at is None:
        fill_places(meeting=locked)
    return mine


def fill_places(*, meeting: InformationMeeting) -> list[MeetingRegistration]:
    """Give free places to those who wait, in the order they came. The caller holds the meeting's row."""
    rows = meeting.registrations.filter(state=RegistrationState.WAITING).order_by("queued_at", "pk")
    if meeting.capacity is not None:
        taken = meeting.registrations.filter(state=RegistrationState.REGISTERED).count()
        rows = rows[: max(meeting.capacity - taken, 0)]
    moved = list(rows)
    for registration in moved:
        registration.state = RegistrationState.REGISTERED
        registration.save(update_fields=["state"])
        signals.registration_changed.send(sender=MeetingRegistration, registration=registration)
    return moved
