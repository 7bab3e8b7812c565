"""What an owner sets of a programme: its texts, the values a new call begins with, and who carries it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import Image
from wagtail.log_actions import log

from accounts.errors import InvalidInput
from accounts.guards import require
from accounts.models import User
from competition.errors import StaleEdit
from competition.models import Call, Programme, ProgrammePartner
from competition.services.programme_editors import collection_of
from competition.services.programme_pages import ensure_programme_pages
from competition.services.revisions import refuse_stale

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
TEXTS = tuple(f"{name}_{language}" for name in ("name", "introduction") for language in LANGUAGES)
EDITABLE = {*TEXTS, "slug", "contact_mailbox", "languages", "deadline_hour"}
PARTNERS_AT_MOST = 50


def _clean(row: Model) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise InvalidInput(
            {("" if field == NON_FIELD_ERRORS else field): texts[0] for field, texts in error.message_dict.items()}
        ) from error


def _lock(programme: Programme) -> Programme:
    return Programme.objects.select_for_update().get(pk=programme.pk)


def _count_on(locked: Programme, by: User, action: str, **data: Any) -> None:
    locked.revision += 1
    locked.save(update_fields=["revision"])
    log(instance=locked, action=action, user=by, data=data or None)


@transaction.atomic
def update_programme(
    *, by: User, programme: Programme, expected_revision: int | None = None, **fields: Any
) -> Programme:
    """Change a programme. fields: columns of Programme, texts per language (`name_nb`).

    Raises NotAllowed, StaleEdit, InvalidInput: the short name is fixed once a call of the programme is published.
    """
    require("competition.manage_programme", by, programme)
    if unknown := fields.keys() - EDITABLE:
        raise TypeError(f"not fields of a programme that can be set: {sorted(unknown)}")
    locked = _lock(programme)
    refuse_stale(row=locked, expected=expected_revision, wanted=fields)
    changed = {name: value for name, value in fields.items() if (getattr(locked, name) or "") != (value or "")}
    if not changed:
        return locked
    if "slug" in changed and Call.objects.published().filter(programme=locked).exists():
        raise InvalidInput({"slug": _("This cannot change after a call of the programme was published.")})
    for name, value in changed.items():
        setattr(locked, name, value)
    if not locked.languages:
        raise InvalidInput({"languages": _("Choose at least one language.")})
    first = locked.languages[0]
    if not getattr(locked, f"name_{first}"):
        raise InvalidInput({f"name_{first}": _("Write the name in this language, which is one of the programme's.")})
    _clean(locked)
    locked.save()
    _count_on(locked, by, "competition.update_programme", changed=sorted(changed))
    ensure_programme_pages(programme=locked)
    programme.refresh_from_db()
    return locked


@transaction.atomic
def save_partner(
    *,
    by: User,
    programme: Programme,
    partner: ProgrammePartner | None = None,
    logo: UploadedFile | None = None,
    remove_logo: bool = False,
    expected_revision: int | None = None,
    **fields: Any,
) -> ProgrammePartner:
    """Add a partner, or change one. fields: name, url, order. Raises NotAllowed, StaleEdit, InvalidInput."""
    require("competition.manage_programme", by, programme)
    locked = _lock(programme)
    row = ProgrammePartner(programme=locked)
    if partner is not None:
        row = ProgrammePartner.objects.select_for_update().get(pk=partner.pk, programme=locked)
        _refuse_stale_partner(locked, row, expected_revision, fields)
    elif locked.partners.count() >= PARTNERS_AT_MOST:
        raise InvalidInput({"": _("There are too many partners.")})
    for name in ("name", "url", "order"):
        setattr(row, name, fields[name])
    _clean(row)
    if logo is not None:
        # The name stands beside the logo on the page; the description is for whoever meets the image elsewhere.
        row.logo = Image.objects.create(
            title=row.name,
            description=row.name,
            file=logo,
            uploaded_by_user=by,
            collection=collection_of(programme),
        )
    elif remove_logo:
        row.logo = None
    row.save()
    _count_on(locked, by, "competition.save_partner", partner=row.name)
    return row


def _refuse_stale_partner(
    programme: Programme, row: ProgrammePartner, expected: int | None, fields: dict[str, Any]
) -> None:
    """The partners count with their programme: whether it was this one that changed, its columns tell."""
    theirs = {name: getattr(row, name) for name, value in fields.items() if getattr(row, name) != value}
    if expected is not None and programme.revision != expected and theirs:
        raise StaleEdit(theirs, revision=programme.revision)


@transaction.atomic
def remove_partner(*, by: User, partner: ProgrammePartner) -> None:
    """Take a partner off the programme; its logo stays among the images. Raises NotAllowed."""
    require("competition.manage_programme", by, partner.programme)
    locked = _lock(partner.programme)
    deleted, _rows = ProgrammePartner.objects.filter(pk=partner.pk, programme=locked).delete()
    if deleted:
        _count_on(locked, by, "competition.remove_partner", partner=partner.name)
