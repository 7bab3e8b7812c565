"""What stands on the page of a call beside its own texts: questions with answers, a meeting, an amendment."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from competition.amending import Change
from competition.models import Amendment, Call, Enquiry, InformationMeeting

QUESTIONS = 20
ANSWER = "Ja. En organisasjon kan være hovedsøker i én skisse og medsøker i flere, og hver av dem sier ja for seg. " * 3


def add_dialogue(call: Call) -> None:
    """As much as an active call has."""
    now = timezone.now()
    Enquiry.objects.bulk_create(
        Enquiry(
            call=call,
            text="?",
            language="nb",
            asked_at=now,
            number=number,
            published_at=now,
            question_nb=f"Kan en organisasjon være med på flere skisser, også i tilfelle nummer {number}?",
            answer_nb=ANSWER,
        )
        for number in range(1, QUESTIONS + 1)
    )
    begins = now + dt.timedelta(days=2)
    InformationMeeting.objects.create(
        call=call, title_nb="Spør om utlysningen", starts_at=begins, ends_at=begins + dt.timedelta(hours=1)
    )
    change = Change("call", "", "summary_nb", ANSWER, ANSWER.replace("hver av dem", "alle"))
    Amendment.objects.create(
        call=call,
        number=1,
        changes=[change.as_json()],
        reason_nb="Flere har spurt.",
        published_at=now,
        deadline_before=call.deadline,
        deadline_after=call.deadline,
    )
