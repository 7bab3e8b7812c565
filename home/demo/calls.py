"""Sets up a call of the demo through the owner's services."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings

from accounts.models import User
from competition.enums import ProgrammeRole
from competition.models import Call
from competition.services.calls import create_call, publish_call
from home.demo.world import World, data
from scoring.models import Criterion


def call_data(key: str) -> dict[str, Any]:
    return next(call for call in data()["calls"] if call["id"] == key)


def owner_of(world: World, key: str) -> User:
    return world.staff[call_data(key)["owner"], ProgrammeRole.OWNER]


def staff_of(world: World, key: str, role: ProgrammeRole) -> User:
    """Somebody with the role in the call's programme; small programmes have only an owner for most of them."""
    programme = call_data(key)["owner"]
    return world.staff.get((programme, role), world.staff[programme, ProgrammeRole.OWNER])


def set_up_call(
    world: World, key: str, *, slug: str, opens_at: dt.datetime, deadline: dt.datetime, **dates: dt.datetime | None
) -> Call:
    """Create and publish a call from demo.json with the given instants (aware)."""
    row = call_data(key)
    owner = owner_of(world, key)
    # Held at another time, a competition bears the year of its own deadline.
    texts = {f"title_{code}": row["title"][code].replace("2017", str(deadline.year)) for code in row["languages"]}
    texts |= {f"summary_{code}": row["summary"][code] for code in row["languages"]}
    texts |= {f"how_judged_{code}": data()["how_judged"][code] for code in row["languages"]}
    call = create_call(
        by=owner,
        programme=world.programmes[row["owner"]],
        slug=slug,
        languages=row["languages"],
        default_language=row["default_language"],
        timezone=row["timezone"],
        currency=row["currency"],
        eligible_kinds=row["eligible_kinds"],
        min_organisations=row.get("min_applicant_organisations", 1),
        budget=row.get("budget"),
        max_per_project=row.get("max_per_project") or row.get("numbers", {}).get("max_per_project"),
        opens_at=opens_at,
        deadline=deadline,
        **dates,
        **texts,
    )
    for code, weight in row.get("weights", {}).items():
        Criterion.objects.filter(call=call, code=code).update(weight=weight)
    publish_call(by=owner, call=call)
    call.refresh_from_db()
    return call


def language_of(call: Call, wanted: str) -> str:
    """The language a sketch of this call is written in."""
    return wanted if wanted in dict(settings.LANGUAGES) else call.default_language
