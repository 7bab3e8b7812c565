"""What a page tells about itself where somebody shares its address."""

from __future__ import annotations

from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.translation import get_language

register = template.Library()

# Language and country, as Open Graph wants them.
OPEN_GRAPH_LOCALES = {"nb": "nb_NO", "nn": "nn_NO", "da": "da_DK", "sv": "sv_SE", "en": "en_GB"}


@register.inclusion_tag("components/share_preview.html", takes_context=True)
def share_preview(context: template.Context, title: str, description: str = "") -> dict[str, Any]:
    """{% share_preview title=page.title description=page.introduction %} in the block `head`."""
    request = context.get("request")
    language = get_language() or ""
    return {
        "title": title,
        "description": description,
        "locale": OPEN_GRAPH_LOCALES.get(language, language),
        "url": request.build_absolute_uri(request.path) if request else "",
        "image": request.build_absolute_uri(static("img/share.png")) if request else "",
    }
