"""What a juror does: accept, declare, grade, look over, send."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.owner import SLUG
from tests.e2e.pages import Person, link_in, wait_for_mail

REASON = "Clear need, well described."


def accept(juror: Person, email: str) -> None:
    """By the mailed link, which acts only when its button is pressed; then sign in with a code."""
    link = link_in(wait_for_mail(email).body, "/jury/invitations/")
    juror.open(link).open(link).sees("Will you sit in the jury")
    juror.press("Accept").sees("You sit in the jury")
    juror.sign_in_with_code(email, to=f"/en/jury/{SLUG}/").sees("You have not been given any sketches yet")


def declare(juror: Person, *, not_impartial_for: str = "", sketches: int) -> None:
    juror.open(f"/en/jury/{SLUG}/impartiality/")
    assert juror.page.locator("fieldset.sk-answer").count() == sketches
    if not_impartial_for:
        answer = juror.page.get_by_role("group", name=not_impartial_for)
        answer.get_by_label("Not impartial").check()
        juror.press("Save, and I am impartial for all the others").sees("Choose the reason")
        answer.get_by_label("I am a party").check()
        juror.press("Save my declarations")
    else:
        juror.press("Save, and I am impartial for all the others")
    juror.sees("You have declared for every sketch")


def grade_by_mouse(juror: Person, grades: dict[str, int]) -> list[str]:
    """Grade what is in the queue; the titles in the order they came."""
    titles = []
    juror.open(f"/en/jury/{SLUG}/")
    juror.follow("Next sketch" if juror.page.get_by_role("link", name="Next sketch").count() else "Next")
    while "/finish/" not in juror.path:
        titles.append(juror.heading())
        for criterion in juror.page.locator("fieldset.sk-criterion").all():
            criterion.locator(f"input[type=radio][value='{grades[titles[-1]]}']").check()
            criterion.locator("textarea").fill(REASON)
        juror.press("Save and next")
    return titles


def grade_by_keyboard(juror: Person, grades: dict[str, int]) -> list[str]:
    """The same without touching the mouse: Tab, digits, Ctrl+Enter."""
    titles = []
    page = juror.page
    juror.open(f"/en/jury/{SLUG}/")
    _tab_to(juror, "main a.ds-button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    while "/finish/" not in juror.look().path:
        titles.append(juror.heading())
        for number in range(page.locator("fieldset.sk-criterion").count()):
            _tab_to(juror, f"fieldset.sk-criterion >> nth={number} >> input[type=radio]")
            page.keyboard.press(str(grades[titles[-1]]))
            page.keyboard.press("Tab")
            page.keyboard.type(REASON)
        expect(page.locator("#autosave-status")).to_contain_text("Saved")
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")
    return titles


def _tab_to(juror: Person, selector: str, *, at_most: int = 150) -> None:
    """Press Tab until the focus is on one of what the selector finds, and visibly so."""
    wanted = juror.page.locator(selector)
    for _press in range(at_most):
        juror.page.keyboard.press("Tab")
        if any(one.evaluate("element => element === document.activeElement") for one in wanted.all()):
            return
    raise AssertionError(f"{selector} cannot be reached with Tab at {juror.path}")


def finish(juror: Person) -> None:
    juror.open(f"/en/jury/{SLUG}/finish/").sees("Compare your grades across sketches")
    juror.press("Send all assessments").sees("You have sent everything")
