"""The public face of calls in the page tree: texts around, never the rules themselves."""

from django.core.exceptions import ValidationError
from django.db import models
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from competition.models.call import Call


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


class CallPage(Page):
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

    def get_url_parts(self, request=None):
        """The call's own short address in the page's language: one look-up, where a walk through the tree takes ten."""
        parts = super().get_url_parts(request=request)
        if parts is None:
            return None
        with translation.override(self.locale.language_code):
            return (*parts[:2], reverse("competition:call", args=[self.call.slug]))

    def serve(self, request, *args, **kwargs):
        """Whoever comes through the tree is sent to that address."""
        if request.path != (address := self.get_url_parts(request)[2]):
            return redirect(address)
        return super().serve(request, *args, **kwargs)

    def clean(self) -> None:
        super().clean()
        twin = CallPage.objects.filter(call_id=self.call_id, locale_id=self.locale_id).exclude(pk=self.pk)
        if self.call_id and twin.exists():
            raise ValidationError({"call": _("This call already has a page in this language.")})
