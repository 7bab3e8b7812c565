"""Reminders before a deadline. Each is written once, however many schedulers run, and never to whoever is done.

The occasion carries the instant that is reminded of: where that moves, the reminders of the new one are other letters.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import translation

from competition.clock import database_now
from competition.models import Call, MeetingRegistration, Sketch
from competition.selectors.reminders import (
    Due,
    Reader,
    calls_closing_for_questions,
    drafts_of,
    drafts_to_remind,
    due_of,
    places_to_remind,
    writers_of,
)
from competition.services import meeting_letters, states
from competition.services.enquiry_letters import address_mark
from notifications.enums import LetterKind
from notifications.links import link
from notifications.models import Letter
from notifications.services import write_letter

STAMP = "%Y%m%dT%H%M%S"


def draft_occasion(sketch: Sketch, due: Due, address: str = "") -> str:
    mark = address_mark(address) if address else ""
    return f"draft-reminder:{sketch.pk}:{due.deadline.astimezone(dt.UTC):{STAMP}}:{due.step}:{mark}"


def question_occasion(call: Call, address: str = "") -> str:
    until = call.questions_until.astimezone(dt.UTC).strftime(STAMP) if call.questions_until else ""
    return f"question-reminder:{call.pk}:{until}:{address_mark(address) if address else ''}"


def written_of(due: Iterable[tuple[Sketch, Due]]) -> set[str]:
    """Beginnings of occasions, up to the address, of the reminders there are in the calls of the sketches."""
    letters = Letter.objects.filter(
        kind=LetterKind.DRAFT_REMINDER,
        about_type=ContentType.objects.get_for_model(Call),
        about_id__in={sketch.call_id for sketch, _due in due},
    )
    return {occasion.rpartition(":")[0] + ":" for occasion in letters.values_list("occasion", flat=True)}


def send_due() -> int:
    """Write every reminder that is due; returns how many letters are new. Safe to run twice, and at once."""
    now = database_now()
    return remind_of_drafts(now) + remind_of_questions(now) + remind_of_meetings(now)


def remind_of_drafts(now: dt.datetime) -> int:
    due = drafts_to_remind(now)
    done = written_of(due) if due else set()
    return sum(remind_of_draft(sketch=sketch) for sketch, one in due if draft_occasion(sketch, one) not in done)


@transaction.atomic
def remind_of_draft(*, sketch: Sketch) -> int:
    """Remind those who write for the sketch, and their mailbox, of the step that is due; returns how many letters.

    The sketch's lock is held, so that nobody is reminded of what is handed in meanwhile.
    """
    locked = states.lock(sketch)
    due = due_of(locked, database_now())
    if due is None or Letter.objects.filter(occasion__startswith=draft_occasion(locked, due)).exists():
        return 0
    readers = writers_of(locked, due.at)
    for reader in readers:
        _write_draft(locked, due, reader)
    return len(readers)


def _write_draft(sketch: Sketch, due: Due, reader: Reader) -> Letter:
    with translation.override(reader.language):
        return write_letter(
            occasion=draft_occasion(sketch, due, reader.address),
            kind=LetterKind.DRAFT_REMINDER,
            recipient=reader.address,
            language=reader.language,
            context={
                "call": sketch.call,
                "sketch": sketch,
                "organisation": sketch.organisation,
                "title": sketch.title,
                "deadline": due.deadline,
                "version": sketch.current_version,
                "url": link(reader.language, "competition:sketch", sketch.reference),
            },
            about=sketch.call,
        )


def remind_of_questions(now: dt.datetime) -> int:
    """Tell those with drafts that the time for questions runs out, each address once for a call."""
    return sum(_remind_of_questions(call, at) for call, at in calls_closing_for_questions(now))


def _remind_of_questions(call: Call, at: dt.datetime) -> int:
    found: dict[str, Reader] = {}
    for sketch in drafts_of(call, at):
        for reader in writers_of(sketch, at):
            found.setdefault(reader.address, reader)
    begins = question_occasion(call)
    written = set(Letter.objects.filter(occasion__startswith=begins).values_list("occasion", flat=True))
    missing = [found[address] for address in sorted(found) if question_occasion(call, address) not in written]
    for reader in missing:
        _write_question(call, reader)
    return len(missing)


@transaction.atomic
def _write_question(call: Call, reader: Reader) -> Letter:
    with translation.override(reader.language):
        return write_letter(
            occasion=question_occasion(call, reader.address),
            kind=LetterKind.QUESTION_REMINDER,
            recipient=reader.address,
            language=reader.language,
            context={
                "call": call,
                "url": link(reader.language, "competition:ask", call.slug),
                "answers_url": link(reader.language, "competition:enquiries", call.slug),
            },
            about=call,
        )


def remind_of_meetings(now: dt.datetime) -> int:
    due = {meeting_letters.reminder_occasion(place): place for place in places_to_remind(now)}
    written = set(Letter.objects.filter(occasion__in=due).values_list("occasion", flat=True))
    return sum(remind_of_meeting(place=due[occasion]) for occasion in due.keys() - written)


@transaction.atomic
def remind_of_meeting(*, place: MeetingRegistration) -> int:
    """Remind one person, who must still have the place when the row is held."""
    held = MeetingRegistration.objects.select_for_update(of=("self",)).select_related(
        "user", "organisation", "meeting__call__programme"
    )
    return int(meeting_letters.write_reminder(registration=held.get(pk=place.pk)) is not None)
