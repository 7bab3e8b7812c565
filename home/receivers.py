"""Keeps the cached menus true."""

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished, post_page_move

from home.navigation import forget_menus


@receiver([page_published, page_unpublished, post_page_move])
@receiver(post_delete, sender=Page)
def menus_changed(sender, **kwargs) -> None:
    """At once for this transaction, and once more when others can see what it did."""
    forget_menus()
    transaction.on_commit(forget_menus)
