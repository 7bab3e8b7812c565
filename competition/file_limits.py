"""How many files, how large and how long: what a question asks for, within what the site takes."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from competition.models import Question

MEGABYTE = 1024 * 1024
FILES_AT_MOST = 10
BYTES_AT_MOST = 10 * MEGABYTE


@dataclass(frozen=True)
class Limits:
    """files: in one answer; bytes: of each; pages: of each PDF, None: as many as there are."""

    files: int
    bytes: int
    pages: int | None

    @property
    def megabytes(self) -> int:
        return self.bytes // MEGABYTE


def limits_of(question: Question) -> Limits:
    asked = question.max_megabytes * MEGABYTE if question.max_megabytes else BYTES_AT_MOST
    return Limits(
        files=question.max_files or FILES_AT_MOST,
        bytes=min(asked, settings.ATTACHMENT_MAX_BYTES),
        pages=question.max_pages,
    )
