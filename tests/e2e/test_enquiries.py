"""Questions that an agency asks and an owner answers for everybody; a meeting with one place, which changes hands.

The second agency has JavaScript switched off.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.utils import timezone

from competition.models import Call, Enquiry, InformationMeeting, MeetingRegistration
from competition.workspace_fields import wall_clock
from home.demo.people import PASSWORD
from home.demo.world import World
from tests import factories
from tests.e2e.pages import Person, link_in, wait_for, wait_for_mail

ASKED, SAME = "May a county authority take part?", "Can counties apply too?"
WORDING, ANSWER = "May county authorities take part?", "Yes, together with a municipality."


def test_a_question_is_answered_for_everybody(world: World, person: Callable[..., Person]) -> None:
    call, owner, first, second = _people(world, person)
    writer = world.writers["f-no-fjordby"]
    factories.make_sketch(call=call, by=writer)

    _ask(first, call, ASKED)
    _ask(second, call, SAME)
    _answer_and_merge(owner, call)

    mail = wait_for_mail(writer.email, about="Behov")  # the municipality is written to in its own written standard
    assert ANSWER in mail.body
    assert "organisation" not in mail.body
    first.open(link_in(mail.body, f"/calls/{call.slug}/questions/"))
    first.open("/en/my/questions/").sees("Answered").follow("question 1").sees(ANSWER)
    second.open("/en/my/questions/").sees("Answered together with a question like it")
    visitor = person("visitor")
    visitor.open(f"/en/calls/{call.slug}/questions/").sees(WORDING).sees(ANSWER).does_not_see(ASKED)
    visitor.set("q", "countyauthority").press("Search", within="main").sees("0 questions")
    visitor.set("q", "ounty unicipal").press("Search", within="main").sees(WORDING)

    _change(owner, call)
    wait_for_mail(writer.email, about="Behov", after=1)
    visitor.open(f"/en/calls/{call.slug}/questions/").sees("Changed").sees("Regions too.")


def test_a_place_in_a_meeting_changes_hands(world: World, person: Callable[..., Person]) -> None:
    call, owner, first, second = _people(world, person)
    _announce(owner, call)
    meeting = InformationMeeting.objects.get(call=call)
    page = f"/en/calls/{call.slug}/meetings/{meeting.pk}/"

    person("visitor").open(page).sees("1 of 1 places is free.").does_not_see("meet.example").follow(
        "Sign in to register"
    )
    first.open(page).press("Sign up", within="main").sees("You have a place in this meeting").sees("meet.example")
    second.open(page).press("Stand on the waiting list").sees("You are number 1 on the waiting list")
    second.does_not_see("https://meet.example")
    owner.open(f"/admin/calls/{call.pk}/meetings/").sees("Webinar").follow("Webinar").sees("1 of 1 places")
    waiting = MeetingRegistration.objects.get(state="waiting").user
    first.press("Give the place back").sees("You are no longer registered")

    mail = wait_for_mail(waiting.email, about="A place has come free")
    assert "https://meet.example/room" in mail.body
    second.open(page).sees("You have a place in this meeting")
    second.open("/en/my/").sees("Webinar")
    assert list(meeting.registrations.order_by("pk").values_list("state", flat=True)) == ["cancelled", "registered"]


def _people(world: World, person: Callable[..., Person]) -> tuple[Call, Person, Person, Person]:
    call = factories.make_call(
        programme=world.programmes["f-no-programme"],
        title_en="Needs",
        title_nb="Behov",
        questions_until=timezone.now() + dt.timedelta(days=20),
    )
    owner, first, second = person("owner"), person("first"), person("second", javascript=False)
    owner.sign_in_with_password(world.staff["f-no-programme", "owner"].email, PASSWORD)
    for number, who in enumerate((first, second)):
        user = factories.make_user()
        user.set_password(PASSWORD)
        user.save()
        factories.make_organisation(member=user, name=f"Askerby {number}")
        _confirm(user)
        who.sign_in_with_password(user.email, PASSWORD)
    return call, owner, first, second


def _confirm(user) -> None:
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)


def _ask(asker: Person, call: Call, text: str) -> None:
    asker.open(f"/en/calls/{call.slug}/questions/").sees("No answers have been published yet").follow("Ask a question")
    asker.press("Send the question").sees("Something has to be put right")
    asker.fill("Your question", text)
    asker.page.get_by_label("On behalf of").select_option(index=1)
    asker.press("Send the question").sees("Your question is sent").sees(text)
    asker.sees("Not answered yet")


def _answer_and_merge(owner: Person, call: Call) -> None:
    hub = f"/admin/calls/{call.pk}/enquiries/"
    one, other = Enquiry.objects.get(text=ASKED), Enquiry.objects.get(text=SAME)
    owner.open(hub).sees(ASKED).sees(SAME).sees("Askerby 0")
    owner.open(f"{hub}{other.pk}/").follow("Merge with another question").tick(ASKED)
    owner.press("Merge").sees("The two questions are answered together")
    owner.open(f"{hub}{one.pk}/").sees("Merged with this one")
    assert owner.page.locator("[name=question_en]").input_value() == ASKED
    owner.set("question_en", WORDING).set("answer_en", ANSWER).press("Save, and go on to publish")
    owner.sees("You will publish this 1 answer").sees("addresses are told").press("Publish 1 answer")
    owner.sees("1 answer is published")


def _change(owner: Person, call: Call) -> None:
    published = Enquiry.objects.get(call=call, number=1)
    owner.open(f"/admin/calls/{call.pk}/enquiries/{published.pk}/").sees("everybody who was told is told again")
    owner.set("answer_en", "Regions too.").press("Save and tell everybody")
    wait_for(lambda: Enquiry.objects.get(pk=published.pk).changed_at, "the answer is not marked as changed")


def _announce(owner: Person, call: Call) -> None:
    begins = timezone.now() + dt.timedelta(days=9)
    owner.open(f"/admin/calls/{call.pk}/meetings/").follow("New meeting")
    owner.set("title_en", "Webinar").set("link", "https://meet.example/room").set("capacity", "1")
    owner.set("starts_at", wall_clock(begins, call.zone)).set("ends_at", wall_clock(begins, call.zone))
    owner.press("Save").sees("The meeting must end after it begins")
    owner.set("ends_at", wall_clock(begins + dt.timedelta(hours=1), call.zone)).press("Save").sees("is announced")
