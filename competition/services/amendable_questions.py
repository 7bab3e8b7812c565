"""Questions that an amendment adds to the form of an open call, or takes out of it.

A question that goes is not asked any more. What was answered to it stays, in drafts and in versions handed in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput
from competition.amending import LANGUAGES, Rows, register_rows
from competition.amendment_rules import Message
from competition.codes import new_code
from competition.display import in_language
from competition.enums import QuestionKind
from competition.models import Call, Question
from competition.question_rules import FILE_LIMITS, TITLE
from competition.selectors.answer_counts import drafts_answering, versions_answering, versions_lacking
from competition.selectors.form_structure import taken_codes
from competition.services.question_edit import TEXTS, build_question
from competition.services.question_options import options_of

FACTS = ("kind", "required", "public", "max_chars", "currency", *FILE_LIMITS)


def question_json(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of create_question as JSON: other rows by their codes. They need not all be there."""
    columns = [*FACTS, *(f"{text}{language}" for text in TEXTS for language in LANGUAGES)]
    values: dict[str, Any] = {name: fields.get(name) for name in columns}
    values |= {name: str(value or "") for name, value in values.items() if name.startswith(TEXTS)}
    section, condition = fields.get("section"), fields.get("shown_if")
    return values | {
        "kind": str(fields["kind"]),
        "currency": fields.get("currency") or "",
        "section": section.code if section else "",
        "shown_if": condition.code if condition else "",
        "shown_if_codes": list(fields.get("shown_if_codes") or ()),
        "options": list(fields.get("options") or ()),
        # For whoever reads of it later: what the codes above were called.
        "section_name": _named(section, "title"),
        "shown_if_name": _named(condition, "label"),
    }


def _named(row: Any, column: str) -> dict[str, str]:
    texts = {language: getattr(row, f"{column}_{language}") for language in LANGUAGES} if row else {}
    return {language: text for language, text in texts.items() if text}


def question_fields(call: Call, values: Mapping[str, Any]) -> dict[str, Any]:
    """The same back as arguments of create_question. Raises InvalidInput where a row they name is gone."""
    fields = {name: value for name, value in values.items() if name in FACTS or name.startswith(TEXTS)}
    for name, rows in (("section", call.sections), ("shown_if", call.questions)):
        fields[name] = rows.filter(code=values[name]).first() if values[name] else None
        if values[name] and fields[name] is None:
            raise InvalidInput({name: _("“%(code)s” is no longer in the form.") % {"code": values[name]}})
    return fields | {"shown_if_codes": list(values["shown_if_codes"]), "options": list(values["options"])}


def unsaved_question(call: Call, values: Mapping[str, Any]) -> Question:
    """The question as a form shows it; its options stay with the values. Rows that are gone by now are left out."""
    fields = {name: value for name, value in values.items() if name in FACTS or name.startswith(TEXTS)}
    return Question(
        call=call,
        code=values["code"],
        section=call.sections.filter(code=values["section"]).first(),
        shown_if=call.questions.filter(code=values["shown_if"]).first(),
        shown_if_codes=values["shown_if_codes"],
        **fields,
    )


def _find(call: Call, code: str) -> Question | None:
    return Question.objects.select_related("section", "shown_if").filter(call=call, code=code).first()


def _snapshot(call: Call, code: str) -> dict[str, Any] | None:
    question = _find(call, code)
    if question is None:
        return None
    columns = [
        *FACTS,
        "section",
        "shown_if",
        "shown_if_codes",
        *(f"{text}{each}" for text in TEXTS for each in LANGUAGES),
    ]
    return question_json({name: getattr(question, name) for name in columns} | {"options": options_of(question)})


def _new_code(call: Call, values: Mapping[str, Any], gathered: set[str]) -> str:
    return new_code(values[f"label_{call.default_language}"], taken=taken_codes(call) | gathered, fallback="question")


def _add(call: Call, code: str, values: Mapping[str, Any], _at: dt.datetime) -> None:
    build_question(call, **question_fields(call, values) | {"code": code})


def _retire(call: Call, code: str, at: dt.datetime) -> None:
    question = Question.objects.get(call=call, code=code)
    question.retired_at = at
    question.revision += 1
    question.save(update_fields=["retired_at", "revision"])


def refusal_of_removal(call: Call, code: str, others: set[str]) -> Message | None:
    """Why the question has to stay, when the `others` go too; None where it may go."""
    if code == TITLE:
        return _("Every sketch needs a title: lists and receipts name it by that.")
    dependants = Question.objects.filter(call=call, shown_if__code=code).exclude(code__in=others)
    if labels := [f"“{one.label}”" for one in dependants]:
        return _("These depend on it: %(questions)s. Remove them first.") % {"questions": ", ".join(labels)}
    return None


def _name(values: Mapping[str, Any]) -> dict[str, str]:
    return {language: values[f"label_{language}"] for language in LANGUAGES if values[f"label_{language}"]}


def _lines(values: Mapping[str, Any], language: str) -> list[str]:
    """The question as an applicant meets it: guidance, how it is answered, options, when it is asked."""
    facts = [str(QuestionKind(values["kind"]).label)]
    if limit := values["max_chars"]:
        facts.append(ngettext("at most %(n)s character", "at most %(n)s characters", limit) % {"n": limit})
    facts.append(gettext("must be answered") if values["required"] else gettext("optional"))
    facts.append(gettext("public after the decision") if values["public"] else gettext("confidential"))
    lines = [_text(values, "help_text", language), " · ".join(facts)]
    lines += [f"– {_text(option, 'label', language)}" for option in values["options"]]
    if values["section_name"]:
        lines.append(gettext("Section: %(name)s") % {"name": in_language(values["section_name"], language)})
    if values["shown_if_name"]:
        name = in_language(values["shown_if_name"], language)
        lines.append(gettext("Asked only after certain answers to “%(question)s”.") % {"question": name})
    return [line for line in lines if line]


def _text(values: Mapping[str, Any], name: str, language: str) -> str:
    return in_language({each: values.get(f"{name}_{each}") or "" for each in LANGUAGES}, language)


def _public_note(values: Mapping[str, Any], comes: bool) -> Message:
    if not comes:
        return _("It is no longer asked. Answers that were given to it are kept.")
    if values["required"]:
        return _(
            "A sketch that was submitted before this counts as it is. Its organisation need not do anything; if it "
            "submits again, the question must be answered."
        )
    return _("A sketch that was submitted before this counts as it is.")


def _effects(call: Call, code: str, values: Mapping[str, Any], comes: bool) -> list[str]:
    if comes:
        return [lacking_text(versions_lacking(call, code, values))] if values["required"] else []
    return removal_effects(call, code)


def lacking_text(count: int) -> str:
    """What a demand that is new means for the sketches that were handed in without it."""
    text = ngettext(
        "%(count)s submitted sketch has no answer to it. It counts as it is, unless its organisation submits again.",
        "%(count)s submitted sketches have no answer to it. They count as they are, unless submitted again.",
        count,
    )
    return text % {"count": count}


def removal_effects(call: Call, code: str) -> list[str]:
    """How many have answered a question that is to go, and what becomes of that."""
    drafts, versions = drafts_answering(call, code), versions_answering(call, code)
    return [
        ngettext(
            "%(count)s draft has an answer to it. The text stays with the draft, and is not handed in.",
            "%(count)s drafts have an answer to it. The texts stay with the drafts, and are not handed in.",
            drafts,
        )
        % {"count": drafts},
        ngettext(
            "%(count)s submitted sketch has an answer to it. The version keeps the question and the answer.",
            "%(count)s submitted sketches have an answer to it. The versions keep the question and the answers.",
            versions,
        )
        % {"count": versions},
    ]


register_rows(
    Rows(
        kind="question",
        added=_("New question"),
        removed=_("Question removed"),
        snapshot=_snapshot,
        is_taken=lambda call, code: code in taken_codes(call),
        new_code=_new_code,
        add=_add,
        remove=_retire,
        refusal=refusal_of_removal,
        name=_name,
        lines=_lines,
        public_note=_public_note,
        effects=_effects,
    )
)
