"""Blocks of running text. No domain data lives in them."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from competition.selectors.public import teaser


class FactBlock(blocks.StructBlock):
    """A short fact set apart from the text."""

    title = blocks.CharBlock(label=_("title"), max_length=120)
    text = blocks.RichTextBlock(label=_("text"), features=["bold", "italic", "link", "ul", "ol"])

    class Meta:
        template = "home/blocks/fact.html"
        icon = "info-circle"
        label = _("Fact box")


class QuestionBlock(blocks.StructBlock):
    """A question with its answer, opened on demand."""

    question = blocks.CharBlock(label=_("question"), max_length=200)
    answer = blocks.RichTextBlock(label=_("answer"), features=["bold", "italic", "link", "ul", "ol"])

    class Meta:
        template = "home/blocks/question.html"
        icon = "help"
        label = _("Question and answer")


class AdviceBlock(blocks.StructBlock):
    """A piece of good advice, or something that somebody said, with where it comes from."""

    text = blocks.TextBlock(label=_("text"), max_length=500)
    source = blocks.CharBlock(label=_("who says so"), required=False, max_length=120)

    class Meta:
        template = "home/blocks/advice.html"
        icon = "openquote"
        label = _("Good advice")


class PictureBlock(blocks.StructBlock):
    """A picture with the words that stand for it; a picture that says nothing has none."""

    image = ImageChooserBlock(label=_("picture"))
    alt = blocks.CharBlock(
        label=_("what it shows"),
        required=False,
        max_length=250,
        help_text=_("For those who do not see it. Leave it empty only where the picture is decoration."),
    )
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=250)

    class Meta:
        template = "home/blocks/picture.html"
        icon = "image"
        label = _("Picture")


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("title"), max_length=120)
    text = blocks.RichTextBlock(label=_("text"), features=["bold", "italic", "link", "ul", "ol"])


class StepsBlock(blocks.StructBlock):
    """Things to do in their order, numbered by the page."""

    steps = blocks.ListBlock(StepBlock(), label=_("steps"), min_num=1, max_num=12)

    class Meta:
        template = "home/blocks/steps.html"
        icon = "list-ol"
        label = _("Steps")


class LinkBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("text"), max_length=120)
    page = blocks.PageChooserBlock(label=_("page"), required=False)
    url = blocks.URLBlock(label=_("address"), required=False, help_text=_("Instead of a page of this site."))


class LinksBlock(blocks.StructBlock):
    """Where to read on."""

    links = blocks.ListBlock(LinkBlock(), label=_("links"), min_num=1, max_num=20)

    class Meta:
        template = "home/blocks/links.html"
        icon = "link"
        label = _("Links")


class CallBlock(blocks.StructBlock):
    """A way to a call. Its title, where it stands and its dates are read when the page is, and never kept here."""

    page = blocks.PageChooserBlock(label=_("call"), target_model="competition.CallPage")
    text = blocks.TextBlock(label=_("why it is shown here"), required=False, max_length=300)

    class Meta:
        template = "home/blocks/call.html"
        icon = "calendar-alt"
        label = _("Call")

    def get_context(self, value, parent_context=None):
        page = value.get("page")
        return super().get_context(value, parent_context=parent_context) | {
            "teaser": teaser(page.call_id, timezone.now()) if page is not None else None
        }


class TableBlock(blocks.StructBlock):
    """A table with a caption and a heading for each column; it scrolls by itself where the screen is narrow."""

    table = TypedTableBlock(
        [
            ("text", blocks.RichTextBlock(label=_("Text"), required=False, features=["bold", "italic", "link"])),
            ("number", blocks.CharBlock(label=_("Number"), required=False, max_length=40)),
        ],
        label=_("table"),
        help_text=_("Give it a caption that says what it shows, and give every column a heading."),
    )
    first_names_row = blocks.BooleanBlock(
        label=_("the first column names the rows"),
        required=False,
        default=True,
    )

    class Meta:
        template = "home/blocks/table.html"
        icon = "table"
        label = _("Table")

    def clean(self, value):
        cleaned = super().clean(value)
        table = cleaned["table"]
        if not table.columns or not table.row_data:
            raise _table_error(_("The table has no cells yet. Add columns and rows."))
        if not table.caption.strip():
            raise _table_error(_("Give the table a caption, for those who do not see it at a glance."))
        if not all(column["heading"].strip() for column in table.columns):
            raise _table_error(_("Give every column a heading."))
        return cleaned


def _table_error(message) -> blocks.StructBlockValidationError:
    return blocks.StructBlockValidationError(block_errors={"table": ValidationError(message, code="table")})


class ContentBlocks(blocks.StreamBlock):
    """What a page of text is made of."""

    heading = blocks.CharBlock(
        label=_("Heading"),
        max_length=120,
        template="home/blocks/heading.html",
        icon="title",
    )
    paragraph = blocks.RichTextBlock(
        label=_("Text"),
        features=["h3", "bold", "italic", "link", "document-link", "ul", "ol"],
        icon="pilcrow",
    )
    fact = FactBlock()
    question = QuestionBlock()
    advice = AdviceBlock()
    picture = PictureBlock()
    steps = StepsBlock()
    links = LinksBlock()
    table = TableBlock()
    call = CallBlock()
    document = DocumentChooserBlock(label=_("Document"), template="home/blocks/document.html", icon="doc-full")
