"""An organisation as every register describes it in the end."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.enums import LanguageForm


class BadRow(Exception):
    """A row that cannot be used. The message never repeats a number, which might be a person's."""


@dataclass(frozen=True)
class Entry:
    """`number` and `part_of` are checked and compact; `kind` an OrganisationKind."""

    country: str
    number: str
    name: str
    kind: str
    language_form: str = LanguageForm.NEUTRAL
    mail_domains: tuple[str, ...] = ()
    part_of: str = ""
