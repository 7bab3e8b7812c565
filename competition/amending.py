"""What of an open call changes only by an amendment. Every room registers the rows and fields that it answers for.

A change is kept as JSON: instants as ISO 8601 in UTC, decimals as text, choices as lists of codes in the order in which
they are offered, a text that is missing as "".
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.functional import Promise

from competition.models import Call

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
CHANGE, ADD, REMOVE = "change", "add", "remove"


class Weight(StrEnum):
    """What a change of a field amounts to."""

    TEXT = "text"  # the owner says whether it is the wording or the substance
    DATE = "date"
    DEMAND = "demand"  # always of substance


class Shape(StrEnum):
    """How a value is shown."""

    LINE = "line"
    TEXT = "text"
    INSTANT = "instant"
    MONEY = "money"
    NUMBER = "number"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    OPTIONS = "options"  # what a choice offers: [{"code": …, "label_nb": …}] in order
    ROW = "row"  # a whole row that comes or goes


@dataclass(frozen=True)
class Amendable:
    """One field. language: of a text, "" for what has none. public: whether everybody may read of the change.

    after_deadline: a date that may still be moved when the call is closed, until its own event.
    """

    label: str | Promise
    weight: Weight
    shape: Shape
    language: str = ""
    choices: Mapping[str, str | Promise] = field(default_factory=dict)
    public: bool = True
    after_deadline: bool = False


@dataclass(frozen=True)
class Target:
    """One kind of row. `code` tells its rows apart; the call itself has the code "".

    name: (call, code) -> {language: what the row is called}. read: (call, code) -> {field: JSON}, empty where there is
    no such row. check: (call, code, {field: JSON}) raises InvalidInput by field. apply: writes what check lets pass.
    """

    kind: str
    fields: Mapping[str, Amendable]
    name: Callable[[Call, str], dict[str, str]]
    read: Callable[[Call, str], dict[str, Any]]
    check: Callable[[Call, str, Mapping[str, Any]], object]
    apply: Callable[[Call, str, Mapping[str, Any]], None]


@dataclass(frozen=True)
class Rows:
    """Rows of one kind that come and go by amendment. Values are JSON: {field: value}, the same for all functions.

    snapshot: (call, code) -> values, None where there is no such row. is_taken: whether a row has, or had, the code.
    new_code: (call, values, codes that are gathered) -> code. add: (call, code, values, instant), raises InvalidInput
    by field. remove: (call, code, instant). refusal: (call, code, codes that go too) -> why the row stays, or None.
    closed: call -> why none can come or go any more, or None.
    name: values -> {language: text}. lines: (values, language) -> what a reader sees of the row, a line each.
    public_note: (values, whether it comes) -> what follows for applicants. effects: (call, code, values, whether it
    comes) -> what the owner is told before.
    """

    kind: str
    added: str | Promise
    removed: str | Promise
    snapshot: Callable[[Call, str], dict[str, Any] | None]
    is_taken: Callable[[Call, str], bool]
    new_code: Callable[[Call, Mapping[str, Any], set[str]], str]
    add: Callable[[Call, str, Mapping[str, Any], dt.datetime], None]
    remove: Callable[[Call, str, dt.datetime], None]
    refusal: Callable[[Call, str, set[str]], str | Promise | None]
    name: Callable[[Mapping[str, Any]], dict[str, str]]
    lines: Callable[[Mapping[str, Any], str], list[str]]
    public_note: Callable[[Mapping[str, Any], bool], str | Promise]
    effects: Callable[[Call, str, Mapping[str, Any], bool], list[str]]
    closed: Callable[[Call], str | Promise | None] = lambda _call: None


_targets: dict[str, Target] = {}
_rows: dict[str, Rows] = {}


def register_target(target: Target) -> Target:
    _targets[target.kind] = target
    return target


def target_of(kind: str) -> Target:
    return _targets[kind]


def register_rows(rows: Rows) -> Rows:
    _rows[rows.kind] = rows
    return rows


def rows_of(kind: str) -> Rows | None:
    """How rows of the kind come and go; None where they do not."""
    return _rows.get(kind)


def amendable(kind: str, name: str) -> Amendable | None:
    """The field, or None where its room no longer knows it."""
    target = _targets.get(kind)
    return target.fields.get(name) if target else None


@dataclass(frozen=True)
class Change:
    """One entry of Amendment.changes. `name`: {language: what the row was called}, fixed when the change was made.

    op: of a whole row "add" or "remove", with `field` "" and the row's values in `after` or `before`.
    """

    target: str
    code: str
    field: str
    before: Any
    after: Any
    op: str = CHANGE
    name: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, str]:
        return self.target, self.code, self.field

    @property
    def key_text(self) -> str:
        """The key in one word, for forms and addresses."""
        return "/".join(self.key)

    @property
    def about(self) -> Amendable | None:
        return amendable(self.target, self.field)

    @property
    def rows(self) -> Rows | None:
        """Of a whole row that comes or goes: how its kind does."""
        return rows_of(self.target) if self.op != CHANGE else None

    @property
    def label(self) -> str | Promise:
        if self.rows is not None:
            return self.rows.added if self.op == ADD else self.rows.removed
        return self.about.label if self.about else self.field

    @property
    def is_demand(self) -> bool:
        if self.op != CHANGE:
            return True
        if self.about is not None and self.about.shape is Shape.OPTIONS:  # the same options in other words are a text
            return {one["code"] for one in self.before} != {one["code"] for one in self.after}
        return self.about is not None and self.about.weight is Weight.DEMAND

    @property
    def is_date(self) -> bool:
        return self.about is not None and self.about.weight is Weight.DATE

    @property
    def moves_deadline(self) -> bool:
        return self.key == ("call", "", "deadline")

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"name": dict(self.name)}


def read_changes(entries: Iterable[Mapping[str, Any]]) -> list[Change]:
    return [Change(**entry) for entry in entries]


# --- Values ---------------------------------------------------------------------------------------------------------


def encode(about: Amendable, value: Any) -> Any:
    """A column's value as JSON, such that equal things are equal."""
    if about.shape is Shape.CHOICES:
        codes = {str(code) for code in value or ()}
        return [code for code in about.choices if code in codes] or sorted(codes)
    if about.shape is Shape.OPTIONS:
        texts = [f"label_{code}" for code in LANGUAGES]
        return [{"code": one["code"]} | {name: one.get(name) or "" for name in texts} for one in value or ()]
    if about.shape in (Shape.LINE, Shape.TEXT):
        return str(value or "").replace("\r\n", "\n")
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value


def instant_of(value: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(value) if value else None


# --- Fields and rows made of models ----------------------------------------------------------------------------------


def fields_of(model: type[models.Model], *names: str, weight: Weight, **more: Any) -> dict[str, Amendable]:
    """Amendable columns of a model; a translated one stands for its columns in every language."""
    found: dict[str, Amendable] = {}
    columns = {column.name: column for column in model._meta.get_fields()}
    for name in names:
        languages = [code for code in LANGUAGES if f"{name}_{code}" in columns]
        for column, language in [(f"{name}_{code}", code) for code in languages] or [(name, "")]:
            column_field = columns[column]
            found[column] = Amendable(
                label=columns[name].verbose_name,  # type: ignore[union-attr]
                weight=weight,
                shape=_shape(column_field),
                language=language,
                choices=_choices(column_field),
                **more,
            )
    return found


_SHAPES: tuple[tuple[type, Shape], ...] = (
    (models.DateTimeField, Shape.INSTANT),
    (models.BooleanField, Shape.YES_NO),
    (models.ManyToManyField, Shape.CHOICES),
    (ArrayField, Shape.CHOICES),
    (models.DecimalField, Shape.MONEY),
    (models.IntegerField, Shape.NUMBER),
    (models.ForeignKey, Shape.CHOICE),
    (models.TextField, Shape.TEXT),
)


def _shape(column: Any) -> Shape:
    if getattr(column, "choices", None):
        return Shape.CHOICE
    return next((shape for kind, shape in _SHAPES if isinstance(column, kind)), Shape.LINE)


def _choices(column: Any) -> dict[str, str | Promise]:
    source = column.base_field if isinstance(column, ArrayField) else column
    return dict(getattr(source, "choices", None) or ())


def value_of(row: models.Model, name: str, about: Amendable) -> Any:
    """A column of the row as JSON; of a relation to many, the codes of what it leads to."""
    column = row._meta.get_field(name)
    if column.many_to_many:
        return encode(about, getattr(row, name).values_list("code", flat=True))
    return encode(about, getattr(row, name))


def assign(row: models.Model, name: str, value: Any) -> None:
    """Set a column from JSON. Raises ValidationError for what is no value of it; relations to many are left alone."""
    column = row._meta.get_field(name)
    if column.concrete and not column.many_to_many:
        setattr(row, name, column.to_python(value))  # type: ignore[union-attr]
