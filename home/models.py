"""Pages that present: the front page and plain content."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from home.blocks import ContentBlocks


class HomePage(Page):
    """The front page of one language."""

    introduction = models.TextField(_("introduction"), max_length=600, blank=True)
    body: StreamField = StreamField(ContentBlocks(), blank=True, verbose_name=_("text"))

    search_fields = [*Page.search_fields, index.SearchField("introduction"), index.SearchField("body")]
    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        FieldPanel("body"),
    ]
    parent_page_types = ["wagtailcore.Page"]
    template = "home/home_page.html"

    class Meta:
        verbose_name = _("front page")
        verbose_name_plural = _("front pages")


class ContentPage(Page):
    """A page of text: about, guidance, accessibility statement."""

    introduction = models.TextField(_("introduction"), max_length=600, blank=True)
    body: StreamField = StreamField(ContentBlocks(), blank=True, verbose_name=_("text"))

    search_fields = [*Page.search_fields, index.SearchField("introduction"), index.SearchField("body")]
    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        FieldPanel("body"),
    ]
    parent_page_types = ["home.HomePage", "home.ContentPage"]
    template = "home/content_page.html"

    class Meta:
        verbose_name = _("content page")
        verbose_name_plural = _("content pages")
