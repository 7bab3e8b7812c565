"""What the programme's people do in the workspace."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from django.utils import timezone
from playwright.sync_api import expect

from tests.e2e.pages import Person

SLUG = "needs-nobody-meets"
TITLE = "Needs nobody meets"
SUMMARY = "What do you need that nobody sells?"
OSLO = ZoneInfo("Europe/Oslo")


def wall_clock(**from_now: float) -> str:
    """A moment as the browser's own control takes it, on the clock of Oslo: no hour that is skipped or doubled."""
    moment = (timezone.now() + dt.timedelta(**from_now)).astimezone(OSLO)
    return moment.replace(hour=13, minute=0).strftime("%Y-%m-%dT%H:%M")


def create_call(owner: Person) -> str:
    """Through the menu; returns the address of the call's hub."""
    owner.open("/admin/")
    owner.page.get_by_role("link", name="Calls", exact=True).first.click()
    owner.page.wait_for_url("**/admin/calls/")
    owner.look().follow("New call")
    owner.set("title", TITLE).set("slug", SLUG).set("jurors_per_sketch", "2")
    for language, wanted in (("nn", False), ("nb", True), ("en", True)):
        owner.page.locator(f"[name=languages][value={language}]").set_checked(wanted)
    owner.page.locator("[name=default_language]").select_option("en")
    owner.set("opens_at", wall_clock(days=-2)).set("deadline", wall_clock(days=-10))
    owner.press("Create the call").sees("The deadline must come after the opening")
    owner.set("deadline", wall_clock(days=50)).press("Create the call").sees("Nobody can see it yet")
    return re.sub(r"edit/$", "", owner.path)


def prepare_call(owner: Person, hub: str) -> None:
    """Texts in two languages, a question, the criteria's weights."""
    owner.open(f"{hub}publish/").sees("must be in place before the call can be published")
    owner.open(f"{hub}edit/").set("title_nb", "Behov ingen dekker")
    owner.set("summary_en", SUMMARY).set("summary_nb", "Hva trenger dere som ingen selger?")
    owner.set("assessment_due_at", wall_clock(days=60)).press("Save").sees("The call was saved")
    owner.open(f"{hub}questions/").open(f"{hub}questions/spread/")
    owner.set("help_text_en", "Name at least one other agency.").press("Save").sees("The question was saved")
    owner.open(f"{hub}criteria/").set("need-weight", "35").press("Save").sees("100")
    owner.set("spread-weight", "5").press("Save").sees("The criteria were saved")


def publish_call(owner: Person, hub: str) -> None:
    owner.open(hub).follow("Publish the call").sees("The call can be published")
    owner.press("Publish all the same").sees("The call is published")


def admit_all(owner: Person, hub: str, *, sketches: int) -> None:
    """The formal check, through the page that lists what is admitted."""
    owner.open(hub).sees("Check the sketches").open(f"{hub}sketches/")
    owner.page.get_by_label("Choose all on this page").check()
    owner.press("Admit the chosen ones").sees(f"You will admit these {sketches} sketches")
    owner.press(f"Admit {sketches} sketches").sees(f"{sketches} sketches were admitted")
    owner.follow("Complete the formal check").press("Complete the formal check").sees("The jury can begin")


def invite(owner: Person, hub: str, email: str) -> None:
    owner.open(f"{hub}jury/").follow("Invite a juror").set("email", email).set("load_max", "5")
    owner.page.locator("[name=language]").select_option("en")
    owner.page.locator("[name=topic-health]").select_option(label="well")
    owner.press("Invite and send the letter").sees(f"{email} was invited")


def assign(owner: Person, hub: str) -> None:
    """Start the run, watch it live, publish it."""
    owner.open(f"{hub}assignment/")
    with owner.page.expect_navigation():
        owner.page.get_by_role("button", name="Compute").first.click()
    expect(owner.page.get_by_text("Sketches with enough jurors")).to_be_visible(timeout=20_000)
    draft = owner.page.url
    owner.look().sees("2 of 2")
    by_hand(owner)
    for page in ("settings/", "new/", "compare/"):
        owner.open(f"{hub}assignment/{page}")
    owner.page.goto(draft)
    owner.look().follow("Publish and tell the jurors")
    owner.press("Publish and tell the jurors").sees("The assignment is published")


def by_hand(owner: Person) -> None:
    """Without a reason nothing changes; a lock needs none, is said at once, and is taken back."""
    owner.follow("Change it by hand")
    owner.page.get_by_role("button", name="Show").click()
    remove = owner.page.get_by_role("button", name="Remove").first
    remove.click()
    expect(owner.page.get_by_role("alert")).to_contain_text("Say why")
    owner.page.get_by_role("button", name="Lock").first.press("Enter")
    expect(owner.page.get_by_role("button", name="Unlock").first).to_be_visible()
    expect(owner.page.get_by_text("Last change:")).to_be_focused()
    owner.look()
    owner.page.get_by_role("button", name="Unlock").first.click()
    expect(owner.page.get_by_role("button", name="Unlock")).to_have_count(0)


def rank(owner: Person, hub: str, *, best: str) -> None:
    owner.open(f"{hub}ranking/").follow("Complete the assessment").press("Complete the assessment")
    owner.sees("No grade changes from now on")
    with owner.page.expect_navigation():
        owner.page.get_by_role("button", name="Compute the ranking").click()
    rows = owner.page.get_by_role("table", name="Ranking").locator("tbody tr")
    expect(rows.first).to_contain_text(best, timeout=20_000)
    owner.look()


def recommend(owner: Person, hub: str, *, award: str, reject: str) -> None:
    owner.open(f"{hub}decision/recommend/")
    owner.press("Make the recommendation").sees("Nothing was recorded")
    owner.set("reasons", "The jury agreed after one meeting.")
    for title, outcome, amount in ((award, "award", "1000000"), (reject, "reject", "")):
        group = owner.page.locator("fieldset", has_text=title)
        group.locator("select[name$=-outcome]").select_option(outcome)
        group.locator("[name$=-shortlisted]").set_checked(outcome == "award")
        group.locator("[name$=-amount]").fill(amount)
        group.locator("textarea[name$=-reasons]:not([name$=departure_reasons])").fill(f"Reasons about {title}.")
    owner.press("Make the recommendation").sees("Somebody else decides")


def decide(decision_maker: Person, hub: str) -> None:
    decision_maker.open(f"{hub}decision/").follow("Make the decision").press("Make the decision")
    decision_maker.sees("The decision is made")


def send_letters_and_publish(owner: Person, hub: str) -> None:
    owner.open(f"{hub}decision/letters/").press(re.compile("[Ww]rite")).sees("Nothing is sent yet")
    owner.press(re.compile("[Ss]end")).sees("on their way")
    owner.open(f"{hub}decision/").follow("Publish the result").press("Publish the result").sees("The result is public")
