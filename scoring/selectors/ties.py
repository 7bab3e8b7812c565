"""What ties a juror to a sketch as the registers show it, without anybody's having said so.

A tie has a source, which the log and the owner's pages name. The story behind it is never known here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from allauth.account.models import EmailAddress
from django.db.models import Q

from accounts.models import Membership, Organisation, RegisterEntry
from accounts.register.domains import domain_of, is_public
from competition.enums import CoApplicantState, SketchState
from competition.models import Call, CoApplicant, Sketch
from scoring.enums import TieSource, Verdict
from scoring.models import Assessment, ImpartialityDeclaration, Juror, JurorProfile
from scoring.selectors import people

Number = tuple[str, str]  # country, organisation number

# The reason of the list (templates_data/impartiality.json) that each source stands for.
REASON_OF = dict.fromkeys(TieSource, "employer") | {TieSource.AUTHOR: "wrote_sketch"}


@dataclass
class Party:
    """Everything behind one sketch, as it stands or as it was handed in. Also those who were asked and never answered.

    `organisations`: keys; `numbers`: (country, number); `domains`: mail domains that prove something; `authors`: keys
    of users. `known_as`: {what identifies one of them, also once it registers here: its name}.
    """

    organisations: set[int] = field(default_factory=set)
    numbers: set[Number] = field(default_factory=set)
    domains: set[str] = field(default_factory=set)
    authors: set[int] = field(default_factory=set)
    known_as: dict[str, str] = field(default_factory=dict)

    def add_organisation(self, pk: int, name: str, country: str, number: str) -> None:
        self.organisations.add(pk)
        self.known_as.setdefault(f"{country}{number}" if number else f"#{pk}", name)

    def add_stranger(self, row: CoApplicant) -> None:
        """One that is not registered here, known by what was typed about it."""
        self.numbers |= {(row.country, row.number)} - {(row.country, "")}
        self.domains |= {domain_of(row.mailbox)} - {""}
        self.known_as.setdefault(f"{row.country}{row.number}" if row.number else row.name, row.name)


@dataclass
class Person:
    """What a juror is recognised by."""

    user: int
    employers: set[int] = field(default_factory=set)
    memberships: set[int] = field(default_factory=set)
    numbers: set[Number] = field(default_factory=set)
    domains: set[str] = field(default_factory=set)


def automatic_conflicts(call: Call, jurors: Iterable[Juror] | None = None) -> dict[tuple[int, int], TieSource]:
    """(juror, sketch) -> source, for everything the registers show about people asked to sit. Nine queries.

    Employer (of the seat, or of the person's place in a pool), membership in any role, organisation number, parent and
    sub-unit where a register tells, mail domain unless anybody can have an address there, and having written or sent
    the sketch. The first of these that holds is named.
    """
    persons = _persons(call, jurors)
    parties = parties_of(call)
    _add_registered(persons, parties)
    related = _related_numbers({number for person in persons.values() for number in person.numbers})
    found = {}
    for pk, person in persons.items():
        kin = {other for number in person.numbers for other in related[number]}
        for sketch, party in parties.items():
            source = _tie(person, party, kin)
            if source is not None:
                found[pk, sketch] = source
    return found


def _tie(person: Person, party: Party, kin: set[Number]) -> TieSource | None:
    held = {
        TieSource.EMPLOYER: person.employers & party.organisations,
        TieSource.MEMBERSHIP: person.memberships & party.organisations,
        TieSource.NUMBER: person.numbers & party.numbers,
        TieSource.UNIT: kin & party.numbers,
        TieSource.MAIL_DOMAIN: person.domains & party.domains,
        TieSource.AUTHOR: {person.user} & party.authors,
    }
    return next((source for source, shared in held.items() if shared), None)


def _persons(call: Call, jurors: Iterable[Juror] | None) -> dict[int, Person]:
    seats = call.jurors.filter(state__in=people.SEATED_STATES)
    if jurors is not None:
        seats = seats.filter(pk__in=[juror.pk for juror in jurors])
    persons, of_user = {}, {}
    for pk, user, employer, email in seats.values_list("pk", "user", "organisation", "user__email"):
        persons[pk] = of_user[user] = Person(user, employers={employer} - {None}, domains={domain_of(email)} - {""})
    for user, organisation in Membership.objects.filter(user__in=of_user).values_list("user", "organisation"):
        of_user[user].memberships.add(organisation)
    profiles = JurorProfile.objects.filter(user__in=of_user, organisation__isnull=False)
    for user, employer in profiles.values_list("user", "organisation"):
        of_user[user].employers.add(employer)
    addresses = EmailAddress.objects.filter(user__in=of_user, verified=True)
    for user, email in addresses.values_list("user", "email"):
        of_user[user].domains |= {domain_of(email)} - {""}
    return persons


def parties_of(call: Call) -> dict[int, Party]:
    """sketch's key -> who stands behind it, of everything that was handed in. Two queries."""
    parties: dict[int, Party] = defaultdict(Party)
    sketches = Sketch.objects.filter(call=call).exclude(state=SketchState.DRAFT).order_by("pk")
    for pk, lead, name, country, number, author, sender, handed_in in sketches.values_list(
        "pk",
        "organisation",
        "organisation__name",
        "organisation__country",
        "organisation__number",
        "created_by",
        "current_version__submitted_by",
        "current_version__organisations",
    ):
        party = parties[pk]
        party.authors = {author, sender} - {None}
        party.add_organisation(lead, name, country, number)
        for other in handed_in or []:
            party.add_organisation(other["id"], other["name"], other["country"], other["number"])
    asked = CoApplicant.objects.filter(sketch__in=list(parties)).exclude(state=CoApplicantState.DECLINED)
    for row in asked.select_related("organisation").order_by("pk"):
        if row.organisation is None:
            parties[row.sketch_id].add_stranger(row)
        else:
            one = row.organisation
            parties[row.sketch_id].add_organisation(one.pk, one.name, one.country, one.number)
    return dict(parties)


def _add_registered(persons: dict[int, Person], parties: dict[int, Party]) -> None:
    """Numbers of everybody's organisations, and the mail domains of those behind sketches. One query."""
    wanted = {pk for party in parties.values() for pk in party.organisations}
    wanted |= {pk for person in persons.values() for pk in person.employers | person.memberships}
    known = Organisation.objects.only("country", "number", "mailbox", "mail_domains").in_bulk(wanted)
    for party in parties.values():
        for one in (known[pk] for pk in party.organisations if pk in known):
            party.numbers |= _number_of(one)
            party.domains |= {domain_of(one.mailbox), *(name for name in one.mail_domains if not is_public(name))}
        party.domains.discard("")
    for person in persons.values():
        for pk in person.employers | person.memberships:
            person.numbers |= _number_of(known[pk])


def _number_of(organisation: Organisation) -> set[Number]:
    return {(organisation.country, organisation.number)} if organisation.number else set()


def _related_numbers(numbers: set[Number]) -> dict[Number, set[Number]]:
    """number -> its parent and its sub-units, as far as a register that was loaded tells. One query."""
    related: dict[Number, set[Number]] = {number: set() for number in numbers}
    bare = {number for _country, number in numbers}
    entries = RegisterEntry.objects.exclude(part_of="").filter(Q(number__in=bare) | Q(part_of__in=bare))
    for country, number, part_of in entries.values_list("country", "number", "part_of"):
        for one, other in _both_ways((country, number), (country, part_of)):
            if one in related:
                related[one].add(other)
    return related


def _both_ways(one: Number, other: Number) -> Iterator[tuple[Number, Number]]:
    yield one, other
    yield other, one


@dataclass(frozen=True)
class LateTie:
    """A tie that was not known while the juror could still be kept out. `counted`: a grade of the juror's stands."""

    juror: Juror
    sketch: Sketch
    source: TieSource
    counted: bool


def late_ties(call: Call) -> list[LateTie]:
    """What the registers show once the assessment is completed: told to the owner, and nothing is undone by itself."""
    kept_out = set(
        ImpartialityDeclaration.objects.filter(juror__call=call)
        .exclude(verdict=Verdict.IMPARTIAL)
        .values_list("juror", "sketch")
    )
    found = {pair: source for pair, source in automatic_conflicts(call).items() if pair not in kept_out}
    if not found:
        return []
    counted = set(Assessment.objects.final().filter(juror__call=call).values_list("juror", "sketch"))
    jurors = {juror.pk: juror for juror in call.jurors.select_related("user")}
    sketches = Sketch.objects.in_bulk({sketch for _juror, sketch in found})
    return [
        LateTie(jurors[juror], sketches[sketch], source, (juror, sketch) in counted)
        for (juror, sketch), source in sorted(found.items())
    ]
