"""Text that is typed stays: without a network, after the session, in a second tab, and with a colleague beside."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from competition.models import Call, Sketch
from competition.services import sketches
from home.demo.people import PASSWORD
from home.demo.world import World
from tests import factories
from tests.e2e.pages import Person

AGENCY, COLLEAGUE, PROGRAMME = "f-no-fjordby", "f-dk-aabyer", "f-no-programme"


@pytest.fixture
def draft(world: World) -> Sketch:
    call = factories.make_call(programme=world.programmes[PROGRAMME], title_en="Needs")
    Call.objects.filter(pk=call.pk).update(default_language="en")
    started = sketches.start_sketch(by=world.writers[AGENCY], call=call, organisation=world.organisations[AGENCY])
    sketches.save_answers(by=world.writers[AGENCY], sketch=started, values=factories.ANSWERS)
    return started


def status(page):
    return page.locator("#autosave-status")


def stored(sketch: Sketch) -> str:
    return sketch.answers.get(question__code="need").value


def at_the_need(agency: Person, world: World, draft: Sketch) -> Person:
    agency.sign_in_with_password(world.writers[AGENCY].email, PASSWORD)
    return agency.open(f"/en/my/sketches/{draft.reference}/need/").sees("Not submitted")


def test_without_a_network_text_waits_in_the_browser(person, world: World, draft: Sketch) -> None:
    agency = at_the_need(person("agency"), world, draft)
    page = agency.page

    agency.context.set_offline(True)
    page.locator("main textarea").fill("Typed on a train")
    expect(status(page)).to_contain_text("Not saved: no connection")
    page.get_by_role("button", name="Save and continue").click()
    expect(status(page)).to_be_focused()
    agency.context.set_offline(False)
    expect(status(page)).to_contain_text("Saved")

    assert stored(draft) == "Typed on a train"
    assert page.evaluate("localStorage.length") == 0


def test_after_the_session_text_is_offered_to_its_writer_alone(person, world: World, draft: Sketch) -> None:
    agency = at_the_need(person("agency"), world, draft)
    page, address = agency.page, agency.path
    colleague = world.writers[COLLEAGUE]
    draft.organisation.memberships.create(user=colleague, role="editor")

    agency.context.clear_cookies()
    page.locator("main textarea").fill("Typed after the session")
    expect(status(page)).to_contain_text("Signed out")
    page.wait_for_load_state("networkidle")
    agency.faults.clear()  # 401 or 403 is the answer
    page.goto("/en/")
    agency.sign_in_with_password(colleague.email, PASSWORD, to=address)
    assert agency.page.locator(".sk-kept").count() == 0
    assert agency.page.locator("main textarea").input_value() == factories.TEXT
    agency.context.clear_cookies()
    agency.sign_in_with_password(world.writers[AGENCY].email, PASSWORD, to=address)
    agency.sees("Text that was not saved").sees("Typed after the session")
    assert stored(draft) == factories.TEXT
    page.get_by_role("button", name="Use the text that was kept").click()
    expect(status(page)).to_contain_text("Saved")

    assert stored(draft) == "Typed after the session"
    assert page.evaluate("localStorage.length") == 0


def test_signed_in_again_in_another_tab_the_first_goes_on(person, world: World, draft: Sketch) -> None:
    agency = at_the_need(person("agency"), world, draft)
    page = agency.page

    agency.context.clear_cookies(name="sessionid")
    page.locator("main textarea").fill("Typed in between")
    expect(status(page)).to_contain_text("Signed out")
    agency.faults.clear()
    agency.page = agency.context.new_page()
    agency.sign_in_with_password(world.writers[AGENCY].email, PASSWORD)
    agency.page.close()
    agency.page = page
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(status(page)).to_contain_text("Saved")
    agency.press("Save and continue")

    assert stored(draft) == "Typed in between"


def test_signing_out_takes_kept_text_away_after_asking(person, world: World, draft: Sketch) -> None:
    agency = at_the_need(person("agency"), world, draft)
    page = agency.page
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.evaluate("localStorage.setItem('skisse.text/1/X/need/y', JSON.stringify({value: ['x'], at: Date.now()}))")

    page.get_by_text("My pages").click()
    agency.press("Sign out")

    assert len(asked) == 1
    assert page.evaluate("localStorage.length") == 0


def test_two_colleagues_at_one_text_lose_nothing(person, world: World, draft: Sketch) -> None:
    colleague = world.writers[COLLEAGUE]
    draft.organisation.memberships.create(user=colleague, role="editor")
    sketches.save_answers(by=colleague, sketch=draft, values={"need": "one\ntwo\nthree"})
    first, second = at_the_need(person("first"), world, draft), person("second")
    second.sign_in_with_password(colleague.email, PASSWORD, to=first.path)
    second.sees("has this page open too")
    mine, theirs = (one.page.locator("main textarea") for one in (first, second))

    mine.fill("ONE\ntwo\nthree")
    expect(status(first.page)).to_contain_text("Saved")
    theirs.fill("one\ntwo\nTHREE")
    second.sees("Both changes are in the text now")
    expect(theirs).to_have_value("ONE\ntwo\nTHREE")
    mine.fill("Mine\ntwo\nthree")
    expect(mine).to_have_value("Mine\ntwo\nTHREE")
    theirs.fill("Theirs\ntwo\nTHREE")
    expect(status(second.page)).to_contain_text("Not saved: the same lines were changed")
    second.faults.clear()  # 409 is the answer
    second.press("Compare the two texts").sees("The text that is saved")
    assert stored(draft) == "Mine\ntwo\nTHREE"
    assert theirs.input_value() == "Theirs\ntwo\nTHREE"
    second.press("Save my text")

    assert stored(draft) == "Theirs\ntwo\nTHREE"


def test_second_tab_is_named_and_overwrites_nothing(person, world: World, draft: Sketch) -> None:
    agency = at_the_need(person("agency"), world, draft)
    first = agency.page
    second = agency.context.new_page()

    second.goto(first.url)
    expect(second.locator("#others")).to_contain_text("in another tab")
    first.locator("main textarea").fill("From the first tab")
    expect(status(first)).to_contain_text("Saved")
    second.locator("main textarea").fill("From the second tab")
    expect(status(second)).to_contain_text("Not saved")

    assert stored(draft) == "From the first tab"
    agency.page = second
    agency.press("Compare the two texts").sees("You have changed").press("Use the text that is saved")
    assert second.locator("main textarea").input_value() == "From the first tab"
