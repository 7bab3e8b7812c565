"""Changing the questions of a call. What has been handed in keeps the questions as they were asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.errors import InvalidInput, Refused
from accounts.guards import require
from accounts.models import User
from competition import audit
from competition.clock import database_now
from competition.codes import new_code
from competition.models import Call, Question, QuestionSection
from competition.question_rules import TITLE, broken_conditions, condition_errors, field_errors, option_codes
from competition.selectors.form_structure import answer_count, taken_codes
from competition.selectors.sections import in_form_order, questions_of
from competition.services.amendable import QUESTION_FIELDS
from competition.services.form_lock import lock_form, only_texts_at
from competition.services.question_options import Options, options_of, refuse_used_options, write_options
from competition.services.revisions import merged

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
TEXTS = ("label_", "help_text_", "jury_label_")
FACTS = (
    "order", "section", "code", "kind", "required", "public", "max_chars", "currency", "shown_if", "shown_if_codes",
    "options", "max_files", "max_megabytes", "max_pages",
)  # fmt: skip
FORM_AT_MOST = 200  # questions


@transaction.atomic
def update_question(
    *,
    by: User,
    question: Question,
    expected_revision: int | None = None,
    seen: Mapping[str, str] | None = None,
    **fields: Any,
) -> Question:
    """Change a question's texts (`label_nb`, `help_text_da` …) and its demands, until the call opens.

    fields: columns; `options` as services.question_options has them, for a choice. expected_revision and `seen`: see
    services.revisions; what the form showed is shown_values(question). Raises NotAllowed; Refused after the deadline;
    StaleEdit; InvalidInput by field for a demand that is fixed by now, or that the form cannot hold.
    """
    call = Call.objects.select_for_update().get(pk=question.call_id)
    require("competition.manage_call", by, call)
    if unknown := [name for name in fields if name not in FACTS and not name.startswith(TEXTS)]:
        raise TypeError(f"not fields of a question that can be set: {unknown}")
    now = database_now()
    if call.published_at and now >= call.deadline:
        raise Refused(_("The deadline has passed. The questions stand as they were answered."))
    locked = Question.objects.select_related("section", "shown_if").get(pk=question.pk)
    present = shown_values(locked, fields)
    wanted = {name: as_shown(name, value) for name, value in fields.items()}
    kept = merged(present=present, wanted=wanted, seen=seen, expected=expected_revision, count=locked.revision)
    changed = {name: fields[name] for name in kept if wanted[name] != present[name]}
    if only_texts_at(call, now) and changed:
        raise InvalidInput({name: _refused_when_open(name) for name in changed})
    if changed:
        _change(call, locked, changed)
        names = sorted(changed)
        audit.record(call=call, action="competition.update_question", by=by, question=locked.code, changed=names)
    question.refresh_from_db()
    return question


def _refused_when_open(name: str) -> str | Promise:
    if name in QUESTION_FIELDS:
        return _("The call has opened: this changes by an amendment.")
    return _("The call is open: applicants have begun to answer.")


def shown_values(question: Question, names: Iterable[str]) -> dict[str, Any]:
    """{field: value as a form shows it}: rows by their codes, options as one text."""
    return {
        name: as_shown(name, options_of(question) if name == "options" else getattr(question, name)) for name in names
    }


def as_shown(name: str, value: Any) -> Any:
    if name in ("section", "shown_if"):
        return value.code if value is not None else ""
    if name == "options":
        return "\n".join(f"{one.pop('code')}: {' / '.join(filter(None, one.values()))}" for one in map(dict, value))
    return "" if value is None and name.startswith(TEXTS) else value


def _change(call: Call, question: Question, changed: dict[str, Any]) -> None:
    """Write the changed fields of a question whose call is locked, and count it on."""
    _refuse_what_is_relied_on(call, question, changed)
    _assign(question, changed)
    if "section" in changed:
        question.order = _end(call)
    question.revision += 1
    _check(call, question, changed.get("options"), changed)
    question.save()
    if "options" in changed:
        write_options(question, changed["options"])
    _check_form(call, question)
    if "section" in changed:
        renumber(call)


def _refuse_what_is_relied_on(call: Call, question: Question, changed: dict[str, Any]) -> None:
    errors: dict[str, Any] = {}
    if "code" in changed and call.published_at is not None:
        errors["code"] = _("The code cannot change after the call was published.")
    if "code" in changed and question.code == TITLE:
        errors["code"] = _("Lists and receipts find the title of a sketch by this code.")
    if "kind" in changed and (count := answer_count(question)):
        errors["kind"] = answered_text(count)
    if errors:
        raise InvalidInput(errors)
    if "options" in changed:
        refuse_used_options(question, changed["options"])


def answered_text(count: int) -> Any:
    """Why a question that has answers stays."""
    return ngettext_lazy(
        "%(count)s sketch has an answer to this question already. Let the question stay, and make it optional.",
        "%(count)s sketches have an answer to this question already. Let the question stay, and make it optional.",
        "count",
    ) % {"count": count}


def _assign(question: Question, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        if name != "options":
            setattr(question, name, value)


def _end(call: Call) -> int:
    """An order behind all questions there are."""
    return max(call.questions.values_list("order", flat=True), default=0) + 1


def _check(call: Call, question: Question, options: Options | None, changed: dict[str, Any]) -> None:
    """What the columns hold and what a question by itself must keep to. Raises InvalidInput by field."""
    errors: dict[str, Any] = {}
    try:
        others = {field.name for field in question._meta.fields} - {*changed, "code", "kind"}
        question.clean_fields(exclude=others)
    except ValidationError as error:
        errors |= {field: texts[0] for field, texts in error.message_dict.items()}
    if "code" in changed and question.code in taken_codes(call):
        errors["code"] = _("This code is taken, by another question or section, or by the site itself.")
    if question.section is not None and question.section.call_id != call.pk:
        raise ValueError("a section of another call")
    if not getattr(question, f"label_{call.default_language}"):
        errors[f"label_{call.default_language}"] = _("Write the question in the main language of the call.")
    codes = [one["code"] for one in options] if options is not None else option_codes([question]).get(question.pk, [])
    errors = {**field_errors(question, codes), **errors} if set(changed) & set(FACTS) else errors
    if errors:
        raise InvalidInput(errors)


def _check_form(call: Call, question: Question) -> None:
    """What a question must keep to among the others: its own condition at its field, those of others above the form.

    Raises InvalidInput; what was written goes with the transaction.
    """
    questions = questions_of(call)
    place = next(place for place, one in enumerate(questions) if one.pk == question.pk)
    options = option_codes(questions)
    if errors := condition_errors(questions[place], questions[:place], options):
        raise InvalidInput(errors)
    if broken := broken_conditions(questions, options):
        other, reason = broken[0]
        text = _("“%(question)s” depends on this question: %(reason)s")
        raise InvalidInput({"": text % {"question": other.label, "reason": reason}})


def renumber(call: Call) -> None:
    """Let the questions' own numbers follow the form, so that whoever sorts by them has its order."""
    questions = in_form_order(call.questions.select_related("section"))
    moved = []
    for number, question in enumerate(questions, start=1):
        if question.order != number:
            question.order = number
            moved.append(question)
    Question.objects.bulk_update(moved, ["order"])


@transaction.atomic
def create_question(*, by: User, call: Call, section: QuestionSection | None = None, **fields: Any) -> Question:
    """Add a question at the end of a section; its code is made of its text in the main language unless given.

    fields as for update_question. Raises NotAllowed, Refused once the call is open, InvalidInput by field.
    """
    locked = lock_form(by=by, call=call)
    question = build_question(locked, section=section, **fields)
    audit.record(call=locked, action="competition.create_question", by=by, question=question.code)
    return question


def build_question(call: Call, *, section: QuestionSection | None = None, **fields: Any) -> Question:
    """The question, checked and written at the end of its section; the caller has locked the call and asked who may."""
    if call.questions.count() >= FORM_AT_MOST:
        raise Refused(_("The form is full: it has %(count)s questions.") % {"count": FORM_AT_MOST})
    question = Question(call=call, section=section, order=_end(call))
    _assign(question, fields)
    if not question.code:
        text = getattr(question, f"label_{call.default_language}") or ""
        question.code = new_code(text, taken=taken_codes(call), fallback="question")
    options = fields.get("options") or []
    _check(call, question, options, fields | {"code": question.code, "options": options})
    question.save()
    write_options(question, options)
    _check_form(call, question)
    renumber(call)
    question.refresh_from_db()
    return question


@transaction.atomic
def copy_question(*, by: User, question: Question) -> Question:
    """A second question like it, right below it. Raises NotAllowed, Refused."""
    call = lock_form(by=by, call=question.call)
    texts = {f"{text}{language}": getattr(question, f"{text}{language}") for text in TEXTS for language in LANGUAGES}
    facts = {name: getattr(question, name) for name in FACTS if name not in ("order", "section", "code", "options")}
    copy = create_question(
        by=by,
        call=call,
        section=question.section,
        **texts,
        **facts,
        code=new_code(question.code, taken=taken_codes(call), fallback="question"),
        options=options_of(question),
    )
    following = [one for one in questions_of(call) if one.section_id == copy.section_id and one.pk != copy.pk]
    place = [one.pk for one in following].index(question.pk) + 1
    for number, one in enumerate([*following[:place], copy, *following[place:]], start=1):
        Question.objects.filter(pk=one.pk).update(order=number)
    renumber(call)
    copy.refresh_from_db()
    return copy


@transaction.atomic
def remove_question(*, by: User, question: Question, expected_revision: int | None = None) -> None:
    """Take a question out of the form. Raises NotAllowed, and Refused where somebody has answered it, where another
    question depends on it, where it has changed since the page was made, and once the call is open.
    """
    call = lock_form(by=by, call=question.call)
    locked = Question.objects.get(pk=question.pk)
    if locked.code == TITLE:
        raise Refused(_("Every sketch needs a title: lists and receipts name it by that."))
    if expected_revision is not None and locked.revision != expected_revision:
        raise Refused(
            _("Somebody else has changed the question since you opened the page. Look at it before you remove it.")
        )
    if count := answer_count(locked):
        raise Refused(answered_text(count))
    if dependants := [one.label for one in locked.dependants.all()]:
        text = _("These depend on it: %(questions)s. Take their condition away first.")
        raise Refused(text % {"questions": ", ".join(f"“{label}”" for label in dependants)})
    locked.answers.all().delete()  # empty ones
    locked.delete()
    renumber(call)
    audit.record(call=call, action="competition.remove_question", by=by, question=locked.code)
