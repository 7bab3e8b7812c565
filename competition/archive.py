"""A zip that is sent while it is made: pure, never whole in memory, of the same entries always the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

PIECE = 64 * 1024
LEVEL = 1  # most of it is compressed already
NAME_BYTES = 120  # of UTF-8: file systems hold 255, and Windows counts the folders in
ENDING_BYTES = 10
EARLIEST, LATEST = dt.datetime(1980, 1, 1, tzinfo=dt.UTC), dt.datetime(2107, 12, 31, tzinfo=dt.UTC)  # what zips can say

_FORBIDDEN = re.compile(r'[<>:"|?*/\\]')
_DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{name}{n}" for name in ("COM", "LPT") for n in "123456789¹²³")}


@dataclass(frozen=True)
class Entry:
    """One file of the zip. `pieces` is read once, when its turn comes."""

    name: str
    at: dt.datetime
    pieces: Iterable[bytes]


class _Outlet(io.RawIOBase):
    """What was written since the last look. It cannot be sought in, so that zipfile never wants to go back."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece) -> int:  # type: ignore[override]
        self._held += piece
        return len(piece)

    def taken(self) -> bytes:
        piece, self._held = bytes(self._held), bytearray()
        return piece

    def __len__(self) -> int:
        return len(self._held)


def stream(entries: Iterable[Entry]) -> Iterator[bytes]:
    """The zip in pieces. Where an entry fails, no end is written: what has come so far is no zip, and says so."""
    outlet = _Outlet()
    archive = zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)
    for entry in entries:
        with archive.open(_info(entry), "w") as target:
            for piece in entry.pieces:
                target.write(piece)
                if len(outlet) >= PIECE:
                    yield outlet.taken()
    archive.close()
    yield outlet.taken()


def _info(entry: Entry) -> zipfile.ZipInfo:
    at = min(max(entry.at.astimezone(dt.UTC), EARLIEST), LATEST)
    info = zipfile.ZipInfo(entry.name, (at.year, at.month, at.day, at.hour, at.minute, at.second))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3  # the same on every machine
    info.external_attr = 0o100644 << 16
    return info


class Names:
    """Names of one folder that every system can store beside each other."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def free(self, name: str) -> str:
        """The name made portable, with a number behind it where it is taken, whatever its capitals."""
        stem, ending = _parts(name)
        number, found = 1, stem + ending
        while found.casefold() in self._taken:
            number += 1
            found = f"{stem} ({number}){ending}"
        self._taken.add(found.casefold())
        return found


def _parts(name: str) -> tuple[str, str]:
    """(what goes before the ending, the ending with its dot)."""
    name = unicodedata.normalize("NFC", name)
    name = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C")
    name = _FORBIDDEN.sub("_", name).strip(" .").lstrip("-=+@'~ ")
    stem, dot, ending = name.rpartition(".")
    if not dot or not ending.isalnum() or len(ending.encode()) > ENDING_BYTES:
        stem, dot, ending = name, "", ""
    stem = stem.encode()[:NAME_BYTES].decode(errors="ignore").strip(" .") or "file"
    if stem.split(".")[0].strip().upper() in _DEVICES:
        stem = f"file-{stem}"
    return stem, dot + ending
