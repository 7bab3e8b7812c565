"""Questions about a call: as everybody reads them, as the asker follows them, and as the owner handles them."""

from __future__ import annotations

import datetime as dt
import functools
import operator
from dataclasses import dataclass

from django.db.models import Case, CharField, Count, F, Max, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.db.models.lookups import Exact
from modeltranslation.utils import resolution_order

from competition.display import LANGUAGES
from competition.enums import EnquiryState, Phase
from competition.models import Call, Enquiry
from competition.texts import spoken

SEARCH_AT_MOST = 200
TAKING_QUESTIONS = (Phase.ANNOUNCED, Phase.OPEN)
TEXTS = ("question", "answer")

# The state as SQL; Enquiry.state says the same of one question.
_ANSWERED = functools.reduce(operator.or_, (Q(**{f"answer_{code}__gt": ""}) for code in LANGUAGES))
_STATE = Case(
    When(merged_into__isnull=False, then=Value(EnquiryState.MERGED)),
    When(published_at__isnull=False, then=Value(EnquiryState.PUBLISHED)),
    When(declined_at__isnull=False, then=Value(EnquiryState.DECLINED)),
    When(_ANSWERED, then=Value(EnquiryState.ANSWERED)),
    default=Value(EnquiryState.NEW),
    output_field=CharField(),
)


@dataclass(frozen=True)
class PublishedEnquiry:
    """A question with its answer, as everybody reads them; nothing here says who asked, or when.

    question_language, answer_language: the code of a text that is not in the reader's language; otherwise "".
    """

    number: int
    question: str
    question_language: str
    answer: str
    answer_language: str
    published_at: dt.datetime
    changed_at: dt.datetime | None


def questions_close_at(call: Call) -> dt.datetime:
    """Until when questions may be asked."""
    return min(call.questions_until or call.deadline, call.deadline)


def takes_questions_at(call: Call, now: dt.datetime) -> bool:
    return call.phase_at(now) in TAKING_QUESTIONS and now < questions_close_at(call)


def answers_change_at(call: Call, now: dt.datetime) -> bool:
    """Whether answers may be published and changed: until the deadline, also after the last day for questions."""
    return call.phase_at(now) in TAKING_QUESTIONS


def search_words(search: str) -> list[str]:
    return search.replace("\x00", " ")[:SEARCH_AT_MOST].split()


def published_enquiries(call: Call, language: str, search: str = "") -> list[PublishedEnquiry]:
    """The published questions in their order, those that hold every word of the search; one query.

    Words match inside longer ones: Scandinavian compounds are written together.
    """
    found = _with_words(Enquiry.objects.published().filter(call=call), language, search)
    return [as_published(row, language) for row in found.order_by("number")]


def search_enquiries(search: str, language: str, now: dt.datetime) -> QuerySet[Enquiry]:
    """Published questions of every published call that hold every word of the search, with their calls."""
    calls = Call.objects.filter(published_at__lte=now, archived_at=None)
    found = _with_words(Enquiry.objects.published().filter(call__in=calls), language, search)
    return found.select_related("call").order_by("-published_at", "pk")


def _with_words(rows: QuerySet[Enquiry], language: str, search: str) -> QuerySet[Enquiry]:
    if not (words := search_words(search)):
        return rows
    shown = rows.annotate(**{f"shown_{name}": _shown(name, language) for name in TEXTS})
    return shown.filter(functools.reduce(operator.and_, (_holds(word) for word in words)))


def as_published(row: Enquiry, language: str) -> PublishedEnquiry:
    """One question in the reader's language, or in the nearest that has it."""
    question, question_language = spoken(row, "question", language)
    answer, answer_language = spoken(row, "answer", language)
    if row.published_at is None:
        raise ValueError("the question is not published")
    return PublishedEnquiry(
        number=row.number or 0,
        question=question,
        question_language="" if question_language == language else question_language,
        answer=answer,
        answer_language="" if answer_language == language else answer_language,
        published_at=row.published_at,
        changed_at=row.changed_at,
    )


def _holds(word: str) -> Q:
    return Q(shown_question__icontains=word) | Q(shown_answer__icontains=word)


def _shown(name: str, language: str) -> Coalesce:
    texts = (NullIf(F(f"{name}_{code}"), Value("")) for code in resolution_order(language))
    return Coalesce(*texts, Value(""), output_field=TextField())


def own_enquiries(user) -> QuerySet[Enquiry]:
    """What the person has asked, the latest first."""
    return (
        Enquiry.objects.filter(asked_by=user)
        .select_related("call", "organisation", "merged_into")
        .order_by("-asked_at", "-pk")
    )


def enquiry_rows(call: Call, *, state: str = "", search: str = "") -> QuerySet[Enquiry]:
    """For the owner's list: those that wait first, in the order they came; each with its state as `stands`."""
    rows = call.enquiries.annotate(stands=_STATE).select_related("organisation", "merged_into")
    if state in EnquiryState.values:
        rows = rows.filter(Exact(_STATE, state))
    for word in search_words(search):
        columns = (f"{name}_{code}" for name in TEXTS for code in LANGUAGES)
        rows = rows.filter(
            functools.reduce(operator.or_, (Q(**{f"{column}__icontains": word}) for column in (*columns, "text")))
        )
    waits = Case(
        When(published_at=None, merged_into=None, declined_at=None, then=Value(0)),
        default=Value(1),
    )
    return rows.order_by(waits, "number", "asked_at", "pk")


def enquiry_counts(call: Call) -> dict[str, int]:
    """{state: number of questions}; states without any are absent."""
    rows = call.enquiries.annotate(stands=_STATE).order_by()
    return dict(rows.values_list("stands").annotate(number=Count("pk")))


def waiting_enquiries(call: Call) -> int:
    """How many questions still need something from the owner."""
    return Enquiry.objects.waiting().filter(call=call).count()


def enquiry_of(call: Call, pk: int) -> Enquiry | None:
    return call.enquiries.select_related("call", "organisation", "merged_into").filter(pk=pk).first()


def chosen_enquiries(call: Call, keys: list[int] | None = None) -> list[Enquiry]:
    """Of the named ones (None: of all), those that are answered and not published."""
    rows = call.enquiries.annotate(stands=_STATE).filter(Exact(_STATE, EnquiryState.ANSWERED.value))
    return list((rows if keys is None else rows.filter(pk__in=keys)).order_by("asked_at", "pk"))


def merge_targets(enquiry: Enquiry) -> list[Enquiry]:
    """Questions of the call that this one may be the same as: the published ones, then those that wait."""
    rows = Enquiry.objects.filter(call=enquiry.call_id, merged_into=None, declined_at=None).exclude(pk=enquiry.pk)
    return list(rows.order_by(F("number").asc(nulls_last=True), "asked_at", "pk"))


def open_of(user, call: Call) -> int:
    """How many of the person's questions about the call wait for an answer."""
    return Enquiry.objects.waiting().filter(call=call, asked_by=user).count()


def last_number(call: Call) -> int:
    return call.enquiries.aggregate(last=Max("number"))["last"] or 0
