"""A programme's page in each of its languages."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import transaction
from wagtail.models import Page

from competition.models import CallListPage, Programme, ProgrammePage
from competition.services.programme_editors import ensure_editors

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


@transaction.atomic
def ensure_programme_pages(*, programme: Programme) -> list[ProgrammePage]:
    """One live page per language of the programme, below that language's front page. Returns those that are new.

    Safe to run again: texts that an editor has added stay. The page of a language that was given up is taken down.
    The editors of the programme get in to all of them.
    """
    present = {page.locale.language_code: page for page in programme.pages.select_related("locale")}
    key = next((page.translation_key for page in present.values()), uuid.uuid4())
    made = []
    lists = CallListPage.objects.filter(locale__language_code__in=programme.languages).select_related("locale")
    for sibling in lists:
        language = sibling.locale.language_code
        if language not in present:
            made.append(_make_page(programme, sibling, key))
    for language, page in present.items():
        if language not in programme.languages and page.live:
            page.unpublish(log_action=False)
        elif language in programme.languages and (not page.live or page.title != name_in(programme, language)):
            page.title = name_in(programme, language)
            page.save_revision().publish()
    ensure_editors(programme=programme)
    return made


def _make_page(programme: Programme, sibling: CallListPage, key: uuid.UUID) -> ProgrammePage:
    parent = Page.objects.get(pk=sibling.get_parent().pk)
    page = ProgrammePage(
        title=name_in(programme, sibling.locale.language_code),
        slug=f"programme-{programme.slug}",
        programme=programme,
        locale=sibling.locale,
        translation_key=key,
    )
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


def name_in(programme: Programme, language: str) -> str:
    """The programme's name in the language, or the first there is."""
    names = [getattr(programme, f"name_{code}") for code in (language, *programme.languages, *LANGUAGES)]
    return next((name for name in names if name), programme.slug)
