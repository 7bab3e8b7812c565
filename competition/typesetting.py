"""Documents as PDF/A, set by typst: what people wrote goes in as data and never as markup.

The same data give the same bytes: only typst's own fonts are used, and the document's date is one of its data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import typst

STANDARDS = ["a-2b", "ua-1"]
TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "pdf"
TRIES = 4

# Marks that turn the text around them, and characters that mean what a font likes: the page would read otherwise than
# what was written.
MISLEADING = re.compile("[\u202a-\u202e\u2066-\u2069\ue000-\uf8ff]")
# The scripts that typst's fonts surely have: Latin with all its accents, punctuation.
SURE = re.compile("[^\t\n -~\u00a0-\u024f\u2010-\u2027\u20ac]")
_NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")

Data = dict[str, Any]


def pdf(template: str, data: Data, *, unshown: str) -> bytes:
    """The template of templates/pdf/ filled with the data, as PDF/A-2b that is tagged for screen readers (PDF/UA-1).

    data: JSON; plain text throughout. unshown: what the document says, as data["unshown"], where it has characters that
    no font of ours shows; each is written as its number, [U+1F600]. Raises typst.TypstError for a fault of a template.
    """
    source = (TEMPLATES / template).read_bytes()
    named = _everywhere(data, lambda text: MISLEADING.sub(_number, text))
    for _try in range(TRIES):
        try:
            return _compile(source, named | {"unshown": "" if named == data else unshown})
        except typst.TypstError as error:
            missing = _without_glyph(error)
            if not missing:
                raise
            table = str.maketrans({character: f"[U+{ord(character):04X}]" for character in missing})
            named = _everywhere(named, lambda text, table=table: text.translate(table))
    return _compile(source, _everywhere(data, lambda text: SURE.sub(_number, text)) | {"unshown": unshown})


def _compile(source: bytes, data: Data) -> bytes:
    compiled = typst.compile(
        source,
        # An empty world: a template reads nothing but its data.
        root=str(TEMPLATES),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="pdf",
        pdf_standards=STANDARDS,
    )
    return cast("bytes", compiled)


def _number(match: re.Match[str]) -> str:
    return f"[U+{ord(match.group()):04X}]"


def _without_glyph(error: typst.TypstError) -> set[str]:
    """The characters that typst could not set, as its messages name them."""
    texts = _NO_GLYPH.findall(error.diagnostic)
    plain = "".join(_ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text) for text in texts)
    return {character for character in plain if ord(character) > ord("~")}


def _everywhere(data: Any, change: Callable[[str], str]) -> Any:
    if isinstance(data, str):
        return change(data)
    if isinstance(data, dict):
        return {key: _everywhere(value, change) for key, value in data.items()}
    if isinstance(data, list):
        return [_everywhere(value, change) for value in data]
    return data
