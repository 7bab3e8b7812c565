"""A programme's standing pool of jurors: who is in it, and what is known of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from accounts.errors import InvalidInput, NotAllowed
from accounts.guards import require
from accounts.models import Organisation, User
from accounts.services import find_or_create_user
from competition import clock
from competition.errors import StaleEdit
from competition.models import Programme, Topic
from notifications.enums import LetterKind
from notifications.links import link
from notifications.services import write_letter
from scoring import signals
from scoring.enums import PoolState, Sector, Seniority
from scoring.models import Juror, JurorProfile, JurorProfileTopic
from scoring.models.pool import CAPACITY_AT_MOST

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
COLUMNS = ("organisation", "employer", "sector", "seniority", "region", "languages", "capacity")


@dataclass(frozen=True)
class Facts:
    """What a pool knows of somebody. topics: topic -> how well the person knows it, from 0 to 1.

    `employer`: the name of one that is not registered here; with an `organisation` it is not kept.
    """

    organisation: Organisation | None = None
    employer: str = ""
    sector: str = ""
    seniority: str = ""
    region: str = ""
    languages: tuple[str, ...] = ()
    capacity: int = 20
    topics: Mapping[Topic, Decimal | float] = field(default_factory=dict)

    def columns(self) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in COLUMNS}
        employer = "" if self.organisation else self.employer.strip()
        return values | {"employer": employer, "region": self.region.strip(), "languages": sorted(self.languages)}


def problems_of(facts: Facts) -> dict[str, str | Promise]:
    """{field: what is wrong with it}."""
    errors: dict[str, str | Promise] = {}
    if facts.sector and facts.sector not in Sector.values:
        errors["sector"] = _("There is no such sector.")
    if facts.seniority and facts.seniority not in Seniority.values:
        errors["seniority"] = _("There is no such level of experience.")
    if not 1 <= facts.capacity <= CAPACITY_AT_MOST:
        errors["capacity"] = _("Somebody who judges takes at least one sketch, and at most %(most)s.") % {
            "most": CAPACITY_AT_MOST
        }
    if set(facts.languages) - set(LANGUAGES):
        errors["languages"] = _("There is no such language here.")
    if any(not 0 <= float(strength) <= 1 for strength in facts.topics.values()):
        errors["topics"] = _("How well a juror knows a topic is a number from 0 to 1.")
    return errors


@transaction.atomic
def add_to_pool(
    *, by: User, programme: Programme, email: str, facts: Facts, name: str = "", language: str = ""
) -> JurorProfile:
    """Take somebody into the pool; a letter says so, and where to correct it or leave. Raises InvalidInput.

    name: what the person is shown as, if nobody has signed in at the address yet.
    """
    require("scoring.manage_pool", by, programme)
    errors = problems_of(facts)
    try:
        validate_email(email.strip())
    except ValidationError as error:
        errors["email"] = error.messages[0]
    if errors:
        raise InvalidInput(errors)
    user = find_or_create_user(email=email.strip(), language=language or settings.LANGUAGE_CODE)
    if not user.is_active:
        raise InvalidInput({"email": _("The account of this address is closed.")})
    if JurorProfile.objects.filter(programme=programme, user=user).exists():
        raise InvalidInput({"email": _("This person is in the pool already.")})
    if name.strip() and not user.name and user.last_login is None:
        user.name = name.strip()[:120]
        user.save(update_fields=["name"])
    profile = JurorProfile.objects.create(
        programme=programme, user=user, added_at=clock.database_now(), **facts.columns()
    )
    _set_topics(profile, facts.topics)
    log(instance=programme, action="scoring.add_to_pool", user=by, data={"profiles": 1})
    signals.pool_grew.send(sender=JurorProfile, programme=programme)
    return profile


@transaction.atomic
def change_profile(
    *, by: User, profile: JurorProfile, facts: Facts, state: str, expected: int | None = None
) -> JurorProfile:
    """Correct what the pool knows, or stop asking somebody. expected: the revision that the form showed.

    Raises InvalidInput, StaleEdit.
    """
    require("scoring.manage_pool", by, profile.programme)
    if state not in PoolState.values:
        raise InvalidInput({"state": _("There is no such state.")})
    changed = _change(profile, facts, state, expected)
    log(instance=profile.programme, action="scoring.change_profile", user=by, data={"profile": profile.pk})
    return changed


@transaction.atomic
def change_own_profile(
    *, by: User, profile: JurorProfile, facts: Facts, pause: bool, expected: int | None = None
) -> JurorProfile:
    """The person's own word on themselves, which also confirms it. `pause`: not to be asked for now.

    Whom the programme does not use any more stays so. Raises NotAllowed, InvalidInput, StaleEdit.
    """
    if profile.user_id != by.pk:
        raise NotAllowed(_("You have no access to this."))
    ended = profile.state == PoolState.INACTIVE
    state = PoolState.INACTIVE if ended else PoolState.PAUSED if pause else PoolState.ACTIVE
    changed = _change(profile, facts, state, expected)
    changed.confirmed_at = clock.database_now()
    changed.save(update_fields=["confirmed_at"])
    log(instance=profile.programme, action="scoring.correct_profile", user=by, data={"profile": profile.pk})
    return changed


@transaction.atomic
def leave_pool(*, by: User, profile: JurorProfile) -> None:
    """Take oneself out of the pool: nothing of the profile stays. Seats in juries are another matter."""
    if profile.user_id != by.pk:
        raise NotAllowed(_("You have no access to this."))
    log(instance=profile.programme, action="scoring.leave_pool", user=by, data={"profile": profile.pk})
    JurorProfile.objects.filter(pk=profile.pk).delete()


@transaction.atomic
def write_pool_letters(*, profiles: list[JurorProfile]) -> int:
    """Tell people that they are in a pool, each once. Returns how many letters there are now."""
    for profile in profiles:
        language = profile.user.language
        write_letter(
            occasion=pool_occasion(profile.pk),
            kind=LetterKind.JUROR_POOL,
            recipient=profile.user.email,
            language=language,
            context={"programme": profile.programme, "url": link(language, "scoring:profiles")},
        )
    return len(profiles)


def pool_occasion(pk: int) -> str:
    return f"juror-pool:{pk}"


@transaction.atomic
def forget_person(*, user: User) -> None:
    """What is a person's alone goes with the account: profiles, and what was written when declining a seat."""
    JurorProfile.objects.filter(user=user).delete()
    Juror.objects.filter(user=user).exclude(decline_reason="").update(decline_reason="")


def set_topics(rows: Mapping[int, Mapping[Topic, Decimal | float]]) -> None:
    """rows: primary key of a profile -> topics. For profiles that have none yet."""
    JurorProfileTopic.objects.bulk_create(
        JurorProfileTopic(profile_id=pk, topic=topic, strength=Decimal(str(value)))
        for pk, topics in rows.items()
        for topic, value in topics.items()
    )


def _change(profile: JurorProfile, facts: Facts, state: str, expected: int | None) -> JurorProfile:
    if errors := problems_of(facts):
        raise InvalidInput(errors)
    locked = JurorProfile.objects.select_for_update(of=("self",)).select_related("user", "programme", "organisation")
    found = locked.get(pk=profile.pk)
    wanted = facts.columns() | {"state": state}
    if expected is not None and expected != found.revision:
        theirs = {name: getattr(found, name) for name, value in wanted.items() if getattr(found, name) != value}
        raise StaleEdit(theirs, revision=found.revision)
    for name, value in wanted.items():
        setattr(found, name, value)
    found.revision += 1
    found.save(update_fields=[*wanted, "revision"])
    _set_topics(found, facts.topics)
    return found


def _set_topics(profile: JurorProfile, topics: Mapping[Topic, Decimal | float]) -> None:
    profile.topic_strengths.all().delete()
    set_topics({profile.pk: topics})
