"""A call made as a copy: criteria, checklist, previews, publishing, calling off. Also without JavaScript."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.utils import timezone

from competition.models import Call
from competition.workspace_fields import wall_clock
from home.demo.people import PASSWORD
from home.demo.world import World
from tests import factories
from tests.e2e.pages import Person, wait_for_mail


@pytest.mark.parametrize("javascript", [True, False])
def test_a_call_begins_as_a_copy_and_ends_called_off(
    world: World, person: Callable[..., Person], javascript: bool
) -> None:
    programme = world.programmes["f-no-programme"]
    older = factories.make_call(programme=programme, title_en="Needs of last year", budget=500)
    older.criteria.filter(code="need").update(weight=44)
    owner = person("owner", javascript=javascript)
    owner.sign_in_with_password("eier@program.example", PASSWORD, to="/admin/calls/")

    hub = _copy(owner, older)
    _criteria(owner, hub)
    _look_before(owner, hub)
    _publish(owner, hub)
    call = Call.objects.get(slug="needs-of-this-year")
    assert (call.copied_from, call.budget, call.criteria.get(code="need").weight) == (older, 500, 44)
    assert call.criteria.count() == 6

    writer = world.writers["f-no-fjordby"]
    factories.make_sketch(call=call, by=writer)
    owner.open(f"{hub}cancel/").sees("1 sketch becomes read-only").set("reason", "There is no money any more.")
    owner.press("Call off the competition", within="main").sees("The competition was called off")
    assert "There is no money any more." in wait_for_mail(writer.email, about="Behov i år").body
    visitor = person("visitor", javascript=javascript)
    visitor.open(f"/en/calls/{call.slug}/").sees("This call is cancelled").sees("There is no money any more.")


def _copy(owner: Person, older: Call) -> str:
    """The hub of the new call."""
    owner.open(f"/admin/calls/new/?copy={older.pk}").set("title", "Needs of this year")
    now = timezone.now()
    owner.set("opens_at", wall_clock(now - dt.timedelta(hours=1), older.zone))
    owner.set("deadline", wall_clock(now + dt.timedelta(days=50), older.zone))
    owner.press("Create the call").sees("Nobody can see it yet")
    return re.sub(r"edit/$", "", owner.path)


def _criteria(owner: Person, hub: str) -> None:
    owner.open(f"{hub}criteria/").set("new-name_en", "Courage").set("new-weight", "5")
    owner.press("Add the criterion").sees("The criteria were saved").sees("Courage")


def _look_before(owner: Person, hub: str) -> None:
    owner.open(f"{hub}publish/").sees("must be in place before the call can be published")
    owner.follow(re.compile("The title is missing in")).set("title_nb", "Behov i år").press("Save")
    owner.open(f"{hub}publish/").sees("The call can be published").sees("Nobody has been asked to sit in the jury yet")
    for audience, text in (("public", "Needs of this year"), ("agency", "Needs of this year"), ("juror", "An example")):
        owner.open(f"{hub}preview/{audience}/?language=en").sees("nobody else sees this page").sees(text)
    owner.open(f"{hub}preview/public/?language=nb").sees("Behov i år")


def _publish(owner: Person, hub: str) -> None:
    owner.open(f"{hub}publish/").press("Publish all the same").sees("The call is published")
