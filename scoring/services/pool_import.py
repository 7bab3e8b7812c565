"""People taken into a pool from a list that somebody has looked through and confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from wagtail.log_actions import log

from accounts.guards import require
from accounts.models import Organisation, User
from competition import clock
from competition.models import Programme, Topic
from scoring import signals
from scoring.models import JurorProfile
from scoring.services.pool import LANGUAGES, set_topics


@transaction.atomic
def import_to_pool(*, by: User, programme: Programme, entries: Iterable[dict[str, Any]], language: str) -> int:
    """Take people into the pool. entries: of `check_table`, or read back from where they were kept.

    Whoever is in the pool by now, or has closed the account, is passed over. Everybody new is told by letter, soon.
    Returns how many came in. Nine queries at any length.
    """
    require("scoring.manage_pool", by, programme)
    wanted = {entry["email"]: entry for entry in entries}
    users = _users_of(wanted, language)
    present = set(programme.juror_profiles.filter(user__in=users.values()).values_list("user", flat=True))
    organisations = set(
        Organisation.objects.filter(pk__in={entry["organisation"] for entry in wanted.values()} - {None}).values_list(
            "pk", flat=True
        )
    )
    now = clock.database_now()
    profiles = JurorProfile.objects.bulk_create(
        [
            _profile(programme, users[email], entry, organisations, now)
            for email, entry in wanted.items()
            if email in users and users[email].pk not in present
        ],
        batch_size=1000,
    )
    topics = {topic.code: topic for topic in Topic.objects.all()}
    by_user = {user.pk: wanted[email]["topics"] for email, user in users.items()}
    set_topics(
        {
            profile.pk: {
                topics[code]: Decimal(value) for code, value in by_user[profile.user_id].items() if code in topics
            }
            for profile in profiles
        }
    )
    if profiles:
        log(instance=programme, action="scoring.add_to_pool", user=by, data={"profiles": len(profiles)})
        signals.pool_grew.send(sender=JurorProfile, programme=programme)
    return len(profiles)


def _strengths(said: dict[str, str], topics: dict[str, Topic]) -> dict[Topic, Decimal]:
    return {topics[code]: Decimal(value) for code, value in said.items() if code in topics}


def _profile(programme: Programme, user: User, entry: dict[str, Any], organisations: set[int], now) -> JurorProfile:
    organisation = entry["organisation"] if entry["organisation"] in organisations else None
    plain = {name: entry[name] for name in ("employer", "sector", "seniority", "region", "languages", "capacity")}
    return JurorProfile(programme=programme, user=user, organisation_id=organisation, added_at=now, **plain)


def _users_of(wanted: dict[str, dict[str, Any]], language: str) -> dict[str, User]:
    """{address: the active person behind it}, with those made who were not there: as find_or_create_user makes one."""
    found = {user.email: user for user in User.objects.filter(email__in=wanted)}
    code = language if language in LANGUAGES else settings.LANGUAGE_CODE
    new = [
        User(email=email, name=entry["name"], language=code, password="!")  # noqa: S106 - no password works
        for email, entry in wanted.items()
        if email not in found
    ]
    User.objects.bulk_create(new, ignore_conflicts=True, batch_size=1000)
    made = {user.email: user for user in User.objects.filter(email__in=[user.email for user in new])}
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=user, email=user.email, primary=True) for user in made.values()],
        ignore_conflicts=True,
        batch_size=1000,
    )
    return {email: user for email, user in (found | made).items() if user.is_active}
