"""Makers of questions and meetings for the tests about them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.models import User
from competition.models import Call, Enquiry, InformationMeeting
from competition.services import enquiries, enquiry_answers, meetings
from tests import factories


def make_enquiry(call: Call, *, by: User | None = None, text: str = "Who may apply?", **fields: Any) -> Enquiry:
    return enquiries.ask(by=by or factories.make_user(), call=call, text=text, **({"language": "en"} | fields))


def make_answered(
    call: Call, *, question: str = "Who may apply?", answer: str = "Municipalities.", **fields
) -> Enquiry:
    enquiry = make_enquiry(call, text=question, **fields)
    texts = {"question_en": question, "answer_en": answer}
    return enquiry_answers.save_answer(by=factories.owner_of(call.programme), enquiry=enquiry, texts=texts)


def publish(*answered: Enquiry) -> list[Enquiry]:
    call = answered[0].call
    chosen = {enquiry.pk: enquiry.revision for enquiry in answered}
    rows = enquiry_answers.publish_enquiries(by=factories.owner_of(call.programme), call=call, chosen=chosen)
    for enquiry in answered:
        enquiry.refresh_from_db()
    return rows


def make_published(call: Call, **fields: Any) -> Enquiry:
    enquiry = make_answered(call, **fields)
    publish(enquiry)
    return enquiry


def ago(**delta: float) -> dt.datetime:
    return timezone.now() - dt.timedelta(**delta)


def ahead(**delta: float) -> dt.datetime:
    return timezone.now() + dt.timedelta(**delta)


def make_meeting(call: Call, **fields: Any) -> InformationMeeting:
    """In five days, for an hour, for everybody."""
    starts = fields.pop("starts_at", ahead(days=5))
    fields = {"title_en": "Before you write", "ends_at": starts + dt.timedelta(hours=1)} | fields
    return meetings.create_meeting(by=factories.owner_of(call.programme), call=call, starts_at=starts, **fields)
