"""What the machine can say about the conditions of the formal check. A person decides; the machine only points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.characters import units
from accounts.models import Organisation
from competition.display import Answered
from competition.enums import FormalCondition, QuestionKind
from competition.models import Sketch, SketchVersion
from competition.selectors.access import why_not_eligible
from competition.selectors.endorsements import is_asked_for, version_endorsed

LANGUAGE_NAMES = dict(settings.LANGUAGES)


@dataclass(frozen=True)
class Hint:
    """`is_met` is None where the machine cannot tell."""

    is_met: bool | None
    text: str


@dataclass(frozen=True)
class Handed:
    """What a hint is made from: the version that counts, its answers as a reader sees them, who stands behind it."""

    sketch: Sketch
    version: SketchVersion
    answers: list[Answered]
    organisations: list[Organisation]


HintMaker = Callable[[Handed], Hint | None]
_makers: dict[str, HintMaker] = {}


def hint_for(condition: FormalCondition) -> Callable[[HintMaker], HintMaker]:
    """Register the function that looks at a condition."""

    def register(maker: HintMaker) -> HintMaker:
        _makers[condition] = maker
        return maker

    return register


def hint(condition: FormalCondition, handed: Handed) -> Hint | None:
    """What the machine says about the condition; None where it has nothing to look at."""
    maker = _makers.get(condition)
    return maker(handed) if maker else None


@hint_for(FormalCondition.ELIGIBLE)
def _eligible(handed: Handed) -> Hint:
    reasons = [
        f"{one.name}: {reason}" for one in handed.organisations if (reason := why_not_eligible(handed.sketch.call, one))
    ]
    if reasons:
        return Hint(is_met=False, text="\n".join(reasons))
    return Hint(is_met=True, text=", ".join(f"{one.name} ({one.get_kind_display()})" for one in handed.organisations))


@hint_for(FormalCondition.PARTNERS)
def _partners(handed: Handed) -> Hint:
    count, least = len(handed.version.organisations), handed.sketch.call.min_organisations
    text = ngettext(
        "%(count)s organisation; at least %(least)s is asked for.",
        "%(count)s organisations; at least %(least)s is asked for.",
        count,
    )
    return Hint(is_met=count >= least, text=text % {"count": count, "least": least})


@hint_for(FormalCondition.ENDORSED)
def _endorsed(handed: Handed) -> Hint | None:
    """Of the very text that was handed in; a call that does not ask for it has nothing to be looked at."""
    if not is_asked_for(handed.sketch.call):
        return None
    found = version_endorsed(handed.version, timezone.now())
    if found.record is None:
        return Hint(is_met=False, text=_("Nobody was asked for it."))
    at = found.record.answered_at or found.record.asked_at
    text = _("%(status)s: %(role)s, %(time)s") % {
        "status": found.status.label,
        "role": found.record.role_title,
        "time": date_format(timezone.localtime(at, handed.sketch.call.zone), "DATETIME_FORMAT"),
    }
    return Hint(is_met=found.is_given, text=text)


@hint_for(FormalCondition.ANSWERED)
def _answered(handed: Handed) -> Hint:
    missing = [one.label for one in handed.answers if one.required and not one.text]
    if missing:
        return Hint(is_met=False, text=_("Not answered: %(labels)s") % {"labels": ", ".join(missing)})
    return Hint(is_met=True, text=_("All of them are answered."))


@hint_for(FormalCondition.LANGUAGE)
def _language(handed: Handed) -> Hint:
    """The language that the applicant named; whether it is the one that was written is for a person to see."""
    name = str(LANGUAGE_NAMES.get(handed.sketch.language, handed.sketch.language))
    if handed.sketch.language not in handed.sketch.call.languages:
        return Hint(is_met=False, text=_("The applicant says that it is written in %(language)s.") % {"language": name})
    return Hint(is_met=None, text=_("The applicant says that it is written in %(language)s.") % {"language": name})


@hint_for(FormalCondition.LENGTH)
def _length(handed: Handed) -> Hint:
    long = [
        _("%(label)s: %(count)s of %(limit)s characters")
        % {"label": one.label, "count": units(one.value), "limit": one.max_chars}
        for one in handed.answers
        if one.kind in (QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT)
        and one.max_chars
        and isinstance(one.value, str)
        and units(one.value) > one.max_chars
    ]
    return Hint(is_met=not long, text="\n".join(long) or _("No answer is longer than its limit."))
