"""The form a new call begins with, from a template or another call, and the topics that sketches and jurors share."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from competition.models import Call, Question, QuestionOption, QuestionSection, Topic

DATA = Path(__file__).resolve().parent.parent / "templates_data"
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


@cache
def _load(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def _in_every_language(field: str, texts: dict[str, str]) -> dict[str, str]:
    return {f"{field}_{language}": texts[language] for language in LANGUAGES}


@transaction.atomic
def ensure_topics() -> list[Topic]:
    """The ten topics; made where they are missing, left alone where somebody has changed them."""
    present = set(Topic.objects.values_list("code", flat=True))
    Topic.objects.bulk_create(
        [
            Topic(code=topic["code"], **_in_every_language("label", topic["label"]))
            for topic in _load("topics.json")
            if topic["code"] not in present
        ],
        ignore_conflicts=True,
    )
    return list(Topic.objects.all())


@transaction.atomic
def create_default_questions(*, call: Call, template: str = "default") -> list[Question]:
    """Copy the sections and questions of a template into the call, where they are rows like any others."""
    sections = QuestionSection.objects.bulk_create(
        QuestionSection(
            call=call,
            order=order,
            code=section["code"],
            **_in_every_language("title", section["title"]),
            **_in_every_language("introduction", section["introduction"]),
        )
        for order, section in enumerate(_load("sections.json")[template], start=1)
    )
    section_of = {section.code: section for section in sections}
    return Question.objects.bulk_create(
        Question(
            call=call,
            section=section_of.get(question["section"]),
            order=order,
            code=question["code"],
            kind=question["kind"],
            required=question["required"],
            public=question["public"],
            max_chars=question["max_chars"],
            **_in_every_language("label", question["label"]),
            **_in_every_language("help_text", question["help_text"]),
        )
        for order, question in enumerate(_load("questions.json")[template], start=1)
    )


@transaction.atomic
def copy_form(*, source: Call, target: Call) -> list[Question]:
    """Copy sections, questions, options and conditions into a call whose form is empty; the caller has asked who may.

    Raises ValueError where the target has questions already.
    """
    if target.questions.exists():
        raise ValueError("the call has a form already")
    sections: dict[int | None, QuestionSection] = {
        section.pk: _copied(section, call=target) for section in source.sections.all()
    }
    QuestionSection.objects.bulk_create(sections.values())
    originals = list(source.questions.prefetch_related("options"))
    questions: dict[int | None, Question] = {
        one.pk: _copied(one, call=target, section=sections.get(one.section_id), shown_if=None) for one in originals
    }
    Question.objects.bulk_create(questions.values())
    for one in originals:
        questions[one.pk].shown_if = questions.get(one.shown_if_id)
    Question.objects.bulk_update([one for one in questions.values() if one.shown_if_id], ["shown_if"])
    QuestionOption.objects.bulk_create(
        _copied(option, question=questions[one.pk]) for one in originals for option in one.options.all()
    )
    return list(questions.values())


def _copied(row: Any, **fields: Any) -> Any:
    """A new row of the same model with the same columns, those in `fields` aside; its count begins anew."""
    # The column without a language answers for that of the moment: each language is copied by its own name.
    spoken = {column.translated_field.name for column in row._meta.fields if hasattr(column, "translated_field")}
    names = [column.attname for column in row._meta.concrete_fields if column.name not in spoken]
    columns = {name: getattr(row, name) for name in names if name != row._meta.pk.attname}
    if "revision" in columns:
        columns["revision"] = 0
    for name in fields:
        columns.pop(row._meta.get_field(name).attname)
    return type(row)(**columns, **fields)
