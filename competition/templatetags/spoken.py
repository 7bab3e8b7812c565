"""Texts of rows, marked with their language where it is not the page's (WCAG 3.1.2)."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import get_language, get_language_info

from competition.texts import spoken

register = template.Library()


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _marked(text: str, language: str) -> SafeString:
    if not text or language == _language():
        return format_html("{}", text)
    return format_html('<span lang="{}">{}</span>', language, text)


@register.filter
def in_language(row: Any, name: str) -> SafeString:
    """{{ call|in_language:"title" }}: the text in the reader's language or the nearest, then marked as such."""
    return _marked(*spoken(row, name, _language()))


@register.filter
def in_language_short(row: Any, name: str) -> SafeString:
    """The same, at most forty words of it, for lists."""
    text, language = spoken(row, name, _language())
    return _marked(Truncator(text).words(40), language)


@register.filter
def prose_in_language(row: Any, name: str) -> SafeString:
    """{{ call|prose_in_language:"body" }}: the text in paragraphs, inside an element of its language."""
    text, language = spoken(row, name, _language())
    if not text:
        return SafeString("")
    body = mark_safe(linebreaks(text, autoescape=True))  # noqa: S308 - linebreaks has escaped it
    attribute = "" if language == _language() else format_html(' lang="{}"', language)
    return format_html('<div class="sk-prose"{}>{}</div>', attribute, body)


@register.filter
def said_in(text: str, language: str) -> SafeString:
    """{{ sketch.title|said_in:sketch.language }}: what somebody wrote, marked where it is not the page's language."""
    return _marked(text, language or _language())


@register.filter
def lang_of(row: Any, name: str) -> SafeString:
    """<h2{{ row|lang_of:"title" }}>: the attribute alone, where an element holds nothing but the text."""
    text, language = spoken(row, name, _language())
    return SafeString("") if not text or language == _language() else format_html(' lang="{}"', language)


@register.filter
def lang_attribute(language: str) -> SafeString:
    """<div{{ call.default_language|lang_attribute }}>: the attribute for a text whose one language is known."""
    return SafeString("") if not language or language == _language() else format_html(' lang="{}"', language)


@register.filter
def own_name(code: str) -> str:
    """{{ "sv"|own_name }}: what the language calls itself."""
    return dict(settings.LANGUAGES).get(code) or get_language_info(code)["name_local"]
