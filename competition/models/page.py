"""The public face of calls in the page tree: texts around, never the rules themselves."""

from django.core.exceptions import ValidationError
from django.db import models
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page, PagePermissionTester

from competition.models.call import Call
from competition.models.programme import Programme


class GivenPagePermissionTester(PagePermissionTester):
    """A page that the services make and take down: its editors write its text, and do nothing else with it."""

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return self.user.is_superuser and super().can_delete(ignore_bulk)

    def can_move(self) -> bool:
        return self.user.is_superuser and super().can_move()

    def can_unpublish(self) -> bool:
        return self.user.is_superuser and super().can_unpublish()

    def can_copy(self) -> bool:
        return self.user.is_superuser and super().can_copy()

    def can_set_view_restrictions(self) -> bool:
        return self.user.is_superuser and super().can_set_view_restrictions()


class GivenPageMixin:
    def permissions_for_user(self, user):
        return GivenPagePermissionTester(user, self)


class ShortAddressMixin:
    """A page whose address is not its place in the tree. `short_path` gives it, in the active language."""

    def get_url_parts(self, request=None):
        """One look-up, where a walk through the tree takes ten."""
        parts = super().get_url_parts(request=request)  # type: ignore[misc]
        if parts is None:
            return None
        with translation.override(self.locale.language_code):  # type: ignore[attr-defined]
            return (*parts[:2], self.short_path())  # type: ignore[attr-defined]

    def serve(self, request, *args, **kwargs):
        """Whoever comes through the tree is sent to that address."""
        if request.path != (address := self.get_url_parts(request)[2]):
            return redirect(address)
        return super().serve(request, *args, **kwargs)  # type: ignore[misc]


class CallListPage(Page):
    """All calls of the site: open, coming, closed."""

    introduction = RichTextField(_("introduction"), blank=True, features=["bold", "italic", "link", "ul", "ol"])

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["competition.CallPage"]
    template = "competition/call_list_page.html"

    class Meta:
        verbose_name = _("list of calls")
        verbose_name_plural = _("lists of calls")


class CallPage(GivenPageMixin, ShortAddressMixin, Page):
    """A call's page in one language. Dates, questions and criteria come from the Call, whatever is published."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="pages", verbose_name=_("call"))
    more = RichTextField(
        _("more about the call"),
        blank=True,
        features=["h2", "h3", "bold", "italic", "link", "ul", "ol"],
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("call", read_only=True),
        FieldPanel("more"),
    ]
    parent_page_types = ["competition.CallListPage"]
    subpage_types: list[str] = []
    template = "competition/call_page.html"

    class Meta:
        verbose_name = _("call page")
        verbose_name_plural = _("call pages")

    def short_path(self) -> str:
        return reverse("competition:call", args=[self.call.slug])

    def clean(self) -> None:
        super().clean()
        twin = CallPage.objects.filter(call_id=self.call_id, locale_id=self.locale_id).exclude(pk=self.pk)
        if self.call_id and twin.exists():
            raise ValidationError({"call": _("This call already has a page in this language.")})


class ProgrammePage(GivenPageMixin, ShortAddressMixin, Page):
    """A programme's page in one language. Name, partners and calls come from the Programme."""

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="pages", verbose_name=_("programme")
    )
    more = RichTextField(
        _("more about the programme"),
        blank=True,
        features=["h2", "h3", "bold", "italic", "link", "ul", "ol"],
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("programme", read_only=True),
        FieldPanel("more"),
    ]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.NewsPage", "home.LessonPage"]
    template = "competition/programme_page.html"

    class Meta:
        verbose_name = _("programme page")
        verbose_name_plural = _("programme pages")

    def short_path(self) -> str:
        return reverse("competition:programme", args=[self.programme.slug])

    def clean(self) -> None:
        super().clean()
        twin = ProgrammePage.objects.filter(programme_id=self.programme_id, locale_id=self.locale_id)
        if self.programme_id and twin.exclude(pk=self.pk).exists():
            raise ValidationError({"programme": _("This programme already has a page in this language.")})
