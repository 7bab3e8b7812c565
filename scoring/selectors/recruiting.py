"""Reads for filling a jury: whom to choose, whom others suggest, and who was reminded when."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import Membership
from competition.enums import CoApplicantState
from competition.models import Call, CoApplicant
from competition.selectors.vetoes import without_vetoed
from notifications.enums import LetterKind
from notifications.models import Letter
from scoring.enums import JurorState, SuggestionState
from scoring.models import Juror, JurorProfile, JurorSuggestion
from scoring.selectors.impartiality import sketches_to_declare
from scoring.selectors.pool import PoolRow, pool_rows


@dataclass(frozen=True)
class Candidate:
    """Somebody of the pool. seat: the state of a seat in this jury, or "".

    conflicts: sketches behind which an organisation of the person stands; None before the deadline.
    """

    row: PoolRow
    seat: str
    conflicts: int | None

    @property
    def is_free(self) -> bool:
        return self.seat in ("", JurorState.DECLINED, JurorState.REMOVED)

    @property
    def seat_label(self) -> str:
        return str(JurorState(self.seat).label) if self.seat else ""


def candidates(call: Call, profiles: Iterable[JurorProfile], *, user, now: dt.datetime) -> list[Candidate]:
    """The profiles of one page as candidates for the jury. At most five queries beside that of the profiles."""
    rows = pool_rows(profiles)
    people = [row.profile.user_id for row in rows]
    seats = dict(call.jurors.filter(user__in=people).values_list("user", "state"))
    counts = _sketches_by_organisation(call, user) if call.deadline <= now else None
    employers: dict[int, set[int]] = defaultdict(set)
    if counts is not None:
        for person, organisation in Membership.objects.filter(user__in=people).values_list("user", "organisation"):
            employers[person].add(organisation)
    return [
        Candidate(
            row=row,
            seat=seats.get(row.profile.user_id, ""),
            conflicts=None
            if counts is None
            else _conflicts(counts, [*employers[row.profile.user_id], row.profile.organisation_id]),
        )
        for row in rows
    ]


def _sketches_by_organisation(call: Call, user) -> dict[int, set[int]]:
    """{organisation: the sketches it stands behind}, without those that the reader must not know of."""
    seen = without_vetoed(sketches_to_declare(call), user)
    found: dict[int, set[int]] = defaultdict(set)
    for sketch, organisation in seen.values_list("pk", "organisation"):
        found[organisation].add(sketch)
    joined = CoApplicant.objects.filter(sketch__in=seen, state=CoApplicantState.CONFIRMED, organisation__isnull=False)
    for sketch, organisation in joined.values_list("sketch", "organisation"):
        found[organisation].add(sketch)
    return found


def _conflicts(counts: dict[int, set[int]], organisations: Iterable[int | None]) -> int:
    return len(set().union(*(counts.get(one, set()) for one in organisations if one is not None)))


def pooled_by_address(call: Call, addresses: Iterable[str]) -> dict[str, int]:
    """{address: primary key of the profile in the programme's pool}."""
    profiles = JurorProfile.objects.filter(programme=call.programme_id, user__email__in=list(addresses))
    return dict(profiles.values_list("user__email", "pk"))


def seated_addresses(call: Call, addresses: Iterable[str]) -> set[str]:
    """Those of the addresses that are invited to the jury, or sit in it."""
    seats = call.jurors.filter(user__email__in=list(addresses), state__in=(JurorState.INVITED, JurorState.ACCEPTED))
    return set(seats.values_list("user__email", flat=True))


def chosen_profiles(call: Call, keys: Iterable[int]) -> list[JurorProfile]:
    """The people of the programme's pool with these keys, by address."""
    chosen = JurorProfile.objects.filter(programme=call.programme_id, pk__in=list(keys))
    return list(chosen.select_related("user", "organisation").order_by("user__email"))


def open_suggestions(call: Call) -> QuerySet[JurorSuggestion]:
    return call.juror_suggestions.filter(state=SuggestionState.OPEN).select_related("made_for__user", "call")


def get_suggestion(call: Call, pk: int) -> JurorSuggestion | None:
    return open_suggestions(call).filter(pk=pk).first()


@dataclass(frozen=True)
class Waiting:
    """An invitation without an answer. reminded: when letters of reminder were written."""

    juror: Juror
    expired: bool
    reminded: list[dt.datetime]


def waiting_invitations(call: Call, now: dt.datetime) -> list[Waiting]:
    """Everybody who has not answered, with the reminders of the invitation that stands. Two queries."""
    jurors = list(call.jurors.filter(state=JurorState.INVITED).select_related("user").order_by("invited_at", "pk"))
    letters: dict[str, list[dt.datetime]] = defaultdict(list)
    written = Letter.objects.filter(
        kind=LetterKind.JURY_INVITATION_REMINDER, recipient__in=[juror.user.email for juror in jurors]
    )
    for occasion, created in written.order_by("created_at").values_list("occasion", "created_at"):
        letters[occasion.rpartition(":")[0]].append(created)
    return [
        Waiting(
            juror=juror,
            expired=juror.answer_by is not None and juror.answer_by <= now,
            reminded=letters[f"jury-invitation-reminder:{juror.nonce}"],
        )
        for juror in jurors
    ]
