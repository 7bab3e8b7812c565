"""Forms of the owner's side about questions: wording and answer side by side, merging, declining."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from competition.models import Enquiry
from competition.workspace_edits import EditedForm, PastedTextField

TEXTS = (
    ("question", _("Question as published (%(language)s)"), 2000, 6),
    ("answer", _("Answer (%(language)s)"), 5000, 10),
)


class AnswerForm(EditedForm):
    """The public wording and the answer in each language of the call. The wording begins as what was asked."""

    def __init__(self, *args: Any, enquiry: Enquiry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = [(code, name) for code, name in settings.LANGUAGES if code in enquiry.call.languages]
        self.rows_of = [[f"{name}_{code}" for code, _name in languages] for name, *_rest in TEXTS]
        for name, label, limit, rows in TEXTS:
            for code, language in languages:
                self.fields[f"{name}_{code}"] = PastedTextField(
                    label=label % {"language": language},
                    max_length=limit,
                    required=False,
                    widget=forms.Textarea(attrs={"rows": rows, "lang": code}),
                )
        present = {name: getattr(enquiry, name) or "" for row in self.rows_of for name in row}
        for name, value in present.items():
            self.initial.setdefault(name, value)
        self._begin_with_the_asked(enquiry, present)
        self.remember(enquiry.revision, present)

    def _begin_with_the_asked(self, enquiry: Enquiry, present: dict[str, str]) -> None:
        asked = f"question_{enquiry.language}"
        if asked not in self.fields:
            asked = f"question_{enquiry.call.default_language}"
        if not any(value for name, value in present.items() if name.startswith("question_")):
            self.initial[asked] = enquiry.text

    def text_rows(self) -> list[list[forms.BoundField]]:
        return [[self[name] for name in row] for row in self.rows_of]

    def arguments(self) -> dict[str, Any]:
        return {"texts": self.typed(), **self.stale_arguments()}


class MergeForm(forms.Form):
    """Which question this one is the same as."""

    def __init__(self, *args: Any, targets: list[Enquiry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.targets = {str(target.pk): target for target in targets}
        self.fields["into"] = forms.ChoiceField(
            label=_("It is the same question as"),
            choices=[(pk, self._words(target)) for pk, target in self.targets.items()],
            widget=forms.RadioSelect,
        )

    def _words(self, target: Enquiry) -> str:
        text = Truncator(" ".join(str(target.question or target.text).split())).chars(140)
        return f"{target.number}. {text}" if target.number else text

    def target(self) -> Enquiry:
        return self.targets[self.cleaned_data["into"]]
