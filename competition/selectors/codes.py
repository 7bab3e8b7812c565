"""Invitation codes as the owner reads them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from competition.models import Call, CodeRedemption, InvitationCode
from competition.numbers import LENGTH as CODE_LENGTH
from notifications.links import link

CODE_HEADINGS = (
    _("Code"),
    _("For whom"),
    _("Uses, at most"),
    _("Used"),
    _("Valid until"),
    _("Revoked"),
    _("Used by"),
    _("Link"),
)


def codes_of(call: Call) -> QuerySet[InvitationCode]:
    """The newest first, each with `used`: how many organisations have used it; and what `uses_of` reads."""
    uses = CodeRedemption.objects.filter(invitation_code=OuterRef("pk")).order_by("redeemed_at", "pk")
    return call.invitation_codes.annotate(
        used=Count("redemptions"),
        names=ArraySubquery(uses.values("organisation__name")),
        instants=ArraySubquery(uses.values("redeemed_at")),
    ).order_by("-created_at", "-pk")


def uses_of(code: InvitationCode) -> list[tuple[str, dt.datetime]]:
    """(organisation, when) of each use of a code that `codes_of` has read."""
    annotated = vars(code)
    return list(zip(annotated["names"], annotated["instants"], strict=True))


def usable_codes(call: Call, now: dt.datetime) -> QuerySet[InvitationCode]:
    """Codes that would still let somebody in."""
    alive = call.invitation_codes.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None)
    return alive.annotate(used=Count("redemptions")).filter(Q(uses_at_most=None) | Q(used__lt=F("uses_at_most")))


def shown_code(code: str) -> str:
    """As it is printed and read aloud: two groups of four."""
    return f"{code[:4]}-{code[4:]}" if len(code) == CODE_LENGTH else code


def code_rows(call: Call) -> Iterator[list[str]]:
    """The codes as a table for a file, with a line of headings; instants on the call's clock."""
    yield [str(heading) for heading in CODE_HEADINGS]
    for code in codes_of(call):
        uses = [f"{name} ({_wall(instant, call)})" for name, instant in uses_of(code)]
        cells = (
            shown_code(code.code),
            code.label,
            str(code.uses_at_most or ""),
            str(vars(code)["used"]),
            _wall(code.expires_at, call),
            _wall(code.revoked_at, call),
            ", ".join(uses),
            f"{link(call.default_language, 'competition:redeem', call.slug)}?code={code.code}",
        )
        yield [_harmless(cell) for cell in cells]


def _wall(instant: dt.datetime | None, call: Call) -> str:
    return f"{instant.astimezone(call.zone):%Y-%m-%d %H:%M}" if instant else ""


def _harmless(cell: str) -> str:
    """A spreadsheet takes what begins with one of these for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
