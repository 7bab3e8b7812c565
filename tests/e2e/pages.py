"""Somebody in front of a browser. Whatever they open is looked at: by axe, on a phone, and for errors."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core import mail
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Locator, Response, ViewportSize, expect

from accounts.models import User

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
STANDING_STILL = """() => Promise.race([
    Promise.allSettled(document.getAnimations().map(one => one.finished)),
    new Promise(done => setTimeout(done, 1000)),
])"""
WAIT = 15  # seconds for a mail or a run
# Wagtail's own frame around the workspace, as Wagtail ships it: not ours to change.
FRAME_OF_WAGTAIL = ["#wagtail-sidebar", "header.w-slim-header", ".w-slim-header", "[data-wagtail-sidebar]"]


class Person:
    """A browser of one's own. Steps that lead to another page end with a look at it."""

    def __init__(
        self,
        browser: Browser,
        site: str,
        name: str,
        *,
        looked_at: set[tuple],
        javascript: bool = True,
        viewport: ViewportSize = DESKTOP,
    ):
        self.name, self.site, self.javascript, self.looked_at = name, site, javascript, looked_at
        self.context = browser.new_context(
            base_url=site, java_script_enabled=javascript, viewport=viewport, locale="en-GB", reduced_motion="reduce"
        )
        self.context.set_default_timeout(10_000)
        self.page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("response", self._receive)

    def _hear(self, message: ConsoleMessage) -> None:
        # A status that is an answer, such as 422 for a refused form, is reported here too; `_receive` judges those.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.faults.append(f"console: {message.text}")

    def _receive(self, response: Response) -> None:
        # A page may answer anything below 500; what a script asks for may be refused for what was typed.
        is_answer = response.request.resource_type == "document" or response.status == 422
        if response.status >= 500 or (response.status >= 400 and not is_answer):
            self.faults.append(f"{response.status} from {response.url}")

    def leave(self) -> None:
        self.context.close()

    def leave_picture(self, folder: Path, test: str) -> str:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{test}-{self.name}".replace(" ", "-")
        self.page.screenshot(path=f"{path}.png", full_page=True)
        path.with_suffix(".html").write_text(self.page.content())
        return f"{self.page.url}\n{path}.png\n" + "\n".join(self.faults)

    # -- going somewhere ------------------------------------------------------------------------------------------

    def open(self, path: str, *, status: int = 200) -> Person:
        response = self.page.goto(path)
        assert response is not None
        assert response.status == status, f"{self.name} at {path}: {response.status}"
        if status == 404 and path.startswith("/admin/"):
            return self  # Wagtail's own page, whose skip link leads nowhere
        return self.look()

    def follow(self, name: str | re.Pattern, *, within: str = "body") -> Person:
        return self._go(self.page.locator(within).get_by_role("link", name=name).first)

    def press(self, name: str | re.Pattern, *, within: str = "body") -> Person:
        """Press a button that leads to a page."""
        return self._go(self.page.locator(within).get_by_role("button", name=name).first)

    def _go(self, target: Locator) -> Person:
        with self.page.expect_navigation():
            target.click()
        return self.look()

    # -- filling in -----------------------------------------------------------------------------------------------

    def fill(self, label: str | re.Pattern, text: str) -> Person:
        self.page.get_by_label(label).first.fill(text)
        return self

    def set(self, name: str, text: str) -> Person:
        """Fill in the field of that name, where labels repeat themselves."""
        self.page.locator(f"[name='{name}']").first.fill(text)
        return self

    def choose(self, label: str | re.Pattern, option: str) -> Person:
        self.page.get_by_label(label).first.select_option(label=option)
        return self

    def tick(self, label: str | re.Pattern) -> Person:
        self.page.get_by_label(label).first.check()
        return self

    # -- seeing ---------------------------------------------------------------------------------------------------

    def sees(self, text: str | re.Pattern) -> Person:
        expect(self.page.locator("body")).to_contain_text(text, use_inner_text=True)
        return self

    def does_not_see(self, text: str) -> Person:
        expect(self.page.locator("body")).not_to_contain_text(text)
        return self

    def heading(self) -> str:
        return self.page.locator("h1").first.inner_text()

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.site)

    def look(self) -> Person:
        """What must hold on every page there is."""
        self.page.wait_for_load_state("load")
        shape = (re.sub(r"\d+|[0-9A-Z]{8}", "N", self.path), self.page.locator("*").count())
        seen = (*shape, self.javascript)  # the same page for somebody else is looked at once
        if seen not in self.looked_at:
            self.looked_at.add(seen)
            self._look_on_a_phone()
            if self.javascript:
                self._look_with_axe()
        assert self.faults == [], f"{self.name} at {self.path}"
        return self

    def _look_on_a_phone(self) -> None:
        before = self.page.viewport_size
        self.page.set_viewport_size(PHONE)
        too_wide = self.page.evaluate(
            "() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
        )
        self.page.set_viewport_size(before)
        assert too_wide <= 0, f"{self.path} scrolls sideways on a phone, by {too_wide} px"

    def _look_with_axe(self) -> None:
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        self.page.evaluate(STANDING_STILL)  # what fades in is pale while it does
        excluded = FRAME_OF_WAGTAIL if self.path.startswith("/admin/") else []
        found = self.page.evaluate(
            """([rules, excluded]) => axe.run(
                {exclude: excluded.filter(s => document.querySelector(s)).map(s => [s])},
                {runOnly: {type: "tag", values: rules}, resultTypes: ["violations"]})""",
            [RULES, excluded],
        )
        violations = [
            f"{one['id']} ({one['help']}): " + "; ".join(node["html"][:200] for node in one["nodes"][:3])
            for one in found["violations"]
        ]
        assert violations == [], f"{self.path}:\n" + "\n".join(violations)

    # -- signing in -----------------------------------------------------------------------------------------------

    def enter(self, user: User) -> Person:
        """With a session that was made behind the sign-in page's back."""
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        self.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.site}])
        return self

    def sign_in_with_password(self, email: str, password: str, *, to: str = "/en/my/") -> Person:
        self.open(f"/en/accounts/login/?next={to}")
        self.page.get_by_text("Sign in with a password").click()
        form = self.page.locator("details[open]")
        form.get_by_label("Email").or_(form.get_by_label("E-mail")).first.fill(email)
        form.get_by_label("Password").fill(password)
        return self._go(form.get_by_role("button", name="Sign in"))

    def sign_in_with_code(self, email: str, *, to: str = "/en/my/") -> Person:
        self.open(f"/en/accounts/login/?next={to}")
        before = len(mails_to(email))
        self.fill("E-mail address", email).press("Send me a code")
        return self.enter_code(email, after=before)

    def enter_code(self, email: str, *, after: int) -> Person:
        code = code_in(wait_for_mail(email, after=after).body)
        self.page.locator("input[name=code]").fill(code)
        return self.press("Confirm")


# -- mail ---------------------------------------------------------------------------------------------------------


def mails_to(email: str) -> list[mail.EmailMessage]:
    return [message for message in mail.outbox if email in message.to]


def wait_for(condition: Callable[[], object], complaint: str) -> None:
    """Look again and again: the worker has its own pace."""
    until = time.monotonic() + WAIT
    while not condition():
        if time.monotonic() > until:
            raise AssertionError(complaint)
        time.sleep(0.05)


def wait_for_mail(email: str, *, after: int = 0, about: str = "") -> mail.EmailMessage:
    """The latest mail to the address, once there are more than `after`, with `about` in its subject."""

    def found() -> list[mail.EmailMessage]:
        return [message for message in mails_to(email)[after:] if about in message.subject]

    wait_for(found, f"no mail to {email} about “{about}”; there are: {[m.subject for m in mails_to(email)]}")
    return found()[-1]


def code_in(text: str) -> str:
    found = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", text, re.MULTILINE)
    assert found, text
    return found[1]


def link_in(text: str, part: str) -> str:
    """The first address in a mail that contains `part`, without the host."""
    found = re.search(rf"https?://[^/\s]+(/\S*{re.escape(part)}\S*)", text)
    assert found, text
    return found[1]
