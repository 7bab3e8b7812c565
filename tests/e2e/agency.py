"""What an agency does: start a sketch, fill it in, attach a file, submit it, change it, submit it again."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.documents import PDF
from tests.e2e.owner import SLUG
from tests.e2e.pages import Person

TEXT = "Many people meet this need every day, and nothing on the market answers it."


def start(agency: Person, organisation: str) -> str:
    """From the public page of the call; returns the address of the sketch."""
    agency.open(f"/en/calls/{SLUG}/").follow("Start a sketch").sees(organisation)
    agency.press(re.compile("Start"))
    assert "/my/sketches/" in agency.path, agency.path
    return agency.path


def fill_in(agency: Person, sketch: str, *, title: str) -> None:
    """Every section in order, by “Save and continue”; the file at the end."""
    agency.open(f"{sketch}carrying_out/").fill("Amount", "not a number")
    agency.press("Save and continue").sees("Something has to be put right")
    assert agency.page.get_by_label("Amount").first.input_value() == "not a number"
    agency.open(f"{sketch}facts/").fill("Title", title).tick("Health")
    agency.press("Save and continue")
    write_on(agency)
    attach(agency, "notes.pdf", b"MZ this is a program", says="This is no PDF")
    attach(agency)


def write_on(agency: Person, *, to: str = "attachments") -> None:
    """From page to page by “Save and continue”, until the one of that name."""
    for _section in range(20):
        if agency.path.endswith(f"/{to}/"):
            return
        if agency.page.locator("main textarea").count():
            agency.page.locator("main textarea").fill(TEXT)
        elif agency.page.get_by_label("Amount").count():
            agency.fill("Amount", "2 500 000")
        agency.press("Save and continue")
    raise AssertionError(f"no page {to} in {agency.path}")


def attach(agency: Person, name: str = "plan.pdf", content: bytes = PDF, *, says: str = "is attached") -> None:
    """With JavaScript the page stays, and says beside the file what became of it."""
    agency.page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/pdf", "buffer": content}
    )
    if agency.javascript:
        agency.page.get_by_role("button", name="Attach").click()
        agency.sees(says).look()
    else:
        agency.press("Attach").sees(says)
    agency.sees(name if says == "is attached" else "No files attached")


def autosave(agency: Person, sketch: str, text: str) -> None:
    """Type, wait for the line that says so, and find the text again on a fresh page."""
    agency.open(f"{sketch}need/")
    agency.page.locator("main textarea").press_sequentially(text)
    expect(agency.page.locator("#autosave-status")).to_contain_text("Saved")
    agency.page.reload()
    agency.look()
    assert text.strip() in agency.page.locator("main textarea").input_value()


def submit(agency: Person, sketch: str, *, version: int) -> str:
    """Returns the number of the receipt."""
    agency.open(f"{sketch}check/").sees("Nothing is sent before you press the button" if version == 1 else "")
    agency.press("Submit the sketch").sees(f"The sketch is submitted: version {version}")
    return agency.path.rstrip("/").rpartition("/")[2]
