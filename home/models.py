"""Pages that present: the front page, plain content, guide, news and lessons."""

import datetime as dt

from django.apps import apps
from django.conf import settings
from django.core.paginator import Paginator
from django.db import models
from django.db.models.functions import Length, Substr
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import resolution_order
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from home.blocks import ContentBlocks

ROWS = 20


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


class TextPage(Page):
    """What pages of text have in common."""

    introduction = models.TextField(_("introduction"), max_length=600, blank=True)
    body: StreamField = StreamField(ContentBlocks(), blank=True, verbose_name=_("text"))

    search_fields = [*Page.search_fields, index.SearchField("introduction"), index.SearchField("body")]
    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        FieldPanel("body"),
    ]
    subpage_types: list[str] = []

    class Meta:
        abstract = True


class ContentPage(TextPage):
    """A page of text: about, accessibility statement."""

    parent_page_types = ["home.HomePage", "home.ContentPage"]
    subpage_types = ["home.ContentPage"]

    class Meta:
        verbose_name = _("content page")
        verbose_name_plural = _("content pages")


class GuidePage(TextPage):
    """A guide, with chapters below it."""

    parent_page_types = ["home.HomePage", "home.GuidePage"]
    subpage_types = ["home.GuidePage"]
    template = "home/index_page.html"

    class Meta:
        verbose_name = _("guide page")
        verbose_name_plural = _("guide pages")

    def entries(self) -> models.QuerySet:
        """The chapters, in the order of the tree."""
        return GuidePage.objects.child_of(self).live()


class IndexPage(TextPage):
    """A list of the pages below, the newest first.

    What is not written in the list's language stands in it in the nearest one that there is, and says so.
    """

    parent_page_types = ["home.HomePage"]

    class Meta:
        abstract = True

    def entries(self) -> models.QuerySet:
        pages = apps.get_model(self.subpage_types[0]).objects.live()
        nearest = models.Case(
            *(
                models.When(locale__language_code=code, then=models.Value(rank))
                for rank, code in enumerate(resolution_order(self.locale.language_code))
            ),
            default=models.Value(len(settings.LANGUAGES)),
        )
        path_above = Substr(models.OuterRef("path"), 1, Length(models.OuterRef("path")) - Page.steplen)
        lists = Page.objects.live().filter(translation_key=self.translation_key, path=path_above)
        one_of_each = (
            pages.filter(models.Exists(lists))
            .order_by("translation_key", nearest)
            .distinct("translation_key")
            .values("pk")
        )
        return pages.filter(pk__in=one_of_each).select_related("locale").order_by("-date", "-pk")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        return context | {"page_obj": Paginator(self.entries(), ROWS).get_page(request.GET.get("page"))}


class DatedPage(TextPage):
    """A page of text with its day."""

    date = models.DateField(_("date"), default=dt.date.today)

    search_fields = [*TextPage.search_fields, index.FilterField("date")]
    content_panels = [*Page.content_panels, FieldPanel("date"), FieldPanel("introduction"), FieldPanel("body")]

    class Meta:
        abstract = True


class NewsIndexPage(IndexPage):
    template = "home/index_page.html"
    subpage_types = ["home.NewsPage"]

    class Meta:
        verbose_name = _("news")
        verbose_name_plural = _("news")


class NewsPage(DatedPage):
    parent_page_types = ["home.NewsIndexPage", "competition.ProgrammePage"]
    template = "home/dated_page.html"

    class Meta:
        verbose_name = _("piece of news")
        verbose_name_plural = _("pieces of news")


class LessonsIndexPage(IndexPage):
    template = "home/index_page.html"
    subpage_types = ["home.LessonPage"]

    class Meta:
        verbose_name = _("lessons")
        verbose_name_plural = _("lessons")


class LessonPage(DatedPage):
    """What somebody has learnt in a project, for whoever comes next."""

    parent_page_types = ["home.LessonsIndexPage", "competition.ProgrammePage"]
    template = "home/dated_page.html"

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
