"""The questions a new call begins with, and the topics that sketches and jurors share."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from competition.models import Call, Question, Topic

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
    """Copy the questions of a template into the call, where they are rows like any others."""
    return Question.objects.bulk_create(
        Question(
            call=call,
            order=order * 10,
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
