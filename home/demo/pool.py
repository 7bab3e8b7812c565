"""The pool of jurors of a demo programme: roles, never persons."""

from __future__ import annotations

from dataclasses import dataclass

from competition.enums import ProgrammeRole
from competition.models import Topic
from home.demo import people
from home.demo.world import World, user
from scoring.enums import PoolState, Sector, Seniority
from scoring.services.pool import Facts, add_to_pool, change_own_profile, change_profile

PROGRAMME = "f-no-programme"
PUBLIC, PRIVATE, RESEARCH, CIVIL = Sector.PUBLIC, Sector.PRIVATE, Sector.RESEARCH, Sector.CIVIL
SENIOR, EXPERIENCED, EARLY = Seniority.SENIOR, Seniority.EXPERIENCED, Seniority.EARLY


@dataclass(frozen=True)
class Role:
    """Somebody to ask. employer: key of an organisation of the demo, or a name. topics: code -> strength, 0 to 1."""

    name: str
    employer: str
    sector: Sector
    seniority: Seniority
    region: str
    languages: tuple[str, ...]
    capacity: int
    topics: dict[str, float]
    state: PoolState = PoolState.ACTIVE


ROLES = (
    Role("Innovasjonsleder, kommune", "f-no-fjordby", PUBLIC, SENIOR, "Vestland", ("nb", "nn"), 8, {"health": 1}),
    Role("Rådgiver, velferdsteknologi", "f-no-skogheim", PUBLIC, EXPERIENCED, "Innlandet", ("nb",), 6,
         {"health": 1, "soc-pro": 0.5}),
    Role("Overlege, sykehus", "f-no-sh-nordfjell", PUBLIC, SENIOR, "Nordland", ("nb", "sv"), 4, {"health": 1}),
    Role("Seksjonsleder, samferdsel", "f-no-veitilsyn", PUBLIC, SENIOR, "Oslo", ("nb", "da"), 10, {"econ-aff": 1}),
    Role("Havnefogd", "f-no-kystetat", PUBLIC, EXPERIENCED, "Troms", ("nb",), 5, {"econ-aff": 1, "env-pro": 0.5}),
    Role("Forsker, offentlig innovasjon", "Institutt for styring", RESEARCH, SENIOR, "Trøndelag", ("nb", "en"), 12,
         {"gen-pub": 1}),
    Role("Førsteamanuensis, design", "Kysthøgskolen", RESEARCH, EXPERIENCED, "Vestland", ("nb", "nn", "en"), 10,
         {"gen-pub": 0.5, "education": 1}),
    Role("Gründer, miljøteknologi", "Grønn kai AS", PRIVATE, EXPERIENCED, "Rogaland", ("nb",), 6, {"env-pro": 1}),
    Role("Investor, tidlig fase", "Såkorn nord AS", PRIVATE, SENIOR, "Oslo", ("nb", "en"), 8, {"econ-aff": 1}),
    Role("Pasientombud", "Brukerforbundet", CIVIL, EXPERIENCED, "Agder", ("nb",), 5, {"health": 0.5, "soc-pro": 1},
         PoolState.PAUSED),
    Role("Ung innovatør", "Ungt råd", CIVIL, EARLY, "Viken", ("nb", "en"), 6, {"education": 1}),
    Role("Tidligere innkjøpssjef", "f-no-storelv", PUBLIC, SENIOR, "Viken", ("nb",), 3, {"gen-pub": 1},
         PoolState.INACTIVE),
)  # fmt: skip


def fill_pool(world: World) -> int:
    """Twelve roles in the Norwegian programme's pool, a few of whom have confirmed. Safe to run again."""
    programme = world.programmes[PROGRAMME]
    if programme.juror_profiles.exists():
        return 0
    by = world.staff[PROGRAMME, ProgrammeRole.JURY_SECRETARY]
    topics = {topic.code: topic for topic in Topic.objects.all()}
    for number, role in enumerate(ROLES, start=1):
        email = people.pool_email(number)
        user(email, language="nb", name=role.name)
        facts = Facts(
            organisation=world.organisations.get(role.employer),
            employer="" if role.employer in world.organisations else role.employer,
            sector=role.sector,
            seniority=role.seniority,
            region=role.region,
            languages=role.languages,
            capacity=role.capacity,
            topics={topics[code]: strength for code, strength in role.topics.items() if code in topics},
        )
        profile = add_to_pool(by=by, programme=programme, email=email, facts=facts)
        if role.state == PoolState.INACTIVE:
            change_profile(by=by, profile=profile, facts=facts, state=role.state)
        elif number % 3 == 1:
            paused = role.state == PoolState.PAUSED
            change_own_profile(by=profile.user, profile=profile, facts=facts, pause=paused)
    return len(ROLES)
