"""What the public page of a call shows, and the version that a page of it is known by."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language

from accounts.enums import Country, OrganisationKind
from competition.enums import PUBLIC_PHASE, AccessMode, Phase, QuestionKind
from competition.models import (
    AccessException,
    Call,
    CallPage,
    Question,
    QuestionOption,
    QuestionSection,
    ReceiptTree,
    Sketch,
    Topic,
)
from competition.public_sections import Shown, sections_of
from competition.selectors.exceptions import PublicException, public_exceptions
from competition.selectors.public import phases
from competition.texts import spoken

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
_TOPICS, _HAS_EXCEPTIONS = "_public_topics", "_has_public_exceptions"


@dataclass(frozen=True)
class Words:
    """A text in one column per language, read without its row."""

    texts: dict[str, str]

    def __getattr__(self, name: str) -> str:
        """As a row of the model answers `label_nb`, so that filters know no difference."""
        if name.startswith("label_") and name.removeprefix("label_") in LANGUAGES:
            return self.texts.get(name.removeprefix("label_")) or ""
        raise AttributeError(name)


@dataclass(frozen=True)
class Asked:
    """One question as an applicant will meet it. only_after: answers to `question.shown_if` that bring it up."""

    question: Question
    options: list[Words]
    only_after: list[Words]

    @property
    def is_text(self) -> bool:
        return self.question.kind in (QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT)


@dataclass(frozen=True)
class AskedSection:
    section: QuestionSection | None
    questions: list[Asked]


def addresses_of(call: Call) -> list[tuple[str, str]]:
    """(code, address) of the call's page in each language that the call has; elsewhere it is shown in one of them."""
    rest = reverse("competition:call", args=[call.slug]).removeprefix(f"/{get_language()}/")
    return [(code, f"/{code}/{rest}") for code in call.languages]


@dataclass(frozen=True)
class CallFacts:
    """What a call's public page shows beside the texts of the call itself."""

    call: Call
    now: dt.datetime
    phase: Phase
    label: str | Promise
    phases: list[dict[str, Any]]
    asked: list[AskedSection]
    eligible: list[str | Promise]
    countries: list[str | Promise]
    topics: list[Words]
    start_url: str
    my_sketches: list[Sketch]
    tree: ReceiptTree | None
    language: str
    exceptions: list[PublicException] = field(default_factory=list)
    sections: dict[str, list[Shown]] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.phase == Phase.OPEN

    @property
    def is_coming(self) -> bool:
        return self.phase == Phase.ANNOUNCED

    @property
    def phases_next(self) -> list[dict[str, Any]]:
        """The phase bar as it will be at the opening or the deadline that comes next; empty without one."""
        if self.is_open:
            return phases(self.call, self.call.deadline)
        return phases(self.call, self.call.opens_at) if self.is_coming else []

    @property
    def by_code(self) -> bool:
        return self.call.access == AccessMode.CODE

    @property
    def late_count(self) -> int:
        """How many versions came behind the seal, by an exception."""
        return self.tree.size - (self.tree.sealed_size or 0) if self.tree else 0

    @property
    def questions_count(self) -> int:
        return sum(len(section.questions) for section in self.asked)

    @property
    def fallback(self) -> str:
        """The language in which the call is shown, where it is not the reader's; otherwise empty."""
        return "" if self.language == get_language() else self.language

    @property
    def other_languages(self) -> list[tuple[str, str]]:
        """(code, address) of the page in each language that the call has."""
        return addresses_of(self.call)


def live_page(slug: str, language: str) -> CallPage | None:
    """The live page of a published call in the language, with everything its template follows; one query."""
    page = (
        CallPage.objects.live()
        .filter(call__slug=slug, call__published_at__isnull=False, locale__language_code=language)
        .select_related("call__programme__organisation", "call__receipt_tree", "locale")
        .annotate(topic_labels=_topic_labels("call_id"), has_exceptions=_has_exceptions("call_id"))
        .first()
    )
    if page is not None:
        _remember_topics(page.call, page.topic_labels)
        page.call.__dict__[_HAS_EXCEPTIONS] = page.has_exceptions
    return page


def published_call(slug: str) -> Call | None:
    """The published call with everything its page follows, for a language in which it has no page; one query."""
    call = (
        Call.objects.published()
        .filter(slug=slug)
        .select_related("programme__organisation", "receipt_tree")
        .annotate(topic_labels=_topic_labels("pk"), has_exceptions=_has_exceptions("pk"))
        .first()
    )
    if call is not None:
        _remember_topics(call, call.topic_labels)
        call.__dict__[_HAS_EXCEPTIONS] = call.has_exceptions
    return call


def call_facts(call: Call, user, now: dt.datetime) -> CallFacts:
    """Everything the page of a call needs. Queries: questions, own sketches, and those of the sections."""
    phase = call.phase_at(now)
    mine: list[Sketch] = []
    if user is not None and user.is_authenticated:
        mine = list(Sketch.objects.written_by(user).filter(call=call).select_related("current_version").order_by("pk"))
    return CallFacts(
        call=call,
        now=now,
        phase=phase,
        label=PUBLIC_PHASE.get(phase, ""),
        phases=phases(call, now),
        asked=questions_by_section(call),
        eligible=[OrganisationKind(kind).label for kind in call.eligible_kinds],
        countries=[Country(code).label for code in call.eligible_countries],
        topics=_topics_of(call),
        start_url=reverse("competition:start", args=[call.slug]),
        my_sketches=mine,
        tree=_sealed_tree(call, now),
        language=spoken(call, "title", get_language() or call.default_language)[1],
        exceptions=_exceptions_of(call),
        sections=sections_of(call, user, now),
    )


def questions_by_section(call: Call) -> list[AskedSection]:
    """The form in order: first what stands in no section, then section by section. One query."""
    sections: dict[int | None, AskedSection] = {}
    asked = call.questions.select_related("section", "shown_if").annotate(
        offered=_option_labels("pk"), of_condition=_option_labels("shown_if_id")
    )
    for question in asked.order_by(F("section__order").asc(nulls_first=True), "section_id", "order", "pk"):
        after = [row for row in question.of_condition if row["code"] in question.shown_if_codes]
        group = sections.setdefault(question.section_id, AskedSection(question.section, []))
        group.questions.append(Asked(question, _words(question.offered), _words(after)))
    return list(sections.values())


def _sealed_tree(call: Call, now: dt.datetime) -> ReceiptTree | None:
    tree = getattr(call, "receipt_tree", None)
    return tree if now >= call.deadline and tree is not None and tree.sealed_at is not None else None


def _has_exceptions(of: str) -> Exists:
    return Exists(AccessException.objects.standing().filter(call=OuterRef(of)))


def _exceptions_of(call: Call) -> list[PublicException]:
    """No query for a call that is known to have none, as most have."""
    if not call.__dict__.get(_HAS_EXCEPTIONS, True):
        return []
    return public_exceptions(call, get_language() or call.default_language)


def _labels(rows: Any) -> ArraySubquery:
    columns = {code: F(f"label_{code}") for code in LANGUAGES}
    return ArraySubquery(rows.annotate(labels=JSONObject(code=F("code"), **columns)).values("labels"))


def _option_labels(of: str) -> ArraySubquery:
    return _labels(QuestionOption.objects.filter(question=OuterRef(of)).order_by("order", "pk"))


def _topic_labels(of: str) -> ArraySubquery:
    return _labels(Topic.objects.filter(calls=OuterRef(of)).order_by("code"))


def _words(rows: list[dict[str, str]]) -> list[Words]:
    return [Words({code: row[code] for code in LANGUAGES}) for row in rows]


def _remember_topics(call: Call, rows: list[dict[str, str]]) -> None:
    call.__dict__[_TOPICS] = _words(rows)


def _topics_of(call: Call) -> list[Words]:
    known = call.__dict__.get(_TOPICS)
    if known is not None:
        return known
    return [Words({code: getattr(topic, f"label_{code}") for code in LANGUAGES}) for topic in call.topics.all()]
