"""How the registers of Norway, Denmark and Sweden look when they come as a file.

Column names are looked for in any case and with or without blanks, dots and hyphens, so that the CSV and the JSON of
one register (nested objects are flattened with dots) and its older editions fit one table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from accounts.enums import Country, LanguageForm, OrganisationKind
from accounts.register.domains import domain_of
from accounts.register.entry import BadRow, Entry
from accounts.validators import validate_organisation_number

Row = Mapping[str, str]
NAME_LENGTH = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def column(name: str) -> str:
    """The name of a column as it is compared."""
    return re.sub(r"[^a-zæøåäö0-9]", "", name.casefold())


@dataclass(frozen=True)
class Adapter:
    """One country's register.

    Each field is a tuple of column names in order of preference. `kind_of` gives the kind for (form, name), or None for
    what never applies in a sketch competition: people in business for themselves, parties, parts of an organisation.
    """

    country: str
    number: tuple[str, ...]
    name: tuple[str, ...]
    form: tuple[str, ...]
    kind_of: Callable[[str, str], str | None]
    email: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    part_of: tuple[str, ...] = ()

    def read(self, row: Row) -> Entry | None:
        """The organisation of a row, or None where it is none that could apply. Raises BadRow."""
        name = _clean(_first(row, self.name))
        if not name:
            raise BadRow("it has no name")
        if _first(row, self.ended):
            return None
        kind = self.kind_of(_first(row, self.form).strip(), name)
        if kind is None:
            return None
        domain = domain_of(_first(row, self.email))
        return Entry(
            country=self.country,
            number=self._number(row),
            name=name,
            kind=kind,
            language_form=_LANGUAGE_FORMS.get(_first(row, self.language).strip().casefold(), LanguageForm.NEUTRAL),
            mail_domains=(domain,) if domain else (),
            part_of=self._part_of(row),
        )

    def _part_of(self, row: Row) -> str:
        """What cannot be read is left out: the organisation itself is none the worse for it."""
        try:
            return validate_organisation_number(self.country, _first(row, self.part_of).strip())
        except ValidationError:
            return ""

    def _number(self, row: Row) -> str:
        typed = _first(row, self.number).partition("$")[0].strip()
        if len(typed) == 12 and self.country == Country.SE and typed.startswith("16"):
            typed = typed[2:]  # the tax agency's form, with a century for organisations
        try:
            return validate_organisation_number(self.country, typed)
        except ValidationError as error:
            raise BadRow(f"its number is not one of an organisation ({error.code})") from None


_LANGUAGE_FORMS = {"bokmål": LanguageForm.BOKMAL, "nynorsk": LanguageForm.NYNORSK}


def _first(row: Row, names: tuple[str, ...]) -> str:
    return next((row[name] for name in names if row.get(name)), "")


def _clean(name: str) -> str:
    plain = " ".join(_CONTROL.sub(" ", name.partition("$")[0]).split())[:NAME_LENGTH]
    return _spoken(plain) if plain.isupper() and len(plain) > _SHORT else plain


# Some registers shout. What is written small in a name, and what stays an abbreviation.
_SMALL = frozenset(
    {"av", "for", "fylkeskommune", "helseforetak", "i", "kommun", "kommune", "og", "och", "på", "sykehus", "til"}
)
_ABBREVIATIONS = frozenset({"AB", "APS", "AS", "ASA", "FKF", "HF", "IKS", "KF", "RHF", "SA", "SF"})
_SHORT = 4


def _spoken(name: str) -> str:
    first, *rest = [word if word in _ABBREVIATIONS else word.title() for word in name.split()]
    return " ".join([first, *(word.lower() if word.lower() in _SMALL else word for word in rest)])


def _columns(*names: str) -> tuple[str, ...]:
    return tuple(column(name) for name in names)


# Brønnøysund's codes (organisasjonsform). ENK, NUF, KBO and the like are people or no organisations of their own.
_NO = {
    "KOMM": OrganisationKind.MUNICIPALITY,
    "FYLK": OrganisationKind.COUNTY_AUTHORITY,
    "STAT": OrganisationKind.STATE_AGENCY,
    "ORGL": OrganisationKind.STATE_AGENCY,
    "HF": OrganisationKind.HEALTH_TRUST,
    "RHF": OrganisationKind.HEALTH_TRUST,
    "SF": OrganisationKind.PUBLIC_LAW_BODY,
    "SÆR": OrganisationKind.PUBLIC_LAW_BODY,
    "KF": OrganisationKind.PUBLIC_LAW_BODY,
    "FKF": OrganisationKind.PUBLIC_LAW_BODY,
    "IKS": OrganisationKind.PUBLIC_LAW_BODY,
    "KO": OrganisationKind.PUBLIC_LAW_BODY,
    "AS": OrganisationKind.COMPANY,
    "ASA": OrganisationKind.COMPANY,
    "SA": OrganisationKind.COMPANY,
}


def _norwegian(form: str, name: str) -> str | None:
    if form.upper() == "ORGL" and re.search(r"\bkommune\b", name, re.IGNORECASE):
        return OrganisationKind.MUNICIPALITY  # a municipality's own departments are registered below it
    return _NO.get(form.upper())


# CVR's codes (virksomhedsform) or their words. 10, a person in business for himself, is left out.
_DK = {
    "60": OrganisationKind.COMPANY,
    "aktieselskab": OrganisationKind.COMPANY,
    "80": OrganisationKind.COMPANY,
    "anpartsselskab": OrganisationKind.COMPANY,
    "230": OrganisationKind.STATE_AGENCY,
    "statslig administrativ enhed": OrganisationKind.STATE_AGENCY,
    "235": OrganisationKind.PUBLIC_LAW_BODY,
    "selvstændig offentlig virksomhed": OrganisationKind.PUBLIC_LAW_BODY,
    "245": OrganisationKind.REGION,
    "region": OrganisationKind.REGION,
    "250": OrganisationKind.MUNICIPALITY,
    "primærkommune": OrganisationKind.MUNICIPALITY,
}


def _danish(form: str, _name: str) -> str | None:
    return _DK.get(form.casefold())


# The statistics agency's legal forms (juridisk form), or the letters before the dollar sign in the companies' register.
_SE = {
    "81": OrganisationKind.STATE_AGENCY,
    "82": OrganisationKind.MUNICIPALITY,
    "83": OrganisationKind.PUBLIC_LAW_BODY,
    "84": OrganisationKind.REGION,
    "85": OrganisationKind.PUBLIC_LAW_BODY,
    "87": OrganisationKind.PUBLIC_LAW_BODY,
    "89": OrganisationKind.STATE_AGENCY,
    "49": OrganisationKind.COMPANY,
    "51": OrganisationKind.COMPANY,
    "AB": OrganisationKind.COMPANY,
    "EK": OrganisationKind.COMPANY,
    "KOMMUN": OrganisationKind.MUNICIPALITY,
    "REGION": OrganisationKind.REGION,
    "STATLIG MYNDIGHET": OrganisationKind.STATE_AGENCY,
}


def _swedish(form: str, _name: str) -> str | None:
    return _SE.get(form.partition("$")[0].partition("-")[0].strip().upper())


ADAPTERS: dict[str, Adapter] = {
    Country.NO: Adapter(
        Country.NO,
        number=_columns("organisasjonsnummer"),
        name=_columns("navn"),
        form=_columns("organisasjonsform.kode", "organisasjonsform"),
        kind_of=_norwegian,
        email=_columns("epostadresse", "e-postadresse"),
        language=_columns("maalform", "målform"),
        ended=_columns("slettedato"),
        part_of=_columns("overordnetEnhet"),
    ),
    Country.DK: Adapter(
        Country.DK,
        number=_columns("cvr-nummer", "cvr-nr.", "cvrnr", "CVR"),
        name=_columns("navn", "virksomhedsnavn", "navne.navn", "navn_tekst"),
        form=_columns("virksomhedsformkode", "virksomhedsform_kode", "virksomhedsform", "virksomhedsform_tekst"),
        kind_of=_danish,
        email=_columns("e-mail", "email", "emailadresse", "elektroniskPost"),
        ended=_columns("ophørsdato", "virksomhedOphørsdato", "livsforløb.slut"),
    ),
    Country.SE: Adapter(
        Country.SE,
        number=_columns("organisationsnummer", "organisationsnr", "organisationsidentitet", "PeOrgNr"),
        name=_columns("namn", "organisationsnamn", "Företagsnamn"),
        form=_columns("juridisk form", "JurForm", "organisationsform"),
        kind_of=_swedish,
        email=_columns("e-post", "epost", "E-postadress"),
        ended=_columns("avregistreringsdatum"),
    ),
}
