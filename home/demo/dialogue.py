"""What an owner and the agencies say to each other while the Danish call of the demo is open."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from competition.enums import AmendmentKind, ProgrammeRole
from competition.models import Call, Topic
from competition.services.amendment_publication import publish_amendment
from competition.services.amendments import gather
from competition.services.enquiries import ask
from competition.services.enquiry_answers import publish_enquiries, save_answer
from competition.services.meetings import create_meeting
from competition.services.programme_settings import save_partner
from competition.services.registrations import register
from home.demo.calls import call_data
from home.demo.travel import at
from home.demo.world import World

PARTNERS = ("Åbjerg Kommune", "Region Østfjord")
TOPICS = ("env-pro", "soc-pro", "hc-am")
# (asker's organisation, what was asked, the public wording and the answer; None: not answered yet)
QUESTIONS: tuple[tuple[str, str, dict[str, str] | None], ...] = (
    (
        "f-dk-aabyer",
        "Må vi være med på to skitser, hvis vi kun er hovedansøger på den ene?",
        {
            "question_da": "Må en organisation være med på to skitser?",
            "question_en": "May an organisation take part in two sketches?",
            "answer_da": "Ja. En organisation må være hovedansøger på én skitse og medansøger på flere.",
            "answer_en": "Yes. An organisation may be lead applicant of one sketch and co-applicant of several.",
        },
    ),
    (
        "f-dk-region",
        "Skal budgettet være med eller uden moms?",
        {
            "question_da": "Skal budgettet være med eller uden moms?",
            "question_en": "Should the budget be with or without VAT?",
            "answer_da": "Uden moms. Skriv i feltet, hvis I ikke kan trække moms fra.",
            "answer_en": "Without VAT. Say so in the field if you cannot deduct it.",
        },
    ),
    ("f-dk-aabyer", "Kan vi vedlægge en kort film om behovet?", None),
)


def tell_dialogue(world: World, call: Call) -> None:
    """Partners and topics of the programme, an amendment, questions with answers, and a meeting ahead."""
    owner = world.staff[call_data("dk-2027")["owner"], ProgrammeRole.OWNER]
    with at(call.opens_at + dt.timedelta(days=1)):
        for order, name in enumerate(PARTNERS):
            save_partner(by=owner, programme=call.programme, name=name, url="", order=order)
        call.topics.set(Topic.objects.filter(code__in=TOPICS))
        _announce_meeting(world, call)
    with at(call.opens_at + dt.timedelta(days=5, hours=3)):
        _question_and_answer(world, call)
    with at(call.opens_at + dt.timedelta(days=9, hours=2)):
        _amend(world, call)


def _announce_meeting(world: World, call: Call) -> None:
    owner = world.staff[call_data("dk-2027")["owner"], ProgrammeRole.OWNER]
    day = timezone.localtime(call.deadline, call.zone).date() - dt.timedelta(days=20)
    begins = dt.datetime.combine(day, dt.time(10), tzinfo=call.zone)
    meeting = create_meeting(
        by=owner,
        call=call,
        title_da="Spørg om indkaldelsen",
        title_en="Ask about the call",
        description_da="Vi gennemgår skemaet og svarer på spørgsmål. Alle svar offentliggøres bagefter.",
        description_en="We go through the form and answer questions. All answers are published afterwards.",
        starts_at=begins,
        ends_at=begins + dt.timedelta(hours=1),
        link="https://moede.example/faelles-behov",
        capacity=30,
    )
    register(by=world.writers["f-dk-aabyer"], meeting=meeting, organisation=world.organisations["f-dk-aabyer"])


def _question_and_answer(world: World, call: Call) -> None:
    owner = world.staff[call_data("dk-2027")["owner"], ProgrammeRole.OWNER]
    answered = {}
    for organisation, text, texts in QUESTIONS:
        writer = world.writers[organisation]
        row = ask(by=writer, call=call, text=text, language="da", organisation=world.organisations[organisation])
        if texts is not None:
            row = save_answer(by=owner, enquiry=row, texts=texts)
            answered[row.pk] = row.revision
    publish_enquiries(by=owner, call=call, chosen=answered)


def _amend(world: World, call: Call) -> None:
    owner = world.staff[call_data("dk-2027")["owner"], ProgrammeRole.OWNER]
    call.refresh_from_db()
    texts = {
        "help_text_da": "Beløb uden moms, for hele forløbet.",
        "help_text_en": "An amount without VAT, for the whole course of the project.",
    }
    gather(by=owner, call=call, values={("question", "budget"): texts})
    reasons = {
        "da": "Flere har spurgt, om beløbet er med moms.",
        "en": "Several have asked whether the amount includes VAT.",
    }
    publish_amendment(by=owner, call=call, kind=AmendmentKind.CLARIFICATION, reasons=reasons)
