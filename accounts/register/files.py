"""Reads a register's file row by row, however big: CSV with any separator, a JSON array, or a JSON object a line."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from accounts.register.adapters import Row, column

CHUNK = 1 << 16
LONGEST_ROW = 1 << 20  # characters; a JSON object that has not ended by then is no row of a register
_BETWEEN = " \t\r\n,[]"


class BadFile(Exception):
    """The file cannot be read any further."""


def read_rows(path: Path, *, encoding: str = "utf-8-sig") -> Iterator[tuple[int, Row]]:
    """(number from 1, {column: text}) of each row. `.gz` is unpacked on the way. Raises BadFile."""
    try:
        with _open(path, encoding) as stream:
            start = stream.read(CHUNK)
            rest = _Rest(start, stream)
            reader = _json_rows(rest) if start.lstrip()[:1] in ("[", "{") else _csv_rows(rest)
            yield from enumerate(reader, 1)
    except (OSError, EOFError, UnicodeError, csv.Error) as error:
        raise BadFile(f"{path.name} cannot be read: {type(error).__name__}") from error


def _open(path: Path, encoding: str) -> TextIO:
    if path.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(path), encoding=encoding, newline="")
    return path.open(encoding=encoding, newline="")


class _Rest:
    """What was read to look at the file, and then the file."""

    def __init__(self, start: str, stream: TextIO) -> None:
        self.start, self.stream = start, stream

    def read(self, size: int) -> str:
        start, self.start = self.start, ""
        return start or self.stream.read(size)

    def __iter__(self) -> Iterator[str]:
        unfinished = ""
        while chunk := self.read(CHUNK):
            *lines, unfinished = (unfinished + chunk).split("\n")
            yield from (f"{line}\n" for line in lines)
        if unfinished:
            yield unfinished


def _csv_rows(stream: _Rest) -> Iterator[Row]:
    lines = iter(stream)
    heading = next(lines, "")
    separator = max(";\t,|", key=heading.count)
    names = [column(name) for name in next(csv.reader([heading], delimiter=separator), [])]
    for values in csv.reader(lines, delimiter=separator):
        if values:
            yield {name: value for name, value in zip(names, values, strict=False) if value}


def _json_rows(stream: _Rest) -> Iterator[Row]:
    decoder, text = json.JSONDecoder(), ""
    while chunk := stream.read(CHUNK):
        text = (text + chunk).lstrip(_BETWEEN)
        while text:
            try:
                value, end = decoder.raw_decode(text)
            except json.JSONDecodeError:
                break  # not whole yet
            yield dict(_flat(value)) if isinstance(value, Mapping) else {}
            text = text[end:].lstrip(_BETWEEN)
        if len(text) > LONGEST_ROW:
            break
    if text:
        raise BadFile("the JSON is broken or cut off")


def _flat(value: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, inner in value.items():
        if isinstance(inner, Mapping):
            yield from _flat(inner, f"{prefix}{name}.")
        elif isinstance(inner, str | int) and not isinstance(inner, bool):
            yield column(prefix + name), str(inner)
