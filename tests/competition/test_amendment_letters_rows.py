"""What the letter says of questions, options and criteria that come, go, or read otherwise."""

from decimal import Decimal

import pytest

from competition.enums import AmendmentKind, QuestionKind
from competition.models import Question, QuestionOption
from competition.services.amendable_questions import question_json
from competition.services.amendment_rows import gather_addition, gather_removal
from competition.tasks import write_amendment_letters
from notifications.models import Letter
from scoring.services.amendable_criteria import criterion_json
from tests import factories
from tests.competition.amendments import gather_changes, publish

pytestmark = pytest.mark.django_db


def make_call():
    call = factories.make_call()
    factories.make_sketch(call=call, by=factories.make_user("writer@example.com"))
    return call


def add(call, kind, values):
    gather_addition(by=factories.owner_of(call.programme), call=call, kind=kind, values=values)


def remove(call, kind, code):
    gather_removal(by=factories.owner_of(call.programme), call=call, kind=kind, code=code)


def letter_of(call, kind=AmendmentKind.CHANGE):
    """The part of the letter that says what has changed."""
    declined = {"en": "It is little."} if kind == AmendmentKind.CHANGE else {}
    write_amendment_letters(publish(call, kind=kind, no_extension_reasons=declined).pk)
    text = Letter.objects.get(recipient="writer@example.com").text
    return text.partition("What has changed:\n\n")[2].partition("\nA sketch that you have submitted")[0].strip()


def make_choice(call):
    question = Question.objects.create(call=call, order=90, code="legal", kind=QuestionKind.CHOICE, label_en="Is it?")
    for order, option in enumerate(("Yes", "No")):
        QuestionOption.objects.create(question=question, order=order, code=option.lower(), label_en=option)
    return question


def options(**labels):
    return [{"code": code, "label_en": label} for code, label in labels.items()]


def test_a_question_that_comes():
    call = make_call()
    values = {
        "kind": "choice",
        "required": True,
        "public": False,
        "label_en": "Who runs it?",
        "help_text_en": "In five years.",
    }
    add(call, "question", question_json(values | {"options": options(we="We", they="They")}))

    assert letter_of(call) == (
        "New question: Who runs it?\n"
        "In five years.\n"
        "One of several · must be answered · confidential\n"
        "– We\n"
        "– They\n"
        "A sketch that was submitted before this counts as it is. Its organisation need not do anything; if it submits "
        "again, the question must be answered."
    )


def test_a_question_that_goes():
    call = make_call()
    call.questions.filter(code="need").update(label_en="What is the need?", help_text_en="", max_chars=900)
    remove(call, "question", "need")

    text = letter_of(call)

    assert text.startswith("Question removed: What is the need?\n")
    assert "at most 900 characters" in text
    assert text.endswith("\nIt is no longer asked. Answers that were given to it are kept.")


def test_a_question_in_other_words():
    call = make_call()
    call.questions.filter(code="need").update(label_en="What is the need?")
    gather_changes(call, "question", "need", label_en="Whose need is it?", label_nb="Hvem sitt behov?")

    assert letter_of(call, AmendmentKind.CLARIFICATION) == (
        "What is the need? – Question\nBefore: What is the need?\nNow: Whose need is it?"
    )


def test_options_that_come_go_and_read_otherwise():
    call = make_call()
    make_choice(call)
    gather_changes(call, "question", "legal", options=options(yes="Yes, fully", some="In part"))

    assert letter_of(call) == ("Is it? – Options\nBefore: – Yes\n– No\nNow: – Yes, fully\n– In part")


def weigh(call):
    call.criteria.exclude(code__in=("need", "feasibility")).delete()
    for code, weight in (("need", 60), ("feasibility", 40)):
        call.criteria.filter(code=code).update(weight=weight, name_en=code.capitalize(), guide_en="How much?")


def test_a_criterion_that_comes():
    call = make_call()
    weigh(call)
    values = {"name_en": "Reuse", "guide_en": "Who else?", "weight": 25, "scale": "default", "requires_reasons": True}
    add(call, "criterion", criterion_json(call, values))

    assert letter_of(call) == (
        "New criterion: Reuse\n"
        "Who else?\n"
        "weight 25 · reasons are required\n"
        "Grades: 1 Poor – 7 Outstanding\n"
        "Every sketch is judged by this too, also one that was submitted before.\n\n"
        "How much each criterion counts:\n"
        "Need: 60 per cent before, now 48 per cent\n"
        "Feasibility: 40 per cent before, now 32 per cent\n"
        "Reuse: new, now 20 per cent"
    )


def test_a_criterion_that_goes():
    call = make_call()
    weigh(call)
    remove(call, "criterion", "feasibility")

    assert letter_of(call) == (
        "Criterion removed: Feasibility\n"
        "How much?\n"
        "weight 40 · reasons are optional · a juror may answer “cannot assess”\n"
        "Grades: 1 Poor – 7 Outstanding\n"
        "No sketch is judged by this any more, nor one that was submitted before.\n\n"
        "How much each criterion counts:\n"
        "Need: 60 per cent before, now 100 per cent\n"
        "Feasibility: 40 per cent before, no longer counts"
    )


def test_a_criterion_with_another_weight_and_in_other_words():
    call = make_call()
    weigh(call)
    gather_changes(call, "criterion", "need", weight=Decimal("24.5"), guide_en="How much of it?")

    text = letter_of(call)

    assert "Need – Guide\nBefore: How much?\nNow: How much of it?\n" in text
    assert "Need – Weight\nBefore: 60\nNow: 24.5\n" in text
    assert text.endswith(
        "How much each criterion counts:\n"
        "Need: 60 per cent before, now 38 per cent\n"
        "Feasibility: 40 per cent before, now 62 per cent"
    )
