"""Makes an empty installation usable: the page trees, and a programme with its people."""

from __future__ import annotations

import argparse
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from accounts.enums import Country, OrganisationKind
from accounts.models import Organisation
from accounts.services import find_or_create_user
from competition.enums import ProgrammeRole
from competition.models import Programme
from competition.services.programme_pages import ensure_programme_pages
from competition.services.programmes import create_programme, grant_programme_role
from competition.services.questions import ensure_topics
from home.services import ensure_site_tree


class Command(BaseCommand):
    help = "Makes the page trees; with --programme, also a programme and its people. Safe to run again."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--programme", help="name of the programme")
        parser.add_argument("--organisation", help="who runs the programme; its name again if not given")
        parser.add_argument("--country", choices=Country.values, default=Country.NO)
        parser.add_argument("--owner", help="e-mail address of the first owner, who signs in with a code by mail")
        parser.add_argument(
            "--member",
            action="append",
            default=[],
            metavar="ROLE=E-MAIL",
            help=f"somebody else of the programme, any number of times; roles: {', '.join(ProgrammeRole.values)}",
        )
        parser.add_argument("--contact", help="the programme's mailbox; the owner's address if not given")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default="nb")

    @transaction.atomic
    def handle(self, *args, **options) -> None:
        address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
        port = address.port or (443 if address.scheme == "https" else 80)
        ensure_site_tree(hostname=address.hostname or "localhost", port=port)
        ensure_topics()
        self.stdout.write("The page trees are there.")
        if not options["programme"]:
            return
        if not options["owner"]:
            raise CommandError("--programme needs --owner, an e-mail address.")
        try:
            validate_email(options["owner"])
            validate_email(options["contact"] or options["owner"])
            members = [_member(text) for text in options["member"]]
        except ValidationError as error:
            raise CommandError("--owner, --contact and whoever is a --member must be e-mail addresses.") from error
        programme = self._programme(options)
        owner = find_or_create_user(email=options["owner"], language=options["language"])
        grant_programme_role(by=None, programme=programme, user=owner, role=ProgrammeRole.OWNER)
        for role, email in members:
            member = find_or_create_user(email=email, language=options["language"])
            grant_programme_role(by=None, programme=programme, user=member, role=role)
            self.stdout.write(f"{member.email}: {role.value}")
        self.stdout.write(f"{owner.email} owns “{programme}”. Sign in with a code by mail; calls are at /admin/calls/.")

    def _programme(self, options: dict) -> Programme:
        name = options["programme"]
        existing = Programme.objects.filter(**{f"name_{options['language']}": name}).first()
        if existing is not None:
            ensure_programme_pages(programme=existing)
            return existing
        organisation, _created = Organisation.objects.get_or_create(
            name=options["organisation"] or name,
            country=options["country"],
            kind=OrganisationKind.PROGRAMME_OWNER,
        )
        names = {f"name_{code}": name for code, _name in settings.LANGUAGES}
        mailbox = options["contact"] or options["owner"]
        return create_programme(organisation=organisation, contact_mailbox=mailbox, **names)


def _member(text: str) -> tuple[ProgrammeRole, str]:
    """What stands behind --member. Raises CommandError, or ValidationError for what is no address."""
    role, _sign, email = text.partition("=")
    if role not in ProgrammeRole.values:
        raise CommandError(f"--member: “{role}” is none of {', '.join(ProgrammeRole.values)}.")
    validate_email(email)
    return ProgrammeRole(role), email
