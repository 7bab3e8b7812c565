"""Two agencies write one sketch together, from the first visit to the letter with the result.

The lead applicant's writer joins an organisation that is registered; the co-applicant's finds hers in the register, on
a phone and with JavaScript switched off. The jury's own work is done by the services: test_walk.py shows it.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from competition.enums import ProgrammeRole
from competition.models import Call, Sketch
from competition.tasks import seal_closed_calls
from home.demo.people import PASSWORD
from home.demo.world import World
from scoring.enums import RunState
from scoring.models import Assessment
from scoring.services import aggregation, assignment, decision, letters
from tests import factories
from tests.e2e import agency as agencies
from tests.e2e.pages import PHONE, Person, link_in, wait_for, wait_for_mail
from tests.scoring import factories as juries

PROGRAMME = "f-no-programme"
CALL, TITLE, CHANGED = "Needs of many", "Safe nights at home", "Safer nights at home"
LEAD, PARTNER, CHIEF = "ny@fjordby.example", "ny@granholt.example", "chief@fjordby.example"
PARTNER_NUMBER, PARTNER_MAILBOX = "312 131 315", "post@granholt.example"
NEED = "People fall.\nNobody hears it.\nHelp comes late."


@pytest.fixture
def call(world: World) -> Call:
    """With two more sketches in it: one that must be dismissed, and one that competes."""
    fields = {"eligible_kinds": ["municipality"], "min_organisations": 2, "jurors_per_sketch": 2}
    found = factories.make_call(programme=world.programmes[PROGRAMME], title_en=CALL, **fields)
    for title in ("Unendorsed", "Snow"):
        other = factories.make_sketch(call=found, answers=factories.ANSWERS | {"title": title})
        factories.join(other)
        factories.submit(other)
    return found


def test_two_agencies_from_the_first_visit_to_the_letter(
    world: World, call: Call, person: Callable[..., Person]
) -> None:
    first, second = person("lead"), person("partner", javascript=False, viewport=PHONE)

    sketch = _the_lead_begins(first, person("administrator"), world, call)
    _the_partner_joins(first, second, person("mail scanner"), sketch)
    _both_write(first, second, sketch)
    _management_endorses(first, person("chief"), sketch)
    receipt = _it_is_submitted_twice(first, second, person("chief again", javascript=False), sketch)
    visitor = person("visitor")
    _anybody_can_verify(visitor, first, sketch, receipt)
    _the_deadline_passes(second, visitor, sketch, receipt, call)
    _two_officers_check(person("officer"), person("second officer"), call, Sketch.objects.get(title=CHANGED))
    _nothing_shows_yet(first, second, sketch)
    _the_jury_decides(call)
    _both_read_the_letter(first, second, sketch)


def _mailed(address: str, part: str, *, after: int = 0) -> str:
    """The link in the latest mail, which is in the organisation's language; its page here in English."""
    return re.sub(r"^/[a-z]{2}/", "/en/", link_in(wait_for_mail(address, after=after).body, part))


def _the_lead_begins(first: Person, administrator: Person, world: World, call: Call) -> str:
    """Returns the address of the sketch."""
    admin = world.writers["f-no-fjordby"].email
    first.open("/en/").follow(CALL, within="main").follow("May we apply, and what do we need?")
    first.choose("What are you?", "State agency").choose("In which country?", "Norway").press("Check", within="main")
    first.sees("No. You cannot apply in this call.")
    first.choose("What are you?", "Municipality").press("Check", within="main")
    first.sees("Yes. Organisations such as yours can apply.").follow("Start a sketch", within="main")
    first.follow("Make an account").fill("Email", LEAD).press("Make an account").enter_code(LEAD, after=0)
    first.sees("You do not write for an organisation that can apply").follow("Find or register another organisation")
    first.fill("Name or organisation number", "fjordby").press("Search", within="main").sees("ask to join")
    first.follow("Fjordby kommune", within="main").fill("Message to the administrators", "I run the night service.")
    first.press("Ask to join").sees("Your request waits for an administrator")

    request = _mailed(admin, "/requests/")
    administrator.sign_in_with_password(admin, PASSWORD, to=request).sees(LEAD).sees("I run the night service.")
    administrator.choose("Role", "Editor").press("Make a member").sees(f"{LEAD} is a member now")
    wait_for_mail(LEAD, about="Fjordby")
    first.open(f"/en/my/calls/{call.slug}/start/").press("Start", within="main").sees("Not submitted")
    return first.path


def _the_partner_joins(first: Person, second: Person, scanner: Person, sketch: str) -> None:
    first.follow("Co-applicants", within="main").set("name", "Granholt kommune").choose("Country", "Norway")
    first.set("number", "312 131 316").set("mailbox", PARTNER_MAILBOX).press("Send the invitation")
    first.sees("Something has to be put right").set("number", PARTNER_NUMBER)
    first.press("Send the invitation").sees("Granholt kommune is asked to join")

    link = _mailed(PARTNER_MAILBOX, "/co-applicants/")
    scanner.open(link).open(link)
    second.open(link).sees("Does Granholt kommune stand behind this sketch?").follow("Sign up", within="main")
    second.fill("Email", PARTNER).press("Make an account").enter_code(PARTNER, after=0)
    second.sees("is not among your organisations").follow("Find your organisation", within="main")
    second.follow("Granholt", within="main")
    assert second.page.get_by_label("Organisation number").input_value() == "312131315"
    second.set("mailbox", PARTNER_MAILBOX).press("Register", within="main").press(
        "Confirm for Granholt", within="main"
    ).sees("now stands behind")
    assert second.path == sketch
    first.open(f"{sketch}co-applicants/").sees(f"by {PARTNER}")


def _both_write(first: Person, second: Person, sketch: str) -> None:
    first.open(f"{sketch}facts/").fill("Title", TITLE).tick("Health").press("Save and continue")
    agencies.write_on(first, to="effect")
    second.open(f"{sketch}effect/")
    agencies.write_on(second)
    agencies.attach(second)

    first.open(f"{sketch}need/")
    mine = first.page.locator("main textarea")
    mine.fill(NEED)
    expect(first.page.locator("#autosave-status")).to_contain_text("Saved")
    second.open(f"{sketch}need/").sees("has this page open too")
    second.page.locator("main textarea").fill(NEED.replace("late", "too late"))
    second.press("Save and come back later")
    mine.fill(NEED.replace("fall", "fall at night"))
    first.sees("Both changes are in the text now")
    expect(mine).to_have_value("People fall at night.\nNobody hears it.\nHelp comes too late.")


def _management_endorses(first: Person, chief: Person, sketch: str) -> None:
    first.open(f"{sketch}endorsement/").fill("Role of the endorser", "Chief executive")
    first.fill("Mailbox of the endorser", CHIEF).press("Send the request").sees("Waiting for the answer")
    link = _mailed(CHIEF, "/endorse/")
    chief.open(link).open(link).sees(TITLE).sees("Granholt").sees("Help comes too late.")
    chief.press("Endorse the sketch").sees("The sketch is endorsed").open(link).sees("Nothing more is to be done here")
    first.open(f"{sketch}endorsement/").sees("Endorsed")


def _it_is_submitted_twice(first: Person, second: Person, chief: Person, sketch: str) -> str:
    """Returns the number of the receipt that counts."""
    second.open(f"{sketch}check/").sees("Only Fjordby kommune, the lead applicant, can submit the sketch.")
    agencies.submit(first, sketch, version=1)
    for email in (LEAD, PARTNER, PARTNER_MAILBOX):
        wait_for_mail(email, about=TITLE)

    second.open(f"{sketch}facts/").fill("Title", CHANGED).press("Save and come back later")
    second.open(sketch).sees("Changed since version 1, not submitted")
    first.open(f"{sketch}check/").sees("Given for an earlier text").follow("Go to the endorsement")
    first.press("Send a new request")
    link = _mailed(CHIEF, "/endorse/", after=1)
    chief.open(link).sees(CHANGED).press("Endorse the sketch").sees("The sketch is endorsed")
    receipt = agencies.submit(first, sketch, version=2)
    second.open(sketch).sees("Submitted, version 2 counts")
    return receipt


def _anybody_can_verify(visitor: Person, first: Person, sketch: str, receipt: str) -> None:
    visitor.open("/en/receipts/").fill("Receipt number", receipt).press("Look up the number")
    visitor.sees(CALL).sees("Not sealed yet").does_not_see(CHANGED)
    content = first.context.request.get(f"{sketch}receipt/{receipt}/json/").body()
    _verify(visitor, content).sees("The receipt is genuine")
    assert CHANGED.encode() in content
    _verify(visitor, content.replace(CHANGED.encode(), TITLE.encode())).sees("it has been changed")


def _verify(visitor: Person, content: bytes) -> Person:
    visitor.page.locator("input[type=file]").set_input_files(
        {"name": "receipt.json", "mimeType": "application/json", "buffer": content}
    )
    return visitor.press("Verify the file")


def _the_deadline_passes(second: Person, visitor: Person, sketch: str, receipt: str, call: Call) -> None:
    Call.objects.filter(pk=call.pk).update(deadline=timezone.now() - dt.timedelta(seconds=1))
    seal_closed_calls.delay()
    tree = call.receipt_tree
    wait_for(lambda: tree.refresh_from_db() or tree.sealed_at, "the receipts were not sealed")

    second.open(sketch).sees("Submitted, version 2 counts").sees("The sketch can no longer be changed")
    second.open(f"{sketch}receipt/{receipt}/").sees(tree.root)
    content = second.context.request.get(f"{sketch}receipt/{receipt}/json/").body()
    assert tree.root in json.dumps(json.loads(content))
    _verify(visitor.open("/en/receipts/"), content).sees("Sealed when the call closed").sees("Valid")


def _two_officers_check(officer: Person, other: Person, call: Call, sketch: Sketch) -> None:
    hub = f"/admin/calls/{call.pk}/sketches/"
    officer.sign_in_with_password("saksbehandler@program.example", PASSWORD, to=f"{hub}check/")
    officer.sees("3 sketches are neither admitted nor dismissed").follow(CHANGED).sees("Granholt")
    for condition in officer.page.locator("fieldset.ws-condition").all():
        condition.get_by_label("Met", exact=True).check()
    officer.press("Save and admit").sees("is admitted")
    unendorsed = Sketch.objects.get(call=call, title="Unendorsed")
    officer.open(f"{hub}{unendorsed.reference}/check/")
    endorsed = officer.page.locator("fieldset.ws-condition", has_text="Top management has endorsed the sketch")
    endorsed.get_by_label("Not met").check()
    officer.press("Save and propose a dismissal").press("Show the letter").press("Propose the dismissal")
    officer.sees("Somebody else must confirm it")

    other.sign_in_with_password("utlysning@program.example", PASSWORD, to=f"{hub}check/?show=second")
    other.follow("Unendorsed").follow("Look at the proposal").press("Confirm: dismiss and send the letter")
    other.sees("was dismissed").follow("Snow").press("Save and admit").sees("is admitted")
    other.open(f"{hub}complete/").press("Complete the formal check").sees("The jury can begin")


def _nothing_shows_yet(first: Person, second: Person, sketch: str) -> None:
    for agency in (first, second):
        agency.open(sketch).follow("Status and letters").sees("The sketches are assessed")
        agency.sees("You need not do anything").does_not_see("dmitted")


def _the_jury_decides(call: Call) -> None:
    """By the services, with the worker that computes."""
    call.refresh_from_db()
    owner = juries.staff(call)
    for _number in range(3):
        juries.declare_all(juries.make_juror(call))
    run = assignment.start_assignment(by=owner, call=call)
    wait_for(lambda: run.refresh_from_db() or run.state == RunState.DONE, "the assignment was not computed")
    assignment.publish_assignment(by=owner, run=run)
    for one in Assessment.objects.standing().filter(sketch__call=call).select_related("juror__user", "sketch__call"):
        juries.grade(one, 6 if one.sketch.title == CHANGED else 3)
    decision.complete_assessment(by=owner, call=call)
    ranking = aggregation.start_aggregation(by=owner, call=call)
    wait_for(lambda: ranking.refresh_from_db() or ranking.state == RunState.DONE, "the ranking was not computed")
    items = juries.outcomes(call, awarded=0, departure_reasons="After a long talk.")
    decision.recommend(by=owner, call=call, run=ranking, reasons="We agreed.", items=items)
    decision.decide(by=juries.staff(call, ProgrammeRole.DECISION_MAKER), call=call)
    letters.prepare_letters(by=owner, call=call)
    letters.send_letters(by=owner, call=call)


def _both_read_the_letter(first: Person, second: Person, sketch: str) -> None:
    for agency in (first, second):
        agency.open("/en/my/sketches/").follow(CHANGED, within="main").sees("Not awarded").follow("Status and letters")
        agency.sees("Letter with the decision and the reasons").follow(CHANGED, within="#main section:last-of-type")
        agency.sees(f"Reasons for {CHANGED}.").follow("All letters about the sketch")
