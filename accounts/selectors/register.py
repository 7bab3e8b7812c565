"""Finding one's organisation by name or number: among those registered here, and in the registers' snapshots."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import CharField, Func, Q, QuerySet, Value
from django.db.models.functions import Lower
from django.shortcuts import get_object_or_404

from accounts.enums import Country, OrganisationKind
from accounts.models import Organisation, RegisterEntry
from accounts.register.domains import is_public
from accounts.register.folding import words

MATCHES_AT_MOST = 20
SHORTEST_QUERY = 2
_ACCENTED, _PLAIN = "æøåäöéèêëüúùáàâíìîóòôýðþßđł", "aoaaoeeeeuuuaaaiiioooydtsdl"


@dataclass(frozen=True)
class Match:
    """An organisation somebody may mean. Registered here (`organisation_pk`), in a snapshot (`entry_pk`), or both."""

    name: str
    country: str
    number: str
    kind: str
    organisation_pk: int | None = None
    entry_pk: int | None = None

    def get_country_display(self) -> str:
        return str(Country(self.country).label)

    def get_kind_display(self) -> str:
        return str(OrganisationKind(self.kind).label)


def find_organisations(query: str, *, country: str = "") -> list[Match]:
    """At most twenty, those registered here first. All that is typed begins words of the name, or is the number."""
    typed = words(query)
    if len("".join(typed)) < SHORTEST_QUERY:
        return []
    compact = "".join(character for character in query if character.isalnum())
    here = list(_registered(typed, compact, country)[:MATCHES_AT_MOST])
    matches = [Match(one.name, one.country, one.number, one.kind, organisation_pk=one.pk) for one in here]
    known = {(one.country, one.number) for one in here if one.number}
    matches += [
        Match(entry.name, entry.country, entry.number, entry.kind, entry_pk=entry.pk)
        for entry in _entries(typed, compact, country)[: MATCHES_AT_MOST + len(known)]
        if (entry.country, entry.number) not in known
    ]
    return _with_registered(matches[:MATCHES_AT_MOST])


def _registered(typed: list[str], compact: str, country: str) -> QuerySet[Organisation]:
    folded = Func(Lower("name"), Value(_ACCENTED), Value(_PLAIN), function="translate", output_field=CharField())
    for pair, letter in (("a[ae]", "a"), ("oe", "o")):
        folded = Func(
            folded, Value(pair), Value(letter), Value("g"), function="regexp_replace", output_field=CharField()
        )
    named = Q()
    for word in typed:  # words hold only a to z and digits
        named &= Q(folded__regex=rf"\m{word}")
    rows = Organisation.objects.annotate(folded=folded).exclude(kind=OrganisationKind.PROGRAMME_OWNER)
    if country:
        rows = rows.filter(country=country)
    return rows.filter(named | Q(number=compact) & ~Q(number="")).order_by("name", "pk")


def _entries(typed: list[str], compact: str, country: str) -> QuerySet[RegisterEntry]:
    search = SearchQuery(" & ".join(f"{word}:*" for word in typed), config="simple", search_type="raw")
    rows = RegisterEntry.objects.annotate(words=SearchVector("folded", config="simple"))
    if country:
        rows = rows.filter(country=country)
    # Two queries in one: a number and a name have an index each.
    keys = rows.filter(words=search).values("pk").union(RegisterEntry.objects.filter(number=compact).values("pk"))
    found = RegisterEntry.objects.filter(pk__in=keys)
    return (found.filter(country=country) if country else found).order_by("name", "pk")


def _with_registered(matches: list[Match]) -> list[Match]:
    """A snapshot's name may differ from the one registered here: the number tells."""
    unsure = {(one.country, one.number) for one in matches if one.organisation_pk is None}
    if not unsure:
        return matches
    numbers = [number for _country, number in unsure]
    here = {(one.country, one.number): one.pk for one in Organisation.objects.filter(number__in=numbers)}
    return [
        one
        if one.organisation_pk
        else Match(one.name, one.country, one.number, one.kind, here.get((one.country, one.number)), one.entry_pk)
        for one in matches
    ]


def get_register_entry(pk: int) -> RegisterEntry:
    """An entry of a snapshot. Raises Http404."""
    return get_object_or_404(RegisterEntry, pk=pk)


def proving_domains(*, country: str, number: str) -> list[str]:
    """Mail domains that the register names for this organisation and for no other."""
    entry = RegisterEntry.objects.filter(country=country, number=number).first() if number else None
    if entry is None:
        return []
    shared = {
        domain
        for domains in RegisterEntry.objects.filter(mail_domains__overlap=entry.mail_domains)
        .exclude(pk=entry.pk)
        .values_list("mail_domains", flat=True)
        for domain in domains
    }
    return [domain for domain in entry.mail_domains if domain not in shared and not is_public(domain)]
