"""The shape of a call's form: its sections, and the order of everything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput, Refused
from accounts.models import User
from competition import audit
from competition.codes import new_code
from competition.models import Call, Question, QuestionSection
from competition.question_rules import broken_conditions, option_codes
from competition.selectors.form_structure import QUESTION, SECTION, order_of, parts_of, revision_of, taken_codes
from competition.selectors.sections import questions_of
from competition.services.form_lock import lock_form
from competition.services.question_edit import copy_question, renumber
from competition.services.revisions import merged

TEXTS = ("title_", "introduction_")
SECTIONS_AT_MOST = 30


class StaleOrder(Refused):
    """Somebody has added, moved or removed something since the order was read."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody else has changed the form in the meantime. Nothing was moved; this is how it is now.")
        )


@transaction.atomic
def arrange_form(*, by: User, call: Call, order: list[str], expected_revision: int | None = None) -> Call:
    """Put sections and questions in another order, and questions below other sections.

    order: every "section:<code>" and "question:<code>" of the form once; what follows a section belongs to it.
    expected_revision: form_structure.revision_of the order that the page showed. Raises NotAllowed; StaleOrder; Refused
    where a question would come before the one it depends on, and once the call is open.
    """
    locked = lock_form(by=by, call=call)
    before = order_of(parts_of(locked))
    if expected_revision is not None and expected_revision != revision_of(before):
        raise StaleOrder
    if sorted(order) != sorted(before):
        raise StaleOrder
    if order == before:
        return locked
    _write_order(locked, order)
    questions = questions_of(locked)
    if broken := broken_conditions(questions, option_codes(questions)):
        text = _("“%(question)s” must come after the question that it depends on.")
        raise Refused(text % {"question": broken[0][0].label})
    audit.record(call=locked, action="competition.arrange_form", by=by)
    return locked


def _write_order(call: Call, order: list[str]) -> None:
    """Number sections and questions anew; each that moves is counted on."""
    sections = {section.code: section for section in call.sections.all()}
    questions = {question.code: question for question in call.questions.all()}
    number, current = 0, None
    for place, item in enumerate(order, start=1):
        kind, _colon, code = item.partition(":")
        if kind == SECTION:
            current = sections[code]
            _place(current, order=place)
        else:
            number += 1
            _place(questions[code], order=number, section_id=current.pk if current else None)


def _place(row: Question | QuestionSection, **fields: Any) -> None:
    if any(getattr(row, name) != value for name, value in fields.items()):
        for name, value in fields.items():
            setattr(row, name, value)
        row.revision += 1
        row.save(update_fields=[*(name.removesuffix("_id") for name in fields), "revision"])


@transaction.atomic
def create_section(*, by: User, call: Call, **fields: Any) -> QuestionSection:
    """Add a section at the end. fields: `title_nb`, `introduction_da` … Raises NotAllowed, Refused, InvalidInput."""
    locked = lock_form(by=by, call=call)
    if locked.sections.count() >= SECTIONS_AT_MOST:
        raise Refused(_("There are too many sections: %(count)s at most.") % {"count": SECTIONS_AT_MOST})
    section = QuestionSection(call=locked, order=max(locked.sections.values_list("order", flat=True), default=0) + 1)
    _assign(section, fields)
    title = getattr(section, f"title_{locked.default_language}") or ""
    section.code = new_code(title, taken=taken_codes(locked), fallback=SECTION)
    _check(section, fields, locked)
    section.save()
    audit.record(call=locked, action="competition.create_section", by=by, section=section.code)
    return section


@transaction.atomic
def update_section(
    *,
    by: User,
    section: QuestionSection,
    expected_revision: int | None = None,
    seen: Mapping[str, str] | None = None,
    **fields: Any,
) -> QuestionSection:
    """Change a section's texts. expected_revision and `seen`: see services.revisions.

    Raises NotAllowed, Refused, StaleEdit, InvalidInput.
    """
    locked = lock_form(by=by, call=section.call)
    row = QuestionSection.objects.get(pk=section.pk)
    present = {name: getattr(row, name) or "" for name in fields}
    kept = merged(present=present, wanted=fields, seen=seen, expected=expected_revision, count=row.revision)
    changed = {name: value for name, value in kept.items() if present[name] != value}
    if changed:
        _assign(row, changed)
        _check(row, changed, locked)
        row.revision += 1
        row.save(update_fields=[*changed, "revision"])
        audit.record(call=locked, action="competition.update_section", by=by, section=row.code, changed=sorted(changed))
    return row


@transaction.atomic
def remove_section(*, by: User, section: QuestionSection) -> None:
    """Take a heading away. Its questions stay, and go to the end of what stands above. Raises NotAllowed, Refused."""
    locked = lock_form(by=by, call=section.call)
    order = order_of(parts_of(locked))
    order.remove(f"{SECTION}:{section.code}")
    _write_order(locked, order)
    QuestionSection.objects.filter(pk=section.pk).delete()
    renumber(locked)
    audit.record(call=locked, action="competition.remove_section", by=by, section=section.code)


@transaction.atomic
def copy_section(*, by: User, section: QuestionSection) -> QuestionSection:
    """A second section like it, right below it, with copies of its questions. Raises NotAllowed, Refused."""
    locked = lock_form(by=by, call=section.call)
    texts = {field.name: getattr(section, field.name) for field in section._meta.fields if field.name.startswith(TEXTS)}
    copy = create_section(by=by, call=locked, **texts)
    originals = [one for one in questions_of(locked) if one.section_id == section.pk]
    copies: dict[int | None, Question] = {}
    for question in originals:
        one = copies[question.pk] = copy_question(by=by, question=question)
        # What depended on a question of the section depends on its copy.
        on = copies.get(question.shown_if_id)
        Question.objects.filter(pk=one.pk).update(section=copy, **({"shown_if": on} if on else {}))
    order = order_of(parts_of(locked))
    block = [f"{SECTION}:{copy.code}", *(f"{QUESTION}:{one.code}" for one in copies.values())]
    rest = [item for item in order if item not in block]
    place = rest.index(f"{SECTION}:{section.code}") + 1 + len(originals)
    _write_order(locked, [*rest[:place], *block, *rest[place:]])
    copy.refresh_from_db()
    return copy


def _assign(section: QuestionSection, fields: dict[str, Any]) -> None:
    if unknown := [name for name in fields if not name.startswith(TEXTS)]:
        raise TypeError(f"not fields of a section that can be set: {unknown}")
    for name, value in fields.items():
        setattr(section, name, value)


def _check(section: QuestionSection, changed: dict[str, Any], call: Call) -> None:
    if not getattr(section, f"title_{call.default_language}"):
        raise InvalidInput({f"title_{call.default_language}": _("Write the title in the main language of the call.")})
    try:
        section.clean_fields(exclude={field.name for field in section._meta.fields} - set(changed))
    except ValidationError as error:
        raise InvalidInput({field: texts[0] for field, texts in error.message_dict.items()}) from error
