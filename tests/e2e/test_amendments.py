"""An owner changes a text of an open call and extends its deadline; an agency reads it in a mail and on the page.

The owner works without JavaScript on the second round.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from competition.models import Call
from competition.workspace_fields import wall_clock
from home.demo.people import PASSWORD
from home.demo.world import World
from tests import factories
from tests.e2e.pages import Person, link_in, mails_to, wait_for, wait_for_mail

CLEARER = "What do you need that nobody can sell you today?"
REASON = "Several have asked what we mean."


def test_an_open_call_is_amended(world: World, person: Callable[..., Person]) -> None:
    call = factories.make_call(programme=world.programmes["f-no-programme"], title_en="Needs", title_nb="Behov")
    writer = world.writers["f-no-fjordby"]
    factories.make_sketch(call=call, by=writer)
    owner = person("owner")
    owner.sign_in_with_password(world.staff["f-no-programme", "owner"].email, PASSWORD)
    hub = f"/admin/calls/{call.pk}/"

    _change_a_text_and_extend(owner, hub, call)

    call.refresh_from_db()
    wait_for(lambda: any(CLEARER in one.body for one in mails_to(writer.email)), "nobody was told of the text")
    mail = wait_for_mail(writer.email, about="Behov")  # the municipality is written to in its own written standard
    agency = person("agency")
    agency.open(link_in(mail.body, f"/calls/{call.slug}/"))
    agency.open(f"/en/calls/{call.slug}/").sees("What has changed since the opening").sees(REASON).sees(
        "Extension"
    ).sees(f"{call.deadline:%Y}")
    agency.open(f"/en/calls/{call.slug}/amendments/").sees("Amendment 1")
    agency.open(f"/sv/calls/{call.slug}/amendments/")

    _demand_without_javascript(person("owner without scripts", javascript=False), world, hub)
    assert Call.objects.get(pk=call.pk).min_organisations == 2


def _change_a_text_and_extend(owner: Person, hub: str, call: Call) -> None:
    later = wall_clock(call.deadline + dt.timedelta(days=20), call.zone)
    owner.open(f"{hub}edit/").sees("gathered as an amendment").set("summary_en", CLEARER)
    owner.press("Gather the changes").sees("The change is gathered")
    owner.open(f"{hub}amendments/").sees("1 change waits").follow("Look through and publish")
    owner.set("reason_en", REASON).set("deadline", later)
    owner.press("Publish and tell 2 addresses").sees("Something must be put right")
    owner.tick("Change of substance").press("Publish and tell 2 addresses").sees("The amendment is published")
    owner.follow("Extend the deadline").set("reason_en", "Snow.")
    owner.press("Publish and tell").sees("Amendment 2: Extension of the deadline")


def _demand_without_javascript(owner: Person, world: World, hub: str) -> None:
    owner.sign_in_with_password(world.staff["f-no-programme", "owner"].email, PASSWORD)
    owner.open(f"{hub}edit/").set("min_organisations", "2").set("title_en", "Gone").press("Gather the changes")
    owner.open(f"{hub}amendments/review/").sees("2 gathered changes")
    owner.page.locator(".ws-change", has_text="Gone").get_by_role("button", name="Remove").click()
    owner.look().sees("1 change is left").set("reason_en", "Together you reach further.")
    owner.set("no_extension_reason_en", "There is time.").press("Publish and tell").sees("Amendment 3")
    owner.open(f"{hub}edit/").set("hours_to_write", "10").press("Gather the changes")
    owner.open(f"{hub}amendments/").follow("Discard").press("Discard the changes").sees("Nothing is gathered")
