"""Files in a real browser: dropped, chosen, cancelled, refused, in pieces, without a network, and without a script."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Route, expect

from competition.models import Attachment, Sketch, Upload
from tests import factories
from tests.documents import pdf
from tests.e2e.pages import Person, wait_for

PATIENCE = 30_000  # milliseconds: each file is opened in a process of its own
LARGE = pdf(3, mark="x" * 6_000_000)
DROP = """files => {
    const held = new DataTransfer();
    for (const [name, content] of files) {
        const bytes = Uint8Array.from(atob(content), one => one.charCodeAt(0));
        held.items.add(new File([bytes], name, {lastModified: 1}));
    }
    return held;
}"""


@pytest.fixture
def sketch(site: str) -> Sketch:
    return factories.make_sketch()


def signed_in(person: Person, sketch: Sketch) -> Person:
    """At the page for files."""
    return person.enter(factories.writer_of(sketch)).open(f"/en/my/sketches/{sketch.reference}/attachments/")


@pytest.fixture
def agency(person, sketch: Sketch) -> Person:
    return signed_in(person("agency"), sketch)


def drop(agency: Person, **files: bytes) -> None:
    given = [[f"{name}.pdf", base64.b64encode(content).decode()] for name, content in files.items()]
    held = agency.page.evaluate_handle(DROP, given)
    for event in ("dragover", "drop"):
        agency.page.dispatch_event("#drop-zone", event, {"dataTransfer": held})


def choose(agency: Person, *paths: Path) -> None:
    agency.page.locator("input[type=file]").set_input_files([str(path) for path in paths])
    agency.page.get_by_role("button", name="Attach").click()


def under_way(agency: Person) -> Locator:
    return agency.page.locator("#uploads > li")


def attached(agency: Person) -> Locator:
    return agency.page.locator("#files .sk-files__name")


class Held:
    """Requests to addresses that match are held until `let_go`."""

    def __init__(self, agency: Person, pattern: str):
        self.page, self.pattern = agency.page, pattern
        self.routes: list[Route] = []
        self.is_open = False
        self.page.route(pattern, self._take)

    def _take(self, route: Route) -> None:
        if self.is_open:
            route.continue_()
        else:
            self.routes.append(route)

    def wait(self, count: int = 1) -> Held:
        def sent() -> bool:
            self.page.wait_for_timeout(20)  # which hears what the browser says
            return len(self.routes) >= count

        wait_for(sent, f"{len(self.routes)} of {count} requests were sent to {self.pattern}")
        return self

    def let_go(self, *, lost: bool = False) -> None:
        """What is held goes on, or gets lost on its way; what comes later is not held."""
        self.is_open = True
        for route in self.routes:
            route.abort("internetdisconnected") if lost else route.continue_()


def test_two_dropped_files_arrive_one_after_the_other(agency: Person, sketch: Sketch) -> None:
    held = Held(agency, "**/files/add/**")

    drop(agency, plan=pdf(1), notes=pdf(2))
    held.wait()
    expect(under_way(agency)).to_have_count(2)
    expect(under_way(agency).nth(1)).to_contain_text("Next in line")
    expect(under_way(agency).locator("progress").first).to_have_attribute("aria-label", "plan.pdf")
    agency.look()
    held.let_go()

    expect(attached(agency)).to_have_text(["plan.pdf", "notes.pdf"], timeout=PATIENCE)
    expect(under_way(agency)).to_have_text(["“plan.pdf” is attached.", "“notes.pdf” is attached."])
    expect(under_way(agency).locator("progress, button")).to_have_count(0)
    agency.look()


def test_what_is_cancelled_is_not_attached_and_the_next_one_is(agency: Person, sketch: Sketch) -> None:
    held = Held(agency, "**/files/add/**")

    drop(agency, plan=pdf(1), notes=pdf(2))
    held.wait()
    agency.page.get_by_role("button", name="Cancel plan.pdf").focus()
    agency.page.keyboard.press("Enter")
    expect(under_way(agency).first).to_contain_text("Cancelled")
    expect(agency.page.locator("input[type=file]")).to_be_focused()
    held.wait(2).routes[1].continue_()

    expect(attached(agency)).to_have_text(["notes.pdf"], timeout=PATIENCE)
    agency.look()


def test_a_duplicate_and_a_file_that_is_none_are_told(agency: Person, sketch: Sketch) -> None:
    drop(agency, plan=pdf(1))
    expect(attached(agency)).to_have_text(["plan.pdf"], timeout=PATIENCE)

    drop(agency, again=pdf(1), fake=b"MZ this is a program", notes=pdf(2))
    expect(attached(agency)).to_have_text(["plan.pdf", "notes.pdf"], timeout=PATIENCE)

    lines = under_way(agency)
    expect(lines.nth(0)).to_contain_text("This file is attached already, as “plan.pdf”")
    expect(lines.nth(1)).to_contain_text("This is no PDF")
    expect(lines.nth(1)).to_have_attribute("data-failed", "true")
    agency.faults.clear()  # 422 is the answer
    agency.look()
    assert list(sketch.attachments.values_list("name", flat=True)) == ["plan.pdf", "notes.pdf"]


def test_a_large_file_goes_in_pieces_and_on_after_the_network(agency: Person, sketch: Sketch, tmp_path: Path) -> None:
    large = tmp_path / "large.pdf"
    large.write_bytes(LARGE)
    held = Held(agency, "**/files/upload/**offset=2097152")

    choose(agency, large)
    held.wait()
    expect(under_way(agency)).to_contain_text("%")
    agency.context.set_offline(True)
    held.let_go(lost=True)
    expect(under_way(agency)).to_contain_text("Waiting for the network")
    agency.context.set_offline(False)

    expect(attached(agency)).to_have_text(["large.pdf"], timeout=PATIENCE)
    agency.look()
    assert [(one.size, one.pages) for one in sketch.attachments.all()] == [(len(LARGE), 3)]
    assert not Upload.objects.exists()


def test_after_a_reload_the_same_file_goes_on_where_it_stopped(agency: Person, sketch: Sketch, tmp_path: Path) -> None:
    large = tmp_path / "large.pdf"
    large.write_bytes(LARGE)
    held, asked = Held(agency, "**/files/upload/**offset=2097152"), []
    agency.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    choose(agency, large)
    held.wait()
    held.is_open = True
    agency.page.reload()
    agency.look().sees("has not arrived whole").sees("Choose the same file again to go on")
    sent: list[str] = []
    agency.page.on("request", lambda request: sent.append(request.url))
    choose(agency, large)

    expect(attached(agency)).to_have_text(["large.pdf"], timeout=PATIENCE)
    expect(agency.page.locator("#unfinished")).not_to_contain_text("has not arrived whole")
    assert asked == ["beforeunload"]
    assert not [url for url in sent if url.endswith("offset=0")]
    assert Attachment.objects.get().size == len(LARGE)


def test_without_a_script_the_form_takes_files_and_says_what_is_wrong(person, sketch: Sketch) -> None:
    agency = signed_in(person("agency", javascript=False), sketch)
    field = agency.page.locator("input[type=file]")
    expect(agency.page.locator("#drop")).to_be_hidden()

    field.set_input_files(
        [
            {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": pdf(1)},
            {"name": "fake.pdf", "mimeType": "application/pdf", "buffer": b"MZ this is a program"},
        ]
    )
    agency.press("Attach").sees("“plan.pdf” is attached.").sees("“fake.pdf”: This is no PDF")
    described = field.get_attribute("aria-describedby") or ""
    expect(attached(agency)).to_have_text(["plan.pdf"], timeout=PATIENCE)
    expect(agency.page.locator(f"#{described.split()[-1]}")).to_contain_text("This is no PDF")
    agency.follow("Remove plan.pdf").press("Remove").sees("The file is removed")

    assert not sketch.attachments.in_draft().exists()


def test_a_file_that_has_gone_is_told_and_the_next_has_its_turn(agency: Person, tmp_path: Path) -> None:
    gone, there = tmp_path / "gone.pdf", tmp_path / "there.pdf"
    for path in (gone, there):
        path.write_bytes(pdf(mark=path.name))
    agency.page.locator("input[type=file]").set_input_files([str(gone), str(there)])
    gone.unlink()

    agency.page.get_by_role("button", name="Attach").click()

    expect(under_way(agency).first).to_contain_text("a file that cannot be read")
    expect(attached(agency)).to_have_text(["there.pdf"], timeout=PATIENCE)
    agency.look()


def test_the_first_page_of_a_pdf_stands_beside_its_name(agency: Person, sketch: Sketch) -> None:
    drop(agency, plan=pdf(1))
    picture = agency.page.locator("#files img")

    wait_for(lambda: sketch.attachments.filter(has_preview=True).exists(), "nothing was drawn")
    agency.page.reload()
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("complete", True)

    assert picture.evaluate("one => one.naturalWidth") == 240
    agency.look()


def test_a_session_that_has_ended_is_told(agency: Person, sketch: Sketch) -> None:
    agency.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    drop(agency, plan=pdf(1))

    expect(under_way(agency)).to_contain_text("You have been signed out")
    agency.faults.clear()
    assert not Attachment.objects.exists()
