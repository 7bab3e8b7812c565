"""Making an account, signing in, registering an organisation, and changing the language on the way."""

from __future__ import annotations

import pytest

from accounts.models import Organisation
from home.demo.people import PASSWORD
from home.demo.world import World
from tests.e2e.pages import wait_for_mail

# A Swedish person's number in the shape of an organisation's; stdnum accepts it, we must not.
PERSONAL_NUMBER = "121212-1212"


def test_new_person_registers_an_organisation(person, world: World) -> None:
    visitor = person("somebody new")

    visitor.open("/en/").follow("Sign in").follow("Make an account")
    visitor.fill("Email", "new@nykoping.example").press("Make an account")
    visitor.sees("Confirm your e-mail address").enter_code("new@nykoping.example", after=0)
    visitor.open("/en/my/organisations/").follow("Find or register an organisation")
    visitor.fill("Name or organisation number", "nykoping").press("Search").sees("Nothing was found")
    visitor.follow("Register an organisation")
    visitor.fill("Name", "Nykoping kommun").choose("Country", "Sweden").fill("Organisation number", PERSONAL_NUMBER)
    visitor.press("Register")

    visitor.sees("personal")
    assert visitor.page.get_by_label("Name").first.input_value() == "Nykoping kommun"
    assert not Organisation.objects.filter(name="Nykoping kommun").exists()

    visitor.fill("Organisation number", "212000-2940").press("Register")

    visitor.sees("Nykoping kommun")
    assert Organisation.objects.get(name="Nykoping kommun").number == "2120002940"


def test_wrong_code_and_wrong_password_are_said(person, world: World) -> None:
    visitor = person("somebody forgetful")
    email = world.writers["f-no-fjordby"].email

    visitor.sign_in_with_password(email, "not this one at all").sees("not correct")
    visitor.open("/en/accounts/login/").fill("E-mail address", email).press("Send me a code")
    wait_for_mail(email)
    visitor.fill("Code", "XXX-XXX").press("Confirm").sees("ncorrect code")
    visitor.press("Cancel")
    visitor.sign_in_with_password(email, PASSWORD).sees("My tasks")


@pytest.mark.parametrize("code", ["nb", "nn", "da", "sv"])
def test_language_switch_stays_on_the_page(person, world: World, code: str) -> None:
    visitor = person("visitor")

    visitor.open("/en/receipts/")
    visitor.page.locator("summary", has_text="Language").click()
    visitor._go(visitor.page.locator(f"a[hreflang={code}]").first)

    assert visitor.path == f"/{code}/receipts/"
    assert visitor.page.locator("html").get_attribute("lang") == code
