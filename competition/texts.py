"""Texts of a call: which of its languages a reader gets."""

from __future__ import annotations

from typing import Any

from modeltranslation.utils import resolution_order


def spoken(row: Any, name: str, language: str) -> tuple[str, str]:
    """(text, its language): the text in `language`, or in the nearest one that has it; ("", language) without any."""
    for code in resolution_order(language):
        if text := getattr(row, f"{name}_{code}"):
            return text, code
    return "", language
