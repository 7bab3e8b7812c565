"""The public list of calls, narrowed by what a reader looks for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.enums import Country, OrganisationKind
from competition.models import Call, Programme, Topic
from competition.selectors.public import CLOSED, COMING, OPEN, CallGroups, grouped
from competition.selectors.search import with_words

STATES: tuple[tuple[str, str | Promise], ...] = ((OPEN, _("Open")), (COMING, _("Coming")), (CLOSED, _("Closed")))
ROWS = 50
WORDS_AT_MOST = 100  # signs


@dataclass(frozen=True)
class Choice:
    value: str
    label: str | Promise
    chosen: bool


@dataclass(frozen=True)
class Filter:
    """One select of the form; its first choice is none."""

    name: str
    label: str | Promise
    choices: list[Choice]


@dataclass(frozen=True)
class ListedCalls:
    """counts: (state, label, number the other filters leave, is chosen, query) of each. Closed calls come in pages."""

    filters: list[Filter]
    words: str
    groups: CallGroups
    counts: list[tuple[str, str | Promise, int, bool, str]]
    is_filtered: bool
    page: int
    pages: int
    query: str

    @property
    def is_empty(self) -> bool:
        return not (self.groups.open or self.groups.coming or self.groups.closed)


def listed_calls(asked: Mapping[str, str], language: str, now: dt.datetime) -> ListedCalls:
    """The calls that answer to `asked`: state, topic, country, kind, programme (short name), q (words), page.

    Unknown values ask for nothing. Closed calls come in pages of 50. Three queries at any length.
    """
    words = " ".join(asked.get("q", "").replace("\x00", " ")[:WORDS_AT_MOST].split())
    filters = _filters(asked)
    chosen = {one.name: next((choice.value for choice in one.choices if choice.chosen), "") for one in filters}
    groups = grouped(_narrowed(chosen, words, language, now), now)
    state = next((code for code, _label in STATES if code == asked.get("state")), "")
    kept = {name: value for name, value in {**chosen, "q": words}.items() if value}
    counts = [
        (code, label, len(found), code == state, urlencode(kept | {"state": code}))
        for (code, label), (_code, found) in zip(STATES, groups, strict=True)
    ]
    shown = {code: found if state in ("", code) else [] for code, found in groups}
    pages = max(1, -(-len(shown[CLOSED]) // ROWS))
    wanted = asked.get("page", "")
    page = min(max(1, int(wanted)), pages) if wanted.isdecimal() and len(wanted) < 6 else 1
    shown[CLOSED] = shown[CLOSED][(page - 1) * ROWS : page * ROWS]
    return ListedCalls(
        filters=filters,
        words=words,
        groups=CallGroups(**shown),
        counts=counts,
        is_filtered=bool(kept or state),
        page=page,
        pages=pages,
        query=urlencode(kept | ({"state": state} if state else {})),
    )


def _filters(asked: Mapping[str, str]) -> list[Filter]:
    programmes = Programme.objects.filter(calls__published_at__isnull=False).distinct().order_by("name")
    offered = (
        ("topic", _("Topic"), [(topic.code, topic.label) for topic in Topic.objects.all()]),
        ("country", _("Country"), list(Country.choices)),
        ("kind", _("Who may apply"), list(OrganisationKind.choices)),
        ("programme", _("Programme"), [(programme.slug, programme.name) for programme in programmes]),
    )
    return [
        Filter(name, label, [Choice(value, text, value == asked.get(name)) for value, text in choices])
        for name, label, choices in offered
    ]


def _narrowed(chosen: Mapping[str, str], words: str, language: str, now: dt.datetime) -> QuerySet[Call]:
    calls = Call.objects.for_listing().filter(published_at__lte=now, archived_at=None)
    if topic := chosen["topic"]:
        calls = calls.filter(topics__code=topic)
    if country := chosen["country"]:  # a call that names no country is open to all of them
        calls = calls.filter(Q(eligible_countries=[]) | Q(eligible_countries__contains=[country]))
    if kind := chosen["kind"]:
        calls = calls.filter(eligible_kinds__contains=[kind])
    if programme := chosen["programme"]:
        calls = calls.filter(programme__slug=programme)
    return with_words(calls, words, language)
