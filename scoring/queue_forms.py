"""Parses how a juror wants the list of work shown."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from competition.models import Topic
from scoring.enums import Progress, QueueOrder


class QueueForm(forms.Form):
    """Filters and order; what is not offered counts as not said."""

    progress = forms.ChoiceField(label=_("Status"), choices=[("", _("All")), *Progress.choices], required=False)
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    order = forms.ChoiceField(label=_("Order"), choices=QueueOrder.choices, required=False)

    def __init__(self, *args, topics: list[Topic], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = [("", _("All")), *((topic.code, topic.label) for topic in topics)]

    def asked(self) -> dict[str, str]:
        """Arguments of chosen_rows."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}

    @property
    def narrows(self) -> bool:
        return any(self.asked()[name] for name in ("progress", "topic"))
