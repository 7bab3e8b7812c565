"""Reads of the pools of jurors: for those who run a programme, and for the jurors themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.http import Http404
from django.shortcuts import get_object_or_404

from competition.enums import ProgrammeRole
from competition.models import Programme
from competition.selectors.programmes import programmes_of
from notifications.models import Letter
from scoring.enums import JurorState, PoolState
from scoring.models import Juror, JurorProfile, JurorProfileTopic

SECRETARIAT = (ProgrammeRole.OWNER, ProgrammeRole.CALL_MANAGER, ProgrammeRole.JURY_SECRETARY)
WORDS_AT_MOST = 100


@dataclass(frozen=True)
class PoolRow:
    """One person of a pool. seats: in juries that are not over, invited or accepted."""

    profile: JurorProfile
    topics: list[str]
    languages: list[str]
    seats: int

    @property
    def employer(self) -> str:
        return self.profile.organisation.name if self.profile.organisation else self.profile.employer

    @property
    def more_topics(self) -> int:
        return max(0, len(self.topics) - 3)


def get_pool_programme(user, pk: int) -> Programme:
    """The programme, for those who run its juries. Raises Http404: not yours looks like not there."""
    if not user.is_authenticated:
        raise Http404
    return get_object_or_404(programmes_of(user, roles=SECRETARIAT).select_related("organisation"), pk=pk)


def pool_of(programme: Programme, filters: dict[str, str] | None = None) -> QuerySet[JurorProfile]:
    """The people of the pool by name, with `seats`. filters: q, topic (code), language, sector, seniority, state.

    A state that is not asked for: whoever is not used any more is left out.
    """
    asked = {name: value for name, value in (filters or {}).items() if value}
    profiles = programme.juror_profiles.select_related("user", "organisation").annotate(seats=_seats())
    state = asked.pop("state", "")
    profiles = profiles.filter(state=state) if state else profiles.exclude(state=PoolState.INACTIVE)
    if words := asked.pop("q", "")[:WORDS_AT_MOST].replace("\x00", "").strip():
        profiles = profiles.filter(_matching(words))
    if topic := asked.pop("topic", ""):
        profiles = profiles.filter(
            Exists(JurorProfileTopic.objects.filter(profile=OuterRef("pk"), topic__code=topic, strength__gt=0))
        )
    if language := asked.pop("language", ""):
        profiles = profiles.filter(languages__contains=[language])
    for name in ("sector", "seniority"):
        if name in asked:
            profiles = profiles.filter(**{name: asked[name]})
    return profiles.order_by("user__name", "user__email", "pk")


def _matching(words: str) -> Q:
    columns = ("user__name", "user__email", "organisation__name", "employer", "region")
    found = Q()
    for column in columns:
        found |= Q(**{f"{column}__icontains": words})
    return found


def _seats() -> Coalesce:
    current = Juror.objects.filter(
        user=OuterRef("user"),
        state__in=(JurorState.INVITED, JurorState.ACCEPTED),
        call__programme=OuterRef("programme"),
        call__recommended_at=None,
        call__cancelled_at=None,
    ).order_by()
    counted = current.values("user").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def pool_rows(profiles: Iterable[JurorProfile]) -> list[PoolRow]:
    """The profiles of one page with their topics; one query beside that of the profiles."""
    profiles = list(profiles)
    topics: dict[int, list[str]] = defaultdict(list)
    known = JurorProfileTopic.objects.filter(profile__in=profiles, strength__gt=0).select_related("topic")
    for strength in known.order_by("-strength", "topic__code"):
        topics[strength.profile_id].append(strength.topic.label)
    return [
        PoolRow(profile, topics[profile.pk], list(profile.languages), vars(profile).get("seats", 0))
        for profile in profiles
    ]


def get_profile(programme: Programme, pk: int) -> JurorProfile:
    """Raises Http404."""
    return get_object_or_404(programme.juror_profiles.select_related("user", "organisation", "programme"), pk=pk)


def profile_strengths(profile: JurorProfile) -> dict[int, float]:
    """{primary key of the topic: how well the person knows it}."""
    return {topic: float(strength) for topic, strength in profile.topic_strengths.values_list("topic", "strength")}


def own_profiles(user) -> list[PoolRow]:
    """The pools that the person is in. Two queries."""
    mine = JurorProfile.objects.filter(user=user).select_related("programme__organisation", "organisation", "user")
    return pool_rows(mine.order_by("programme__name", "pk"))


def get_own_profile(user, pk: int) -> JurorProfile:
    """Raises Http404 for everybody else."""
    mine = JurorProfile.objects.filter(user=user).select_related("programme__organisation", "organisation", "user")
    return get_object_or_404(mine, pk=pk)


def own_data(user) -> list[dict[str, Any]]:
    """Everything that pools hold about the person, as JSON can hold it."""
    return [
        {
            "programme": row.profile.programme.name,
            "employer": row.employer,
            "employer_number": row.profile.organisation.number if row.profile.organisation else "",
            "sector": row.profile.sector,
            "experience": row.profile.seniority,
            "region": row.profile.region,
            "languages": row.languages,
            "sketches_at_most": row.profile.capacity,
            "state": row.profile.state,
            "added_at": row.profile.added_at.isoformat(),
            "confirmed_at": row.profile.confirmed_at.isoformat() if row.profile.confirmed_at else None,
            "topics": {
                strength.topic.code: float(strength.strength)
                for strength in row.profile.topic_strengths.select_related("topic").order_by("topic__code")
            },
        }
        for row in own_profiles(user)
    ]


def profiles_without_letter(*, programme_id: int | None = None, at_most: int = 500) -> list[JurorProfile]:
    """People who have not been told that they are in a pool."""
    occasion = Concat(Value("juror-pool:"), Cast("pk", CharField()), output_field=CharField())
    profiles = JurorProfile.objects.annotate(occasion=occasion)
    if programme_id is not None:
        profiles = profiles.filter(programme=programme_id)
    untold = profiles.filter(~Exists(Letter.objects.filter(occasion=OuterRef("occasion"))), user__is_active=True)
    return list(untold.select_related("user", "programme__organisation").order_by("pk")[:at_most])


def pool_facts(programme_id: int, user_id: int) -> dict[str, Any]:
    """{column of a seat: value} that the programme's pool knows of the person; empty where it knows nothing."""
    columns = ("sector", "seniority", "region", "languages")
    found = JurorProfile.objects.filter(programme=programme_id, user=user_id).values(*columns).first()
    return dict(found or {})
