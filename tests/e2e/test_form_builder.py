"""An owner builds a small form by keyboard, reorders it and looks at it; once more without JavaScript."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import expect

from competition.models import Call
from home.demo.people import PASSWORD
from home.demo.world import World
from tests import factories
from tests.e2e.pages import Person


def new_call(world: World) -> Call:
    now = timezone.now()
    return factories.make_call(
        programme=world.programmes["f-no-programme"],
        publish=False,
        opens_at=now + dt.timedelta(days=5),
        deadline=now + dt.timedelta(days=60),
    )


def arrive(person: Callable[..., Person], world: World, *, javascript: bool = True) -> Person:
    owner = person("owner" if javascript else "owner without scripts", javascript=javascript)
    owner.sign_in_with_password(world.staff["f-no-programme", "owner"].email, PASSWORD)
    return owner


def codes(call: Call) -> list[str]:
    return list(call.questions.values_list("code", flat=True))


def test_a_form_is_built_by_keyboard(world: World, person: Callable[..., Person]) -> None:
    call = new_call(world)
    owner = arrive(person, world)
    page, questions = owner.page, f"/admin/calls/{call.pk}/questions/"

    owner.open(questions).follow("Add a question")
    page.get_by_label("Question (English)").focus()
    page.keyboard.type("Is there a pilot?")
    page.locator("[name=kind]").select_option("choice")
    page.locator("[name=options-0-en]").focus()
    page.keyboard.type("Yes")
    page.locator("[name=options-1-en]").focus()
    page.keyboard.type("No")
    frame = page.frame_locator("iframe[name=question-preview]")
    expect(frame.locator("body")).to_contain_text("Is there a pilot?")
    expect(frame.get_by_label("No")).to_have_count(1)
    owner.press("Save", within=".ws-actions").sees("The question was saved")

    owner.follow("Add a question").set("label_en", "Which pilot?")
    page.locator("[name=shown_if]").select_option("is_there_a_pilot")
    page.get_by_role("checkbox", name="Yes", exact=True).check()
    owner.press("Save", within=".ws-actions").sees("Asked only after certain answers")

    up = page.get_by_role("button", name="Move up: Which pilot?")
    up.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    owner.look().sees("must come after the question that it depends on")
    page.get_by_role("button", name="Move up: Is there a pilot?").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    owner.look().sees("“Is there a pilot?” is now number")
    expect(page.get_by_role("button", name="Move up: Is there a pilot?")).to_be_focused()

    assert codes(call)[-3:] == ["is_there_a_pilot", "attachments", "which_pilot"]
    owner.open(f"/admin/calls/{call.pk}/form/preview/").sees("Is there a pilot?")
    asked = page.locator("[name=which_pilot]")
    expect(asked).to_be_hidden()
    page.get_by_role("radio", name="Yes").check()
    expect(asked).to_be_visible()


def test_a_form_is_built_without_scripts(world: World, person: Callable[..., Person]) -> None:
    call = new_call(world)
    owner = arrive(person, world, javascript=False)
    page, questions = owner.page, f"/admin/calls/{call.pk}/questions/"

    owner.open(questions).follow("Add a section").set("title_en", "Pilot").press("Save").sees("The section was saved")
    owner.follow("Add a question").set("label_en", "Which colour?")
    page.locator("[name=kind]").select_option("choice")
    owner.set("options-0-en", "Red").set("options-1-en", "Green").press("Add an option")
    owner.set("options-2-en", "Blue").press("Move option 3 up").press("Remove option 1")
    page.get_by_role("button", name="Show what is typed").click()
    expect(page.frame_locator("iframe[name=question-preview]").locator("body")).to_contain_text("Which colour?")
    owner.press("Save", within=".ws-actions").sees("Blue · Green")
    owner.press("Move up: Which colour?").sees("is now number")

    assert codes(call)[-1] == "which_colour"
    assert call.questions.get(code="which_colour").section.code == "formalities"
    owner.press("Copy Which colour?").sees("This is the copy")
    owner.open(questions).follow("Remove Which colour?").press("Remove the question").sees("The question was removed")


def test_a_question_is_dragged_with_the_mouse(world: World, person: Callable[..., Person]) -> None:
    call = new_call(world)
    owner = arrive(person, world)
    page = owner.page
    owner.open(f"/admin/calls/{call.pk}/questions/")
    before = list(call.questions.filter(section__isnull=False).values_list("code", "section__code"))
    (first, section), (second, _section) = next(
        (one, two) for one, two in itertools.pairwise(before) if one[1] == two[1]
    )

    handle = page.locator(f"[data-ws-item='question:{first}'] > [data-ws-handle]")
    handle.scroll_into_view_if_needed()
    target = page.locator(f"[data-ws-item='question:{second}']").bounding_box()
    start = handle.bounding_box()
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(target["x"] + 20, target["y"] + target["height"] * 0.6, steps=4)
    page.mouse.move(target["x"] + 20, target["y"] + target["height"] * 0.9, steps=4)
    with page.expect_navigation():
        page.mouse.up()
    owner.look()

    swapped = [(second, section), (first, section)]
    after = [pair for pair in call.questions.values_list("code", "section__code") if pair in swapped]
    assert after == swapped
    page.reload()
    shown = page.locator("[data-ws-item^='question:']").evaluate_all("rows => rows.map(row => row.dataset.wsItem)")
    assert shown.index(f"question:{second}") < shown.index(f"question:{first}")
