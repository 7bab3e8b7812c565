"""Three jurors and a chair before they read: one is closed out by the registers, one declares a conflict without
JavaScript, one has other circumstances and works by keyboard; the chair makes a finding. Then work is given back.

The assignment is done by the service: test_walk.py shows its pages.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from competition.models import Call, Sketch
from home.demo.people import PASSWORD
from home.demo.world import World
from scoring.enums import JurorRole, JurorState
from scoring.models import ImpartialityDeclaration, Juror
from scoring.services import assignment
from scoring.services.redeclaring import review_call
from scoring.services.wishes import ask_for_wishes
from tests import factories
from tests.e2e.pages import PHONE, Person, wait_for_mail
from tests.scoring import factories as juries

PROGRAMME = "f-no-programme"
FINDING = "Section 6, second paragraph: nothing that weakens trust."


@pytest.fixture
def call(world: World) -> Call:
    found = factories.make_call_under_assessment(
        programme=world.programmes[PROGRAMME], sketches_count=3, title_en="Quiet rooms", jurors_per_sketch=2
    )
    ask_for_wishes(by=juries.staff(found), call=found, until=timezone.now().date() + dt.timedelta(days=9))
    return found


def test_three_jurors_and_a_chair(world: World, call: Call, person: Callable[..., Person]) -> None:
    home = f"/en/jury/{call.slug}/"
    tied = Sketch.objects.get(call=call, current_version__title="Sketch 1")
    chair = _arrive(person("chair"), call, "chair@jury.example", home, role=JurorRole.CHAIR)
    blocked = _arrive(
        person("blocked", viewport=PHONE), call, "blocked@jury.example", home, organisation=tied.organisation
    )
    conflict = _arrive(person("conflict", javascript=False), call, "conflict@jury.example", home)
    other = _arrive(person("other"), call, "other@jury.example", home)

    _the_registers_close_a_sketch(blocked, home, tied)
    _a_conflict_is_declared(conflict, home)
    _other_circumstances_go_to_the_chair(other, chair, home)
    _partners_change(call, tied, chair, home)
    _wishes_are_said(conflict, other, home)
    run = juries.compute_assignment(call)
    assignment.publish_assignment(by=juries.staff(call), run=run)
    _work_is_given_back(call, world, {"chair@jury.example": chair, "other@jury.example": other}, person("owner"))


def _arrive(person: Person, call: Call, email: str, home: str, **fields) -> Person:
    juries.make_juror(call, email=email, **fields)
    return person.sign_in_with_code(email, to="/en/jury/").sees("Quiet rooms").sees("minutes a sketch")


def _answer(person: Person, title: str):
    return person.page.get_by_role("group", name=title)


def _the_registers_close_a_sketch(blocked: Person, home: str, tied: Sketch) -> None:
    blocked.open("/en/jury/").follow("Declare impartiality").sees("found by the system: the juror's employer")
    assert blocked.page.locator("fieldset.sk-answer").count() == 2
    blocked.press("Save, and I am impartial for all the others").sees("You have declared for every sketch")
    blocked.open(f"{home}{tied.reference}/", status=404)


def _a_conflict_is_declared(conflict: Person, home: str) -> None:
    """Not impartial without a reason: the page asks for it, and has kept the other answers."""
    conflict.open(f"{home}impartiality/")
    _answer(conflict, "Sketch 2").get_by_label("Not impartial").check()
    _answer(conflict, "Sketch 1").get_by_label("Impartial", exact=True).check()
    conflict.press("Save my declarations").sees("Choose the reason why you are not impartial")
    assert ImpartialityDeclaration.objects.filter(juror__user__email="conflict@jury.example").count() == 1
    _answer(conflict, "Sketch 2").get_by_label("related to").check()
    conflict.press("Save, and I am impartial for all the others").sees("You have declared for every sketch")


def _other_circumstances_go_to_the_chair(other: Person, chair: Person, home: str) -> None:
    other.open(f"{home}impartiality/")
    page = other.page
    page.locator("a[href='#save']").focus()
    for _sketch in range(3):
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")  # the last one: not impartial
    with page.expect_navigation():
        page.keyboard.press("Enter")
    other.look().sees("Choose the reason")
    _answer(other, page.locator("fieldset.sk-answer legend b").last.inner_text()).get_by_label(
        "Other circumstances"
    ).check()
    other.press("Save my declarations").sees("You have declared for every sketch")
    other.open(f"{home}impartiality/").sees("To be settled by the jury chair")

    chair.open(f"{home}impartiality/").press("Save, and I am impartial for all the others")
    chair.open(f"{home}impartiality/").follow("other@jury.example").press("Record the finding")
    chair.sees("Something has to be put right").tick("Impartial: the juror may judge")
    chair.fill("What the finding rests on", FINDING).press("Record the finding").sees("The finding is recorded")


def _partners_change(call: Call, tied: Sketch, chair: Person, home: str) -> None:
    """Somebody else comes to stand behind a sketch: it closes until the juror has looked."""
    now = timezone.now()
    tied.co_applicants.create(name="County of Fjords", country="NO", invited_at=now, expires_at=now)
    review_call(call=call)

    wait_for_mail("chair@jury.example", about="Declare impartiality again")
    chair.open("/en/jury/").follow("Declare impartiality").sees("New since you declared: County of Fjords")
    chair.press("Save, and I am impartial for all the others").sees("You have declared for every sketch")


def _wishes_are_said(conflict: Person, other: Person, home: str) -> None:
    conflict.open(f"{home}wishes/").sees("Reluctant is not the same as not impartial")
    expect(_answer(conflict, "Sketch 2")).to_have_count(0)  # not cleared for it
    _answer(conflict, "Sketch 3").get_by_label("Eager").check()
    conflict.press("Save my wishes").sees("Your wishes are saved")
    expect(_answer(conflict, "Sketch 3").get_by_label("Eager")).to_be_checked()
    other.open("/en/jury/").follow("What you would rather assess").sees("What would you rather assess?")


def _work_is_given_back(call: Call, world: World, who: dict[str, Person], owner: Person) -> None:
    """One juror gives a sketch back, another leaves; the owner reads it and is led to a replacement."""
    standing = Juror.objects.filter(call=call, user__email__in=who, assessments__state="assigned").distinct()
    giver = who[standing.order_by("pk").first().user.email]
    giver.open("/en/jury/").follow("Start assessing").follow("Next sketch").follow("I cannot assess this sketch")
    giver.press("Give the sketch back").sees("Something has to be put right")
    giver.tick("I do not know the field").press("Give the sketch back").sees("The sketch is given back")

    leaver = next(person for person in who.values() if person is not giver)
    leaver.open(f"/en/jury/{call.slug}/").follow("I cannot go on").tick("I do not have the time").press(
        "Leave the jury", within="main"
    )
    leaver.sees("You have left this jury")
    assert Juror.objects.filter(call=call, state=JurorState.LEFT).count() == 1

    owner.sign_in_with_password(world.staff[PROGRAMME, "owner"].email, PASSWORD)
    owner.open(f"/admin/calls/{call.pk}/jury/").sees("Given back by jurors").sees("Find a replacement")
