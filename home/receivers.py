"""Keeps the cached menus true."""

from django.dispatch import receiver
from wagtail.signals import page_published, page_unpublished, post_page_move

from home.navigation import forget_menus


@receiver([page_published, page_unpublished, post_page_move])
def menus_changed(sender, **kwargs) -> None:
    forget_menus()
