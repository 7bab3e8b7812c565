"""The page on which a juror scores a sketch, with an example made in memory, for those who prepare the call."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from competition.display import Answered
from competition.enums import QuestionKind
from competition.models import Call, Question
from competition.previews import Preview
from competition.selectors.form_structure import parts_of
from scoring.forms import AssessmentForm
from scoring.selectors.assessments import criteria_of

EXAMPLE_REFERENCE = "EXAMPLE"
PLACEHOLDERS = {
    QuestionKind.SHORT_TEXT: _("An example of a short answer."),
    QuestionKind.LONG_TEXT: _("Here stands what the agency answers. An example makes no sketch better or worse."),
    QuestionKind.NUMBER: "12",
    QuestionKind.MONEY: "500 000",
    QuestionKind.CONFIRM: _("Yes"),
    QuestionKind.ORGANISATIONS: _("An example organisation"),
    QuestionKind.TOPICS: _("An example topic"),
    QuestionKind.FILE: _("An example file"),
}
CHOICES = (QuestionKind.CHOICE, QuestionKind.MULTIPLE)


def juror_preview(call: Call, now: dt.datetime) -> dict[str, Any]:
    """Context of the scoring page: nothing of it is stored, so that nothing can be given a grade."""
    title, applicant = gettext("An example sketch"), gettext("An example organisation")
    version = SimpleNamespace(title=title, organisations=[{"name": applicant}])
    assessment = SimpleNamespace(pk=0, version=version, revision=0, comment="", private_note="")
    questions = [question for part in parts_of(call) for question in part.questions]
    form = AssessmentForm(assessment=assessment, criteria=criteria_of(call), stored=None)  # type: ignore[arg-type]
    return {
        "call": call,
        "assessment": assessment,
        "sketch": SimpleNamespace(reference=EXAMPLE_REFERENCE, language=get_language()),
        "sections": [_example(question, now, call) for question in questions if question.code != "title"],
        "form": form,
        "rubric": form.rubric(),
        "revision": 0,
        "queue": SimpleNamespace(total=1),
        "number": 1,
        "can_write": True,
    }


def _example(question: Question, now: dt.datetime, call: Call) -> Answered:
    return Answered(
        code=question.code,
        kind=question.kind,
        label=question.label,
        help_text=question.help_text,
        public=question.public,
        required=question.required,
        value=None,
        text=_placeholder(question, now, call),
        jury_label=question.jury_label or "",
    )


def _placeholder(question: Question, now: dt.datetime, call: Call) -> str:
    if question.kind in CHOICES:
        return next((option.label for option in question.options.all()), "–")
    if question.kind == QuestionKind.DATE:
        return now.astimezone(call.zone).date().isoformat()
    return str(PLACEHOLDERS.get(QuestionKind(question.kind), "–"))


JUROR = Preview("juror", _("A juror"), "scoring/assess.html", juror_preview, 30)
