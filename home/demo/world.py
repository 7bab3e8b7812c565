"""The people, organisations and programmes that the demo's competitions take place among."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts.enums import LanguageForm, MemberRole, OrganisationKind
from accounts.models import Membership, Organisation, User
from accounts.register.files import read_rows
from accounts.services import set_language
from accounts.services.register import load_register
from competition.models import Programme
from competition.services.programmes import create_programme, grant_programme_role
from competition.services.questions import ensure_topics
from home.demo import people
from home.services import ensure_site_tree

_LANGUAGE = {"NO": "nb", "DK": "da", "SE": "sv"}


@functools.cache
def data() -> dict[str, Any]:
    """The demo's texts and facts (demo.json); every organisation and every need in it is invented."""
    return json.loads((Path(__file__).parent / "demo.json").read_text(encoding="utf-8"))


@functools.cache
def _password() -> str:
    return make_password(people.PASSWORD)


@dataclass
class World:
    """What the competitions need to find again."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    writers: dict[str, User] = field(default_factory=dict)
    programmes: dict[str, Programme] = field(default_factory=dict)
    staff: dict[tuple[str, str], User] = field(default_factory=dict)


def user(email: str, *, language: str, name: str = "") -> User:
    """The login of that address, with the demo's password and a confirmed address."""
    found, created = User.objects.get_or_create(
        email=email, defaults={"language": language, "name": name, "password": _password()}
    )
    if not created and not found.has_usable_password():
        User.objects.filter(pk=found.pk).update(password=_password(), name=found.name or name)
        found.refresh_from_db()
    if created:
        set_language(by=found, language=language)
    EmailAddress.objects.get_or_create(user=found, email=email, defaults={"verified": True, "primary": True})
    return found


def build_world(*, hostname: str = "localhost", port: int = 80) -> World:
    """Pages, topics, registers, organisations with their writers, programmes with their staff. Safe to run again."""
    ensure_site_tree(hostname=hostname, port=port)
    ensure_topics()
    for file in sorted((Path(__file__).parent / "registers").iterdir()):
        load_register(country=file.stem, rows=read_rows(file))
    world = World()
    for row in data()["organisations"]:
        world.organisations[row["id"]] = _organisation(row)
        if row["kind"] == OrganisationKind.PROGRAMME_OWNER:
            world.programmes[row["id"]] = _programme(world.organisations[row["id"]])
        else:
            world.writers[row["id"]] = _writer(row, world.organisations[row["id"]])
    for member in people.STAFF:
        person = user(member.email, language=member.language)
        grant_programme_role(by=None, programme=world.programmes[member.programme], user=person, role=member.role)
        world.staff[member.programme, member.role] = person
    return world


def _organisation(row: dict[str, Any]) -> Organisation:
    # By name too: the invented company has no number.
    found, _created = Organisation.objects.get_or_create(
        name=row["name"],
        country=row["country"],
        number=row["number"],
        defaults={
            "kind": row["kind"],
            "language_form": row.get("language_form", LanguageForm.NEUTRAL),
            "mailbox": f"post@{row['domain']}",
        },
    )
    return found


def _writer(row: dict[str, Any], organisation: Organisation) -> User:
    language = row.get("language_form") or _LANGUAGE[row["country"]]
    writer = user(people.agency_email(row["domain"]), language=language)
    Membership.objects.get_or_create(user=writer, organisation=organisation, defaults={"role": MemberRole.ADMIN})
    return writer


def _programme(organisation: Organisation) -> Programme:
    name = organisation.name.replace(" (demo)", "")
    names = {f"name_{code}": name for code, _name in settings.LANGUAGES}
    found = Programme.objects.filter(organisation=organisation).first()
    return found or create_programme(organisation=organisation, contact_mailbox=organisation.mailbox, **names)
