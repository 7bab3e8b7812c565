"""What is allowed in a call and yet worth a second look before it is published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from competition.days_off import day_off
from competition.enums import OPTION_KINDS, AccessMode
from competition.models import Call, CallListPage, Question
from competition.selectors.readiness import GROUPS, Problem, advice_of_others, problems

NAMES = dict(settings.LANGUAGES)
# Texts that a reader of one language misses when another language has them.
TEXTS: tuple[tuple[str, str | Promise], ...] = (
    ("title", _("title")),
    ("summary", _("summary")),
    ("body", _("about the call")),
    ("who_may_apply", _("who may apply")),
    ("how_judged", _("how sketches are judged")),
)
# In the order in which they should come.
ORDER: tuple[tuple[str, str | Promise], ...] = (
    ("opens_at", _("opens")),
    ("questions_until", _("questions until")),
    ("deadline", _("deadline")),
    ("assessment_due_at", _("jurors finish by")),
    ("pitch_at", _("pitch")),
    ("result_at", _("result expected")),
)


def warnings(call: Call, *, now: dt.datetime | None = None) -> list[Problem]:
    """Everything odd, with the place where it is mended. now: asks about the past too."""
    found = [*_texts(call), *_pages(call), *_period(call), *_order(call), *_days(call), *_rules(call), *_form(call)]
    if now is not None and call.opens_at <= now:
        found.append(Problem("opens_at", _("The opening lies in the past: the call opens when it is published.")))
    return found + advice_of_others(call)


@dataclass(frozen=True)
class Line:
    """What is missing (`must`) or odd, and the address where it is mended."""

    text: str | Promise
    url: str
    must: bool


@dataclass(frozen=True)
class Checklist:
    """The groups in order, each with its label and what is to be done in it; nothing where all is well."""

    groups: list[tuple[str | Promise, list[Line]]]

    @property
    def missing(self) -> int:
        return sum(line.must for _label, lines in self.groups for line in lines)

    @property
    def odd(self) -> int:
        return sum(not line.must for _label, lines in self.groups for line in lines)


def checklist(call: Call, now: dt.datetime) -> Checklist:
    """Everything to look at before publishing, what is missing first. A fixed number of queries."""
    lines: dict[str, list[Line]] = {group: [] for group in GROUPS}
    for must, found in ((True, problems(call, now=now)), (False, warnings(call, now=now))):
        for problem in found:
            lines[problem.group].append(Line(problem.text, problem.url(call), must))
    return Checklist([(label, lines[group]) for group, label in GROUPS.items()])


def missing_languages(row: object, names: Iterable[str], languages: Iterable[str]) -> list[str]:
    """Languages in which one of the texts is missing though another language has it."""
    languages = list(languages)
    lacking = []
    for name in names:
        texts = {language: getattr(row, f"{name}_{language}") for language in languages}
        if any(texts.values()):
            lacking += [language for language, text in texts.items() if not text and language not in lacking]
    return lacking


def named(languages: Iterable[str]) -> str:
    return ", ".join(NAMES[language] for language in languages)


def _texts(call: Call) -> Iterator[Problem]:
    for name, label in TEXTS:
        for language in missing_languages(call, [name], call.languages):
            values = {"text": label, "language": NAMES[language]}
            yield Problem(
                f"texts:{name}_{language}",
                _("%(language)s: the text “%(text)s” is missing. Readers get it in another language.") % values,
            )


def _pages(call: Call) -> Iterator[Problem]:
    lists = CallListPage.objects.live().filter(locale__language_code__in=call.languages)
    found = set(lists.values_list("locale__language_code", flat=True))
    if lacking := [language for language in call.languages if language not in found]:
        text = _("There is no list of calls in: %(languages)s. The call gets no page in the tree there.")
        yield Problem("pages", text % {"languages": named(lacking)})


def _period(call: Call) -> Iterator[Problem]:
    days = (call.deadline - call.opens_at).days
    if call.deadline - call.opens_at < dt.timedelta(days=call.min_open_days):
        text = ngettext(
            "The call is open for %(days)d day; %(usual)d are usual.",
            "The call is open for %(days)d days; %(usual)d are usual.",
            days,
        )
        yield Problem("deadline", text % {"days": days, "usual": call.min_open_days})
    if call.questions_until and not call.opens_at <= call.questions_until <= call.deadline:
        yield Problem("dates:questions_until", _("Questions should end while the call is open."))


def _order(call: Call) -> Iterator[Problem]:
    known = [(name, label, at) for name, label in ORDER if (at := getattr(call, name)) is not None]
    for (_first, before, earlier), (name, after, later) in pairwise(known):
        if name != "questions_until" and before != ORDER[1][1] and later < earlier:
            values = {"after": after, "before": before}
            yield Problem(f"dates:{name}", _("“%(after)s” comes before “%(before)s”.") % values)


def _days(call: Call) -> Iterator[Problem]:
    for name, label in ORDER:
        if (at := getattr(call, name)) is None:
            continue
        local = at.astimezone(call.zone)
        if day := day_off(local.date(), call.zone):
            text = _("“%(date)s” falls on a day off: %(day)s, %(when)s.")
            when = f"{local:%Y-%m-%d}"
            yield Problem(f"dates:{name}", text % {"date": label, "day": day, "when": when})
        twin = local.replace(fold=1 - local.fold)
        if twin.utcoffset() != local.utcoffset():
            text = _("“%(date)s” lies in an hour that comes twice when the clocks go back. Choose another hour.")
            yield Problem(f"dates:{name}", text % {"date": label})


def _rules(call: Call) -> Iterator[Problem]:
    if call.budget and call.max_per_project and call.max_per_project > call.budget:
        yield Problem("rules:max_per_project", _("One project may get more than the whole budget."))
    if not call.topics.exists():
        yield Problem("rules:topics_0", _("The call has no topics: nobody finds it by topic."))
    if call.access == AccessMode.CODE and not call.invitation_codes.filter(revoked_at=None).exists():
        yield Problem("access", _("The call is only open with an invitation code, and there is no code yet."))
    if not call.programme.contact_mailbox:
        yield Problem("contact", _("The programme has no contact mailbox."))


def _form(call: Call) -> Iterator[Problem]:
    questions = list(call.questions.select_related("section", "shown_if").prefetch_related("options"))
    options = {question.pk: {option.code for option in question.options.all()} for question in questions}
    for question in questions:
        lacking = missing_languages(question, ("label", "help_text"), call.languages)
        for option in question.options.all():
            lacking += [code for code in missing_languages(option, ["label"], call.languages) if code not in lacking]
        if lacking:
            values = {"question": question.label, "languages": named(lacking)}
            yield Problem("questions", _("“%(question)s” lacks a text in: %(languages)s.") % values)
        if question.shown_if is not None and not _can_be_asked(question, options):
            text = _("“%(question)s” depends on an answer that the form no longer offers.")
            yield Problem("questions", text % {"question": question.label})
    for section in {question.section for question in questions if question.section}:
        if lacking := missing_languages(section, ("title", "introduction"), call.languages):
            values = {"section": section.title, "languages": named(lacking)}
            yield Problem("questions", _("The section “%(section)s” lacks a text in: %(languages)s.") % values)


def _can_be_asked(question: Question, options: dict[int, set[str]]) -> bool:
    condition = question.shown_if
    if condition is None or condition.kind not in OPTION_KINDS:
        return True
    return bool(set(question.shown_if_codes) & options.get(condition.pk, set()))
