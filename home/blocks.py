"""Blocks of running text. No domain data lives in them."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


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
