"""Parses what is typed about people in a pool of jurors, by those who run it and by the jurors themselves."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from competition.models import Topic
from competition.workspace_edits import PastedLineField
from scoring.enums import PoolState, Sector, Seniority
from scoring.models import JurorProfile
from scoring.models.pool import CAPACITY_AT_MOST
from scoring.selectors.workspace import find_organisation
from scoring.services.pool import Facts
from scoring.workspace_forms import STRENGTHS

NOT_SAID = ("", _("not said"))
FACTS = ("employer", "sector", "seniority", "region", "languages", "capacity")


class FactsForm(forms.Form):
    """Employer, sector, experience, region, languages, capacity and topics."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    employer = PastedLineField(
        label=_("Employer"),
        required=False,
        max_length=200,
        help_text=_(
            "The name or number of an organisation that is registered here, so that sketches of its own are kept away. "
            "Another name is kept as it is written, and compared with nothing."
        ),
    )
    sector = forms.ChoiceField(label=_("Sector"), choices=[NOT_SAID, *Sector.choices], required=False)
    seniority = forms.ChoiceField(label=_("Experience"), choices=[NOT_SAID, *Seniority.choices], required=False)
    region = PastedLineField(label=_("Region"), required=False, max_length=80)
    languages = forms.MultipleChoiceField(
        label=_("Reads sketches in"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    capacity = forms.IntegerField(
        label=_("Sketches in one call at most"), min_value=1, max_value=CAPACITY_AT_MOST, initial=20
    )

    def __init__(self, *args: Any, topics: list[Topic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topics = topics
        for topic in topics:
            self.fields[f"topic-{topic.code}"] = forms.ChoiceField(label=topic.label, choices=STRENGTHS, required=False)

    @classmethod
    def initial_of(cls, profile: JurorProfile, topics: list[Topic], strengths: dict[int, float]) -> dict[str, Any]:
        known = {f"topic-{topic.code}": _nearest(strengths[topic.pk]) for topic in topics if strengths.get(topic.pk)}
        employer = profile.organisation.name if profile.organisation else profile.employer
        plain = {name: getattr(profile, name) for name in (*FACTS[1:], "revision", "state")}
        return {"employer": employer, "pause": profile.state == PoolState.PAUSED, **plain, **known}

    def clean_employer(self) -> str | Organisation:
        """An organisation, or the name of one that is not registered here."""
        text = self.cleaned_data["employer"]
        found = find_organisation(text) if text else None
        if found is None and sum(sign.isdigit() for sign in text) >= 6:
            raise forms.ValidationError(_("No organisation here has this number. Write the employer's name instead."))
        return found or text

    def facts(self) -> Facts:
        data = self.cleaned_data
        employer = data["employer"]
        strengths = {topic: Decimal(data[f"topic-{topic.code}"] or 0) for topic in self.topics}
        registered = isinstance(employer, Organisation)
        return Facts(
            organisation=employer if registered else None,
            employer="" if registered else employer,
            topics={topic: strength for topic, strength in strengths.items() if strength},
            languages=tuple(data["languages"]),
            **{name: data[name] for name in ("sector", "seniority", "region", "capacity")},
        )

    def field_for(self, named: str) -> str:
        """A service names the employer as `organisation`; here the field has its own name."""
        return "employer" if named == "organisation" else named

    def topic_fields(self) -> list[forms.BoundField]:
        return [self[f"topic-{topic.code}"] for topic in self.topics]

    def fact_fields(self) -> list[forms.BoundField]:
        names = ("email", "name", "language", *FACTS, "state", "pause")
        return [self[name] for name in names if name in self.fields]


class ProfileForm(FactsForm):
    """The pool's side of a profile."""

    state = forms.ChoiceField(label=_("State"), choices=PoolState.choices)


class OwnProfileForm(FactsForm):
    """The juror's own side of it."""

    pause = forms.BooleanField(label=_("Do not ask me for now"), required=False)


class AddForm(FactsForm):
    """Somebody new in the pool."""

    email = forms.EmailField(label=_("E-mail address"))
    name = PastedLineField(
        label=_("Name"),
        required=False,
        max_length=120,
        help_text=_("Shown until the person signs in and chooses another."),
    )
    language = forms.ChoiceField(label=_("Language of letters"), choices=settings.LANGUAGES)


class PoolFilterForm(forms.Form):
    """What a list of the pool is narrowed by. Whatever cannot be read narrows nothing."""

    q = forms.CharField(label=_("Name, address, employer or region"), required=False, max_length=100)
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=[("", _("Any")), *settings.LANGUAGES], required=False)
    sector = forms.ChoiceField(label=_("Sector"), choices=[("", _("Any")), *Sector.choices], required=False)
    seniority = forms.ChoiceField(label=_("Experience"), choices=[("", _("Any")), *Seniority.choices], required=False)
    state = forms.ChoiceField(
        label=_("State"), choices=[("", _("Active or paused")), *PoolState.choices], required=False
    )

    def __init__(self, *args: Any, topics: list[Topic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = [("", _("Any")), *((topic.code, topic.label) for topic in topics)]

    def asked(self) -> dict[str, str]:
        """{filter: value} of what can be read."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def _nearest(strength: float) -> str:
    """Of the strengths that the form offers, the one nearest to what an import brought."""
    return min((code for code, _label in STRENGTHS if code), key=lambda code: abs(float(code) - strength))
