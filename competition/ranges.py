"""Parts of a file, as a browser's viewer and a download that was cut off ask for them (RFC 9110, section 14). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

PIECE = 64 * 1024
_ONE_RANGE = re.compile(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*", re.IGNORECASE)


class NotSatisfiable(Exception):
    """There is no such part."""


@dataclass(frozen=True)
class Part:
    """`length` bytes from `start` on, of a file of `size` bytes."""

    start: int
    length: int
    size: int

    def __str__(self) -> str:
        return f"bytes {self.start}-{self.start + self.length - 1}/{self.size}"


def part_of(size: int, asked: str, *, etag: str, if_range: str = "") -> Part | None:
    """The part that a Range header asks for; None where the whole is to be sent.

    That is: without the header, in units other than bytes, with several ranges at once, which nobody needs here, and
    where If-Range names anything but the file as it is. Raises NotSatisfiable.
    """
    if not asked.lower().startswith("bytes=") or "," in asked or (if_range and if_range != etag):
        return None
    match = _ONE_RANGE.fullmatch(asked.strip())
    if match is None or match.groups() == ("", ""):
        raise NotSatisfiable
    first, last = match.groups()
    if not first:  # the last so many bytes
        start, end = max(0, size - int(last)), size - 1
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < start:
            raise NotSatisfiable
    if start > end:
        raise NotSatisfiable
    return Part(start, end - start + 1, size)


class Slice:
    """The part of an open file, to be read once and closed."""

    def __init__(self, file: IO[bytes], part: Part) -> None:
        file.seek(part.start)
        self._file, self._left = file, part.length

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(piece)
        return piece

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.read(PIECE):
            yield piece

    def close(self) -> None:
        self._file.close()
