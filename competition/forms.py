"""Forms of the applicant's pages. They carry what was typed to the services, which decide whether it will do."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import PastedTextField
from accounts.models import Organisation
from competition.enums import QuestionKind
from competition.files import ACCEPTED
from competition.models import Question, Topic
from competition.organisation_lists import as_lines
from competition.services.settling import Seen

ROWS_AT_MOST, ROWS_AT_LEAST, CHARS_PER_ROW = 16, 5, 110


class Unchecked:
    """A field that shows whether it is required and yet lets a draft be saved without it."""

    def clean(self, value: Any) -> Any:
        return value


class UncheckedText(Unchecked, forms.CharField):
    pass


class UncheckedOrganisations(UncheckedText):
    def prepare_value(self, value: Any) -> Any:
        return as_lines(value)


class UncheckedChoice(Unchecked, forms.ChoiceField):
    pass


class UncheckedChoices(Unchecked, forms.MultipleChoiceField):
    pass


class UncheckedConfirmation(Unchecked, forms.BooleanField):
    pass


def _field(question: Question, topics: list[Topic]) -> forms.Field:
    common = {"label": question.label, "help_text": question.help_text, "required": question.required}
    kind = question.kind
    if kind == QuestionKind.CONFIRM:
        return UncheckedConfirmation(**common)
    if kind == QuestionKind.CHOICE:
        choices = [(option.code, option.label) for option in question.options.all()]
        return UncheckedChoice(choices=choices, widget=forms.RadioSelect, **common)
    if kind in (QuestionKind.MULTIPLE, QuestionKind.TOPICS):
        rows = topics if kind == QuestionKind.TOPICS else question.options.all()
        choices = [(row.code, row.label) for row in rows]
        return UncheckedChoices(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
    if kind == QuestionKind.ORGANISATIONS:
        return UncheckedOrganisations(strip=False, widget=forms.Textarea, **_with_way_of_writing(common))
    return UncheckedText(strip=False, widget=_text_widget(kind), **common)


def _with_way_of_writing(common: dict[str, Any]) -> dict[str, Any]:
    how = _("One organisation to a line: its name, then a semicolon and its number if it has one.")
    return common | {"help_text": " ".join(filter(None, (common["help_text"], str(how))))}


def _text_widget(kind: str) -> forms.Widget:
    if kind == QuestionKind.LONG_TEXT:
        return forms.Textarea()
    if kind == QuestionKind.DATE:
        return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    if kind in (QuestionKind.NUMBER, QuestionKind.MONEY):
        return forms.TextInput(attrs={"inputmode": "decimal"})
    if kind == QuestionKind.FILE:  # in a preview only: files have a page of their own
        return forms.FileInput()
    return forms.TextInput()


class SectionForm(forms.Form):
    """One page of a call's form. `revision` is the draft's count when the page was made; `on_page` the questions that
    it showed, for what it did not show must not be taken for an empty answer; `page` a name of this very page, and
    `writer` the key of the person whom it was made for: two tabs of one browser are told apart. `was` holds the answers
    as the page had them, so that it is known who changed what.
    """

    use_required_attribute = False
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    on_page = forms.CharField(widget=forms.HiddenInput, required=False)
    page = forms.CharField(widget=forms.HiddenInput, required=False)
    writer = forms.CharField(widget=forms.HiddenInput, required=False)
    was = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)

    def __init__(self, *args: Any, questions: tuple[Question, ...], topics: list[Topic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = self.data.get("on_page", "").split() if self.is_bound else []
        self.questions = tuple(one for one in questions if not shown or one.code in shown)
        self.initial["on_page"] = " ".join(question.code for question in questions)
        for question in self.questions:
            self.fields[question.code] = _field(question, topics)

    def rows(self) -> list[dict[str, Any]]:
        """For the template: each field with its limit and height, and the condition that stands on the same page."""
        present = {question.pk: question for question in self.questions}
        return [
            {
                "field": self[question.code],
                "limit": question.max_chars,
                "rows": max(ROWS_AT_LEAST, min(ROWS_AT_MOST, (question.max_chars or 1500) // CHARS_PER_ROW)),
                "condition": condition_words(question, present.get(question.shown_if_id)),
            }
            for question in self.questions
        ]

    def values(self) -> dict[str, Any]:
        return {
            question.code: self.cleaned_data[question.code]
            for question in self.questions
            if question.code in self.cleaned_data
        }

    def seen(self) -> Seen:
        """What the page knew of the draft. A page that says nothing readable asks for no comparison."""
        return Seen(
            revision=self.cleaned_data.get("revision"),
            values=_read(self.cleaned_data.get("was", "")),
            page=_name_of_page(self.cleaned_data.get("page", "")),
        )


def _read(text: str) -> dict[str, Any]:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _name_of_page(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def typed(question: Question, value: Any) -> list[str]:
    """What the fields of a question send where its answer is `value`."""
    if question.kind == QuestionKind.CONFIRM:
        return ["on"] if value else []
    if question.kind in (QuestionKind.MULTIPLE, QuestionKind.TOPICS):
        return list(value or [])
    if question.kind == QuestionKind.CHOICE:
        return [value] if value else []
    return [as_lines(value) if question.kind == QuestionKind.ORGANISATIONS else value or ""]


def condition_words(question: Question, on: Question | None) -> dict[str, Any] | None:
    """When the question is asked, for a reader and for the script; None where that is settled."""
    if on is None:
        return None
    if on.kind == QuestionKind.CONFIRM:
        answers = str(_("Yes"))
    else:
        answers = ", ".join(f"“{one.label}”" for one in on.options.all() if one.code in question.shown_if_codes)
    return {"on": on.code, "codes": " ".join(question.shown_if_codes), "label": on.label, "answers": answers}


class StartForm(forms.Form):
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Which organisation applies?"), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args: Any, organisations, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]


class CodeForm(StartForm):
    """An invitation code, and for whom it is used."""

    code = forms.CharField(
        label=_("Invitation code"),
        max_length=40,
        help_text=_("Eight letters and digits. Capitals, spaces and hyphens do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].label = _("For which organisation?")
        self.order_fields(["code", "organisation"])


class ReasonForm(forms.Form):
    reason = PastedTextField(label=_("Reason"), max_length=2000)


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several; cleaned to a list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, (list, tuple)) else [data]
        return [super(FilesField, self).clean(file, initial) for file in given or [None]]


class UploadForm(forms.Form):
    # Checked by the service: its messages say more.
    file = FilesField(
        label=_("Choose files"),
        allow_empty_file=True,
        max_length=1000,
        widget=FilesInput(attrs={"accept": ",".join(ACCEPTED)}),
    )


class UploadBeginForm(forms.Form):
    """What a script announces of a large file. modified: milliseconds since 1970."""

    name = forms.CharField(max_length=1000)
    size = forms.IntegerField(min_value=0, max_value=2**40)
    modified = forms.IntegerField(min_value=0, max_value=2**53)


class PieceForm(forms.Form):
    offset = forms.IntegerField(min_value=0, max_value=2**40)


class SearchForm(forms.Form):
    q = forms.CharField(
        label=_("Name or organisation number"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


class VerifyForm(forms.Form):
    """A receipt's number, or the file that was downloaded with it."""

    number = forms.CharField(label=_("Receipt number"), max_length=40, required=False)
    file = forms.FileField(label=_("Receipt file (JSON)"), required=False, allow_empty_file=True)
