"""Who can sign in to the demo: roles, never persons. All share one password, shown on the development sign-in page."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from competition.enums import ProgrammeRole

PASSWORD = "skissekonkurranse"  # noqa: S105 - no secret: the demo is built only where it is allowed
JURORS_NO = 8
JURORS_NORDIC = 5


@dataclass(frozen=True)
class Login:
    email: str
    role: str | Promise
    password: str = PASSWORD


@dataclass(frozen=True)
class Staff:
    """Somebody on a programme's side."""

    email: str
    programme: str
    role: ProgrammeRole
    language: str


STAFF = (
    Staff("eier@program.example", "f-no-programme", ProgrammeRole.OWNER, "nb"),
    Staff("utlysning@program.example", "f-no-programme", ProgrammeRole.CALL_MANAGER, "nb"),
    Staff("saksbehandler@program.example", "f-no-programme", ProgrammeRole.CASE_OFFICER, "nb"),
    Staff("sekretar@program.example", "f-no-programme", ProgrammeRole.JURY_SECRETARY, "nb"),
    Staff("beslutning@program.example", "f-no-programme", ProgrammeRole.DECISION_MAKER, "nb"),
    Staff("observator@program.example", "f-no-programme", ProgrammeRole.OBSERVER, "nb"),
    Staff("ejer@behov.example", "f-dk-programme", ProgrammeRole.OWNER, "da"),
    Staff("agare@norden.example", "f-nordic-programme", ProgrammeRole.OWNER, "sv"),
    Staff("beslut@norden.example", "f-nordic-programme", ProgrammeRole.DECISION_MAKER, "sv"),
)


def agency_email(domain: str) -> str:
    """Login of whoever writes sketches for the demo organisation with that domain."""
    return f"skisse@{domain}"


def juror_email(number: int, programme: str) -> str:
    return f"jury{number}@{'norden' if programme == 'f-nordic-programme' else 'jury'}.example"


def pool_email(number: int) -> str:
    """Login of somebody in the Norwegian programme's pool of jurors."""
    return f"pool{number}@jury.example"


def logins() -> list[Login]:
    """The logins worth showing: one for each role, and a few agencies and jurors."""
    shown = [
        Login(staff.email, ProgrammeRole(staff.role).label) for staff in STAFF if staff.programme == "f-no-programme"
    ]
    shown += [
        Login("ejer@behov.example", _("Programme owner (Danish call)")),
        Login("agare@norden.example", _("Programme owner (Nordic call)")),
        Login("beslut@norden.example", _("Decision-maker (Nordic call)")),
        Login(agency_email("fjordby.example"), _("Agency (Fjordby kommune)")),
        Login(agency_email("ostfjord.example"), _("Agency (Region Østfjord)")),
        Login(agency_email("sjoby.example"), _("Agency (Sjöbys kommun)")),
        Login(juror_email(1, "f-nordic-programme"), _("Juror (Nordic call)")),
        Login(juror_email(2, "f-nordic-programme"), _("Juror (Nordic call)")),
    ]
    return shown
