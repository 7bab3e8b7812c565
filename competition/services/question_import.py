"""A form out of a file into a call, and the other way round."""

from __future__ import annotations

import contextlib
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.characters import clean_line, clean_text
from accounts.errors import InvalidInput, Refused
from accounts.models import User
from competition import audit
from competition.enums import QuestionKind
from competition.models import Call, Question, QuestionSection
from competition.question_files import Form, Read
from competition.question_rules import FILE_LIMITS, TITLE
from competition.selectors.form_structure import answer_count, parts_of, taken_codes
from competition.services.form_edit import create_section
from competition.services.form_lock import lock_form
from competition.services.question_edit import create_question
from competition.services.question_options import options_of, with_codes

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
TEXTS = ("label", "help_text", "jury_label")


def form_of(call: Call) -> Form:
    """The whole form of a call as plain data, as question_files has it."""
    parts = parts_of(call)
    sections = [part.section for part in parts if part.section is not None]
    texts = ("title", "introduction")
    return {
        "sections": [{"code": one.code} | {name: _texts(one, name) for name in texts} for one in sections],
        "questions": [_as_data(question) for part in parts for question in part.questions],
    }


def _as_data(question: Question) -> dict[str, Any]:
    return {
        "code": question.code,
        "section": question.section.code if question.section else "",
        "kind": question.kind,
        "required": question.required,
        "public": question.public,
        "max_chars": question.max_chars,
        "currency": question.currency,
        **{name: getattr(question, name) for name in FILE_LIMITS},
        "shown_if": question.shown_if.code if question.shown_if else "",
        "shown_if_codes": list(question.shown_if_codes),
        **{name: _texts(question, name) for name in TEXTS},
        "options": [
            {
                "code": one["code"],
                "label": {code: one[f"label_{code}"] for code in LANGUAGES if one[f"label_{code}"]},
            }
            for one in options_of(question)
        ],
    }


def _texts(row: Any, name: str) -> dict[str, str]:
    return {code: text for code in LANGUAGES if (text := getattr(row, f"{name}_{code}"))}


@transaction.atomic
def import_questions(*, by: User, call: Call, form: Form, replace: bool) -> list[Question]:
    """Add the questions of a form to a call, or put them in place of those there are; all of them or none.

    Raises NotAllowed; Refused once the call is open, and, with `replace`, where somebody has answered; InvalidInput
    with {place of the question in the form, as text: what is wrong}.
    """
    locked = lock_form(by=by, call=call)
    made, problems = _import(by, locked, form, replace)
    if problems:
        raise InvalidInput({str(place): messages[0] for place, messages in problems.items()})
    audit.record(call=locked, action="competition.import_questions", by=by, count=len(made), replaced=replace)
    return made


def try_import(*, by: User, call: Call, read: Read, replace: bool) -> Read:
    """The same, undone at once: `read` with every problem of every line. Raises NotAllowed, Refused."""
    with transaction.atomic():
        locked = lock_form(by=by, call=call)
        _made, problems = _import(by, locked, read.form, replace)
        transaction.set_rollback(True)
    for place, messages in problems.items():
        for message in messages:
            read.wrong(read.lines[place], message)
    return read


def _import(by: User, call: Call, form: Form, replace: bool) -> tuple[list[Question], dict[int, list[str | Promise]]]:
    """(questions that could be made, {place: what is wrong}); each question is tried by itself."""
    if replace:
        _clear(call)
    sections = {section.code: section for section in call.sections.all()}
    made: dict[str, Question] = {}
    problems: dict[int, list[str | Promise]] = {}
    seen: set[str] = set()
    for place, question in enumerate(form["questions"]):
        try:
            with transaction.atomic():
                _refuse_unknown(call, question, seen)
                section = _section(by, call, form, sections, question["section"])
                made[question["code"] or f"#{place}"] = _make(by, call, question, section, made)
        except InvalidInput as refused:
            problems[place] = [_named(name, text) for name, text in refused.errors.items()]
            sections = {section.code: section for section in call.sections.all()}
        except Refused as refused:
            problems[place] = [str(refused)]
        seen.add(question["code"])
    for data in form["sections"] if replace else ():
        with contextlib.suppress(InvalidInput), transaction.atomic():  # one without questions is no loss
            _section(by, call, form, sections, data["code"])
    if replace and not problems:
        _check_title(form)
    return list(made.values()), problems


def _check_title(form: Form) -> None:
    if not any(question["code"] == TITLE for question in form["questions"]):
        raise Refused(_("The form needs a required short text with the code “title”."))


def _clear(call: Call) -> None:
    """Take the old form away. Raises Refused where somebody has answered it."""
    questions = list(call.questions.all())
    if any(answer_count(question) for question in questions):
        raise Refused(_("Somebody has answered the form already, so that it cannot be replaced. Add to it instead."))
    for question in questions:
        question.answers.all().delete()
    call.questions.all().delete()
    call.sections.all().delete()


def _refuse_unknown(call: Call, question: dict[str, Any], seen: set[str]) -> None:
    if question["code"] and question["code"] in seen:
        raise InvalidInput({"code": _("Another line of the file has the same code.")})
    if question["kind"] not in QuestionKind.values:
        text = _("This kind is not known. It must be one of: %(kinds)s.")
        raise InvalidInput({"kind": text % {"kinds": ", ".join(QuestionKind.values)}})


def _section(
    by: User, call: Call, form: Form, sections: dict[str, QuestionSection], code: str
) -> QuestionSection | None:
    """The section of that code, made from the form where the call has none."""
    if not code or code in sections:
        return sections.get(code)
    empty: dict[str, Any] = {"title": {}, "introduction": {}}
    data = next((one for one in form["sections"] if one["code"] == code), empty)
    texts = {f"{name}_{each}": text for name in ("title", "introduction") for each, text in data[name].items()}
    texts.setdefault(f"title_{call.default_language}", next(iter(data["title"].values()), code))
    if code in taken_codes(call):
        raise InvalidInput({"section": _("This code is taken, by another question or section, or by the site itself.")})
    section = create_section(by=by, call=call, **texts)
    section.code = code
    _check_code(section)
    section.save(update_fields=["code"])
    sections[code] = section
    return section


def _check_code(section: QuestionSection) -> None:
    try:
        section.clean_fields(exclude={field.name for field in section._meta.fields} - {"code"})
    except ValidationError as error:
        raise InvalidInput({"section": error.message_dict["code"][0]}) from error


def _make(
    by: User, call: Call, data: dict[str, Any], section: QuestionSection | None, made: dict[str, Question]
) -> Question:
    texts = {f"{name}_{code}": _clean(f"{name}_{code}", text) for name in TEXTS for code, text in data[name].items()}
    on = data["shown_if"]
    if on and on not in made and not call.questions.filter(code=on).exists():
        raise InvalidInput({"shown_if": _("A question can only depend on one that comes before it.")})
    options = [
        {"code": one["code"]} | {f"label_{code}": _clean("options", text) for code, text in one["label"].items()}
        for one in data["options"]
    ]
    return create_question(
        by=by,
        call=call,
        section=section,
        **texts,
        **{name: data[name] for name in ("code", "kind", "required", "public", "max_chars", "currency")},
        **{name: data[name] for name in FILE_LIMITS},
        options=with_codes(options, call.default_language),
        shown_if=(made.get(on) or call.questions.get(code=on)) if on else None,
        shown_if_codes=data["shown_if_codes"],
    )


def _clean(name: str, text: str) -> str:
    try:
        return clean_text(text) if name.startswith("help_text") else clean_line(text)
    except ValidationError as error:
        raise InvalidInput({name: error.messages[0]}) from error


def _named(name: str, text: str | Promise) -> str:
    return f"{name}: {text}" if name else str(text)
