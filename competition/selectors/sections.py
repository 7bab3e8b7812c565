"""A sketch as its pages show it: sections of the form with their statuses, and where the sketch stands."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from competition.answers import is_empty, parse
from competition.conditions import asked
from competition.display import answer_text, freeze_question
from competition.enums import OPTION_KINDS, TEXT_KINDS, QuestionKind, SketchState
from competition.models import Answer, Attachment, Call, CoApplicant, Question, QuestionSection, Sketch, Topic
from competition.organisation_lists import as_lines
from competition.selectors.access import window_of
from competition.selectors.co_applicants import rows_of

FACTS = "facts"  # code of the page that gathers the short questions without a section
ALONE = (QuestionKind.LONG_TEXT, QuestionKind.FILE)


class SectionStatus(StrEnum):
    EMPTY = "empty"
    STARTED = "started"
    DONE = "done"
    OPTIONAL = "optional"


STATUS_LABEL = {
    SectionStatus.EMPTY: _("Not started"),
    SectionStatus.STARTED: _("Started"),
    SectionStatus.DONE: _("Done"),
    SectionStatus.OPTIONAL: _("Optional"),
}
STATUS_TONE = {SectionStatus.STARTED: "action", SectionStatus.DONE: "done"}


@dataclass(frozen=True)
class Section:
    """One page of the form: a long question or a file question alone, or all short ones of a section together.

    `heading` is the section of the form below which the page stands.
    """

    code: str
    label: str | Promise
    questions: tuple[Question, ...]
    heading: QuestionSection | None = None

    @property
    def is_files(self) -> bool:
        return self.questions[0].kind == QuestionKind.FILE


@dataclass
class Draft:
    """The draft as read for a page. `sections`: those with a question that is asked; `pages`: all of them.

    asked: codes of the questions that are asked, the answers being what they are.
    """

    sketch: Sketch
    pages: list[Section]
    asked: frozenset[str]
    answers: dict[str, Answer]
    attachments: list[Attachment]
    co_applicants: list[CoApplicant]
    topics: list[Topic]
    problems: dict[str, Any] = field(default_factory=dict)
    retired: list[Question] = field(default_factory=list)

    @property
    def no_longer_asked(self) -> list[Question]:
        """Questions that an amendment took out of the form, and to which the draft has an answer."""
        return [question for question in self.retired if self.is_answered(question)]

    @property
    def sections(self) -> list[Section]:
        return [page for page in self.pages if self.asked_of(page)]

    @property
    def has_conditions(self) -> bool:
        return any(question.shown_if_id for page in self.pages for question in page.questions)

    def section(self, code: str) -> Section | None:
        return next((page for page in self.pages if page.code == code), None)

    def after(self, section: Section) -> Section | None:
        codes = [page.code for page in self.pages]
        later = self.pages[codes.index(section.code) + 1 :]
        return next((page for page in later if self.asked_of(page)), None)

    def asked_of(self, section: Section) -> tuple[Question, ...]:
        return tuple(question for question in section.questions if question.code in self.asked)

    def on_page(self, section: Section) -> tuple[Question, ...]:
        """What its page shows: what is asked, and what may be asked depending on the page's other answers."""
        shown: list[Question] = []
        for question in section.questions:
            here = any(question.shown_if_id == other.pk for other in shown)
            if question.code in self.asked or here:
                shown.append(question)
        return tuple(shown)

    def value(self, question: Question) -> Any:
        answer = self.answers.get(question.code)
        return answer.value if answer else None

    def files(self, question: Question) -> list[Attachment]:
        return [attachment for attachment in self.attachments if attachment.question_id == question.pk]

    def is_answered(self, question: Question) -> bool:
        if question.kind == QuestionKind.FILE:
            return bool(self.files(question))
        return not is_empty(self.value(question))

    def status(self, section: Section) -> SectionStatus:
        questions = self.asked_of(section)
        if any(question.code in self.problems for question in questions):
            return SectionStatus.STARTED
        answered = [self.is_answered(question) for question in questions]
        missing = [q for q, is_there in zip(questions, answered, strict=True) if q.required and not is_there]
        if not any(answered):
            return SectionStatus.EMPTY if missing else SectionStatus.OPTIONAL
        return SectionStatus.STARTED if missing else SectionStatus.DONE

    def text(self, question: Question, language: str) -> str:
        if question.kind == QuestionKind.FILE:
            return "\n".join(attachment.name for attachment in self.files(question))
        if question.code in self.problems and question.kind not in TEXT_KINDS:
            return as_lines(self.value(question))
        frozen = freeze_question(question, currency=self.sketch.call.currency, topics=self.topics)
        return answer_text(frozen, self.value(question), language, [])


def with_options(questions: list[Question]) -> list[Question]:
    """The questions with their options read; no query where none has any."""
    prefetch_related_objects([question for question in questions if question.kind in OPTION_KINDS], "options")
    return questions


def in_form_order(questions: Iterable[Question]) -> list[Question]:
    """Those without a section first, then section by section."""

    def place(question: Question) -> tuple[int, ...]:
        section = question.section
        above = (-1, 0) if section is None else (section.order, section.pk)
        return (*above, question.order, question.pk)

    return sorted(questions, key=place)


def questions_of(call: Call) -> list[Question]:
    """The whole form in order, with sections and options, in at most two queries."""
    return with_options(in_form_order(call.questions.select_related("section")))


def sections_of(questions: list[Question]) -> list[Section]:
    """The pages of a form, section by section, in the order of their first questions."""
    return [
        page
        for _key, group in itertools.groupby(questions, key=lambda question: question.section_id)
        for page in _pages(list(group))
    ]


def _pages(questions: list[Question]) -> list[Section]:
    """The pages of one section of the form."""
    heading = questions[0].section
    short = tuple(question for question in questions if question.kind not in ALONE)
    pages: list[Section] = []
    for question in questions:
        if question.kind in ALONE:
            pages.append(Section(question.code, question.label, (question,), heading))
        elif question is short[0]:
            pages.append(_page_of_short(short, heading))
    return pages


def _page_of_short(questions: tuple[Question, ...], heading: QuestionSection | None) -> Section:
    if heading is None:
        return Section(FACTS, _("Facts about the sketch"), questions)
    label = questions[0].label if len(questions) == 1 else heading.title
    return Section(heading.code, label, questions, heading)


def read_draft(sketch: Sketch) -> Draft:
    """Everything about the draft that its pages show, in at most six queries; eight where questions were taken out."""
    questions = questions_of(sketch.call)
    topics = list(Topic.objects.all())
    stored = list(sketch.answers.select_related("updated_by"))
    attachments = list(sketch.attachments.in_draft())
    retired = _retired(questions, {one.question_id for one in stored} | {one.question_id for one in attachments})
    code_of = {question.pk: question.code for question in (*questions, *retired)}
    answers = {code_of[answer.question_id]: answer for answer in stored}
    draft = Draft(
        sketch=sketch,
        pages=sections_of(questions),
        asked=asked(questions, {code: answer.value for code, answer in answers.items()}),
        answers=answers,
        attachments=attachments,
        co_applicants=rows_of(sketch),
        topics=topics,
        retired=retired,
    )
    codes = frozenset(topic.code for topic in topics)
    for question in questions:
        if question.kind != QuestionKind.FILE and question.code in draft.asked:
            parsed = parse(question, draft.value(question), topic_codes=codes, country=sketch.organisation.country)
            if parsed.error:
                draft.problems[question.code] = parsed.error
    return draft


def _retired(questions: list[Question], held: set[int]) -> list[Question]:
    """Questions outside the form to which the draft holds something; no query where there are none."""
    gone = held - {question.pk for question in questions}
    return with_options(list(Question.all_objects.filter(pk__in=gone))) if gone else []


@dataclass(frozen=True)
class Standing:
    """Where the sketch stands, said loudly where somebody must act. `can_edit`: before the deadline, by a writer."""

    label: str | Promise
    tone: str
    detail: str | Promise = ""
    needs_submission: bool = False


def standing(sketch: Sketch, now: dt.datetime) -> Standing:
    """What an applicant is told. An admission does not show, and an outcome not before all letters have left: the state
    is set in the transaction that releases them."""
    is_open = window_of(sketch).accepts_at(now)
    version = sketch.current_version
    number = {"number": version.number} if version else {}
    if sketch.state == SketchState.WITHDRAWN:
        again = _("The sketch takes no part. Until the deadline it can be submitted again.")
        return Standing(_("Withdrawn"), "quiet", again if is_open else _("The sketch takes no part."))
    if sketch.state == SketchState.DISMISSED:
        return Standing(_("Not passed on to the jury"), "danger", sketch.dismissal_reason)
    if version is None:
        if is_open:
            unseen = _("Nobody but the organisations behind it sees a draft. Submit it before the deadline.")
            return Standing(_("Not submitted"), "action", unseen, True)
        return Standing(
            _("Not submitted"),
            "danger",
            _("The sketch was not submitted before the deadline and takes no part. What you wrote is kept as a draft."),
        )
    if sketch.state == SketchState.AWARDED:
        return Standing(_("Awarded"), "done")
    if sketch.state == SketchState.REJECTED:
        return Standing(_("Not awarded"), "quiet")
    if sketch.changed_since_submission and is_open:
        return Standing(
            _("Changed since version %(number)s, not submitted") % number,
            "action",
            _("Version %(number)s counts until you submit again.") % number,
            True,
        )
    if sketch.changed_since_submission:
        return Standing(
            _("Submitted, version %(number)s counts") % number,
            "done",
            _("What was changed after version %(number)s was not submitted. It is kept as a draft.") % number,
        )
    if sketch.asked_more_since_submission and is_open:
        more = _("The call asks more since then. Version %(number)s counts as it is, unless you submit again.")
        return Standing(_("Submitted, version %(number)s counts") % number, "action", more % number)
    return Standing(_("Submitted, version %(number)s counts") % number, "done")
