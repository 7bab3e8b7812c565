"""Who writes the pages of a programme in Wagtail's editor, with pictures and documents of their own.

Wagtail knows groups, not roles: each programme has one group and one collection, and this module keeps them in step
with the roles. A group is found by its name, which holds the programme's number, and a collection by its group.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission

from accounts.models import User
from competition.enums import ProgrammeRole
from competition.models import CallPage, Programme, ProgrammePage

EDITING_ROLES = (ProgrammeRole.OWNER, ProgrammeRole.CALL_MANAGER)
# What stands below a programme's page is the editors' own; a call's page is given, and its text is theirs.
PROGRAMME_PAGE = ("add_page", "change_page", "publish_page")
CALL_PAGE = ("change_page", "publish_page")
COLLECTION = ("add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document")
NAME_LENGTH = 255


@transaction.atomic
def ensure_editors(*, programme: Programme) -> Group:
    """Let exactly the programme's owners and call managers edit its pages and those of its calls, and nobody's else.

    Safe to run again, and run whenever roles or pages come and go.
    """
    group, _created = Group.objects.select_for_update().get_or_create(name=f"Programme {programme.pk}: pages")
    _ensure_collection(programme, group)
    _ensure_pages(group, ProgrammePage.objects.filter(programme=programme).values_list("pk", flat=True), PROGRAMME_PAGE)
    _ensure_pages(group, CallPage.objects.filter(call__programme=programme).values_list("pk", flat=True), CALL_PAGE)
    editing = Q(programme_memberships__programme=programme, programme_memberships__role__in=EDITING_ROLES)
    group.user_set.set(User.objects.filter(editing).distinct())
    return group


def collection_of(programme: Programme) -> Collection:
    """The programme's own pictures and documents; made where there is none."""
    group = ensure_editors(programme=programme)
    return Collection.objects.get(pk=GroupCollectionPermission.objects.filter(group=group).first().collection_id)


def _permissions(codenames: Iterable[str]) -> list[Permission]:
    models = ("page", "image", "document")
    apps = ("wagtailcore", "wagtailimages", "wagtaildocs")
    found = Permission.objects.filter(content_type__app_label__in=apps, content_type__model__in=models)
    return list(found.filter(codename__in=codenames))


def _ensure_collection(programme: Programme, group: Group) -> None:
    collection = Collection.objects.filter(group_permissions__group=group).first()
    if collection is None:
        collection = Collection.get_first_root_node().add_child(name=programme.name[:NAME_LENGTH])
        GroupCollectionPermission.objects.bulk_create(
            GroupCollectionPermission(group=group, collection=collection, permission=permission)
            for permission in _permissions(COLLECTION)
        )
    elif collection.name != programme.name[:NAME_LENGTH]:
        collection.name = programme.name[:NAME_LENGTH]
        collection.save(update_fields=["name"])


def _ensure_pages(group: Group, pages: Iterable[int], codenames: tuple[str, ...]) -> None:
    permissions = _permissions(codenames)
    GroupPagePermission.objects.bulk_create(
        [
            GroupPagePermission(group=group, page_id=page, permission=permission)
            for page in pages
            for permission in permissions
        ],
        ignore_conflicts=True,
    )
