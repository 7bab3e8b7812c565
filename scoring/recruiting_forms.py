"""Parses what is typed when a jury is filled: pasted addresses, and until when people may answer."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from competition.models import Call
from competition.workspace_fields import WallClockField, at_wall_clock
from scoring.services.recruiting import AT_ONCE_AT_MOST

LINE_AT_MOST = 400


@dataclass(frozen=True)
class PastedLine:
    """One line of what was pasted; `problem` is empty where it names somebody to invite."""

    number: int
    text: str
    email: str = ""
    name: str = ""
    problem: str | Promise = ""


def read_lines(text: str) -> list[PastedLine]:
    """One person to a line: an address alone, or `Name <address>`. Empty lines count, so that numbers are found."""
    found: list[PastedLine] = []
    seen: dict[str, int] = {}
    for number, raw in enumerate(text.replace("\x00", "").splitlines(), start=1):
        line = " ".join(raw.strip(" \t;,").split())
        if not line:
            continue
        name, email = _parsed(line)
        try:
            validate_email(email)
        except ValidationError:
            found.append(PastedLine(number, line[:120], problem=_("This is no e-mail address.")))
            continue
        if email in seen:
            problem = _("The address stands on line %(line)s already.") % {"line": seen[email]}
            found.append(PastedLine(number, line[:120], email, name, problem))
            continue
        seen[email] = number
        found.append(PastedLine(number, line[:120], email, name))
    return found


def _parsed(line: str) -> tuple[str, str]:
    """(name, address in lower case) of a line; the address is what does not parse where nothing does."""
    if len(line) > LINE_AT_MOST:
        return "", ""
    name, address = parseaddr(line)
    if not address or "@" not in address or (not name and address != line.strip("<>")):
        return "", line.lower()
    return name.strip('"')[:120], address.lower()


class AnswerByForm(forms.Form):
    """Until when people may answer, on the call's clock; empty: as long as the invitation stands."""

    answer_by = WallClockField(
        label=_("Answer by"),
        required=False,
        help_text=_("On the call's clock. Later the link says that the time is over; you can invite again."),
    )

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.call = call

    def clean_answer_by(self) -> Any:
        wall = self.cleaned_data["answer_by"]
        return at_wall_clock(wall, self.call.zone) if wall else None


class PasteForm(forms.Form):
    """Addresses, one to a line."""

    addresses = forms.CharField(
        label=_("Addresses"),
        strip=False,
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("One person to a line: an address, or a name with the address in angle brackets: Name <name@…>"),
    )

    def clean_addresses(self) -> list[PastedLine]:
        lines = read_lines(self.cleaned_data["addresses"])
        if not lines:
            raise forms.ValidationError(_("Write at least one address."))
        if len(lines) > AT_ONCE_AT_MOST:
            raise forms.ValidationError(_("At most %(most)s people are invited at once.") % {"most": AT_ONCE_AT_MOST})
        return lines
