"""Amendments as they are read: by everybody, by those who are told, and by the owner who gathers them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext

from competition.amending import (
    ADD,
    CHANGE,
    LANGUAGES,
    Amendable,
    Change,
    Rows,
    Shape,
    assign,
    instant_of,
    read_changes,
    rows_of,
)
from competition.amendment_shares import Share, shown_shares
from competition.difference import Kind, Part, difference, shortened
from competition.display import in_language
from competition.enums import AmendmentKind
from competition.models import Amendment, Call, Topic

Row = TypeVar("Row", bound=models.Model)
LANGUAGE_NAMES = dict(settings.LANGUAGES)


@dataclass(frozen=True)
class ShownChange:
    """One change as a reader sees it.

    row: what of the call it is about, "" for the call itself. language: name of the text's language where it is not the
    reader's. shape: how `before` and `after` are to be written: instants and amounts are aware datetimes and Decimals,
    everything else is text. parts: of a text, what was taken out and put in; long stretches without change left out.
    op: "add" or "remove" of a whole row, which `lines` describe. note: what follows for applicants.
    """

    key: str
    row: str
    label: str | Promise
    language: str
    language_code: str
    shape: Shape
    before: Any
    after: Any
    parts: tuple[Part, ...] = ()
    public: bool = True
    op: str = CHANGE
    lines: tuple[str, ...] = ()
    note: str | Promise = ""

    @property
    def is_text(self) -> bool:
        return self.shape in (Shape.LINE, Shape.TEXT, Shape.OPTIONS)

    @property
    def old_words(self) -> str:
        return "".join(part.text for part in self.parts if part.kind is not Kind.ADDED).strip()

    @property
    def new_words(self) -> str:
        return "".join(part.text for part in self.parts if part.kind is not Kind.REMOVED).strip()


@dataclass(frozen=True)
class ShownAmendment:
    """A published amendment. reason_language, no_extension_language: code, where that text is not in the reader's
    language; else "".
    """

    number: int
    published_at: dt.datetime
    kind: AmendmentKind
    kind_label: str | Promise
    reason: str
    reason_language: str
    changes: tuple[ShownChange, ...]
    deadline_before: dt.datetime
    deadline_after: dt.datetime
    no_extension_reason: str
    no_extension_language: str
    shares: tuple[Share, ...] = ()

    @property
    def reason_language_name(self) -> str | Promise:
        return LANGUAGE_NAMES.get(self.reason_language, "")

    @property
    def no_extension_language_name(self) -> str | Promise:
        return LANGUAGE_NAMES.get(self.no_extension_language, "")

    @property
    def is_extended(self) -> bool:
        return self.deadline_after != self.deadline_before


def shown_amendments(call: Call, language: str, *, confidential: bool = False) -> list[ShownAmendment]:
    """The published amendments of a call, the latest first, in one query (and one more where topics changed)."""
    return [
        shown_amendment(call, amendment, language, confidential=confidential)
        for amendment in Amendment.objects.published().filter(call=call).order_by("-number")
    ]


def shown_amendment(call: Call, amendment: Amendment, language: str, *, confidential: bool = False) -> ShownAmendment:
    """confidential: also what only the owner's side may read of."""
    reason, reason_language = _said(amendment, "reason", call, language)
    declined, declined_language = _said(amendment, "no_extension_reason", call, language)
    others = [change for change in read_changes(amendment.changes) if not change.moves_deadline]  # told by itself
    changes = shown_changes(others, language)
    return ShownAmendment(
        number=amendment.number or 0,
        published_at=amendment.published_at,  # type: ignore[arg-type]
        kind=AmendmentKind(amendment.kind),
        kind_label=AmendmentKind(amendment.kind).label,
        reason=reason,
        reason_language=reason_language,
        changes=tuple(change for change in changes if change.public or confidential),
        deadline_before=amendment.deadline_before,  # type: ignore[arg-type]
        deadline_after=amendment.deadline_after,  # type: ignore[arg-type]
        no_extension_reason=declined,
        no_extension_language=declined_language,
        shares=shown_shares(amendment.weights, language),
    )


def _said(amendment: Amendment, name: str, call: Call, language: str) -> tuple[str, str]:
    """(a text of the amendment for a reader of the language, the code of its language where that is another)."""
    texts = {code: getattr(amendment, f"{name}_{code}") or "" for code in LANGUAGES}
    text = texts[language] or texts[call.default_language] or in_language(texts, language)
    return text, "" if texts[language] else next((code for code in texts if text and texts[code] == text), "")


def shown_changes(changes: Iterable[Change], language: str, *, every_language: bool = False) -> list[ShownChange]:
    """Changes for a reader of the language: of a text that changed in several languages, the reader's own.

    every_language: all of them, as the owner looks them through.
    """
    changes = [change for change in changes if change.about is not None or change.rows is not None]
    in_own = {_text_of(change) for change in changes if change.about and change.about.language == language}
    topics = _topic_labels(changes)
    shown = []
    for change in changes:
        if change.rows is not None:
            shown.append(_shown_row(change, change.rows, language))
        elif change.about is not None and (
            every_language or change.about.language in ("", language) or _text_of(change) not in in_own
        ):
            shown.append(_shown(change, change.about, "" if every_language else language, topics))
    return shown


def _shown_row(change: Change, rows: Rows, language: str) -> ShownChange:
    comes = change.op == ADD
    values = change.after if comes else change.before
    return ShownChange(
        key=change.key_text,
        row=in_language(dict(change.name), language),
        label=change.label,
        language="",
        language_code="",
        shape=Shape.ROW,
        before="",
        after="",
        op=change.op,
        lines=tuple(rows.lines(values, language)),
        note=rows.public_note(values, comes),
    )


def _text_of(change: Change) -> tuple[str, str, str]:
    """The text that the change is about, whichever its language."""
    language = change.about.language if change.about else ""
    return change.target, change.code, change.field.removesuffix(f"_{language}")


def _topic_labels(changes: Iterable[Change]) -> dict[str, str]:
    if not any(change.key == ("call", "", "topics") for change in changes):
        return {}
    return {topic.code: topic.label for topic in Topic.objects.all()}


def _shown(change: Change, about: Amendable, language: str, topics: dict[str, str]) -> ShownChange:
    before, after = change.before, change.after
    if about.shape is Shape.OPTIONS:
        before, after = option_lines(before, language), option_lines(after, language)
    is_text = about.shape in (Shape.LINE, Shape.TEXT, Shape.OPTIONS)
    is_foreign = about.language not in ("", language)
    return ShownChange(
        key=change.key_text,
        row=in_language(dict(change.name), language or get_language() or settings.LANGUAGE_CODE),
        label=about.label,
        language=LANGUAGE_NAMES.get(about.language, "") if is_foreign else "",
        language_code=about.language if is_foreign else "",
        shape=about.shape,
        before=_value(about, before, topics),
        after=_value(about, after, topics),
        parts=tuple(shortened(difference(before, after))) if is_text else (),
        public=about.public,
    )


def option_lines(options: Iterable[dict[str, str]], language: str) -> str:
    """A line for each option, in the language, or, where that is "", in all in which it has a text."""
    lines = []
    for option in options:
        texts = {code: option.get(f"label_{code}") or "" for code in LANGUAGES}
        own = in_language(texts, language) if language else " / ".join(dict.fromkeys(filter(None, texts.values())))
        lines.append(f"– {own}\n")
    return "".join(lines)


def _value(about: Amendable, value: Any, topics: dict[str, str]) -> Any:
    """JSON as it is shown; nothing is ""."""
    if value in (None, "", []):
        return ""
    if about.shape is Shape.INSTANT:
        return instant_of(value)
    if about.shape is Shape.MONEY:
        return Decimal(value)
    if about.shape is Shape.YES_NO:
        return gettext("Yes") if value else gettext("No")
    if about.shape in (Shape.CHOICE, Shape.CHOICES):
        codes = value if isinstance(value, list) else [value]
        return ", ".join(str(about.choices.get(code) or topics.get(code) or code) for code in codes)
    return str(value)


def as_amended(row: Row, amendment: Amendment | None, kind: str = "call", code: str = "") -> Row:
    """A copy of the row with what is gathered for it, for forms; never to be saved."""
    amended = copy(row)
    for change in read_changes(amendment.changes if amendment else ()):
        if change.key[:2] == (kind, code) and change.about is not None:
            assign(amended, change.field, change.after)
    return amended


def topics_as_amended(call: Call, amendment: Amendment | None) -> list[str]:
    """Codes of the call's topics, as they will be with what is gathered."""
    for change in read_changes(amendment.changes if amendment else ()):
        if change.key == ("call", "", "topics"):
            return change.after
    return list(call.topics.values_list("code", flat=True))


def additions(amendment: Amendment | None, kind: str) -> dict[str, dict[str, Any]]:
    """{code: values} of the rows of the kind that the amendment is to add."""
    changes = read_changes(amendment.changes if amendment else ())
    return {change.code: change.after for change in changes if (change.target, change.op) == (kind, ADD)}


def named_additions(amendment: Amendment | None, kind: str) -> list[tuple[str, str]]:
    """[(code, what the row is called)] of the same."""
    rows, language = rows_of(kind), get_language() or settings.LANGUAGE_CODE
    if rows is None:
        return []
    return [(code, in_language(rows.name(values), language)) for code, values in additions(amendment, kind).items()]


def gathering_of(call: Call) -> Amendment | None:
    """What waits to be published; None where nothing was ever gathered since the last time."""
    return Amendment.objects.gathering().filter(call=call).first()
