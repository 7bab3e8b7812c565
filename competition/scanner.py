"""Asks a virus scanner about a file, in the protocol of ClamAV's daemon (INSTREAM), over TCP or a unix socket.

SCANNER_URL: "clamd://host:port", "unix:/path/to/socket", or empty for none.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings

CONNECT_SECONDS = 5
ANSWER_SECONDS = 60
PORT = 3310
ANSWER_AT_MOST = 4096
CLEAN = "OK"
FOUND = "FOUND"


class ScannerAway(Exception):
    """No verdict could be had; the file is to be asked about again."""


def is_on() -> bool:
    return bool(settings.SCANNER_URL)


def scan(chunks: Iterable[bytes]) -> str:
    """The name of what was found in the bytes; empty where they are clean. Raises ScannerAway."""
    try:
        with _connected() as connection:
            connection.settimeout(ANSWER_SECONDS)
            connection.sendall(b"zINSTREAM\0")
            for chunk in chunks:
                if chunk:  # a length of nought ends the stream
                    connection.sendall(struct.pack("!L", len(chunk)) + chunk)
            connection.sendall(struct.pack("!L", 0))
            return _verdict(_answer(connection))
    except (OSError, ValueError) as error:
        raise ScannerAway(str(error)) from error


def _connected() -> socket.socket:
    url = urlsplit(settings.SCANNER_URL)
    if url.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(CONNECT_SECONDS)
        try:
            connection.connect(url.path)
        except OSError:
            connection.close()
            raise
        return connection
    if url.scheme == "clamd" and url.hostname:
        return socket.create_connection((url.hostname, url.port or PORT), timeout=CONNECT_SECONDS)
    raise ValueError("SCANNER_URL must be clamd://host:port or unix:/path")


def _answer(connection: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < ANSWER_AT_MOST:
        if not (part := connection.recv(ANSWER_AT_MOST)):
            break
        answer += part
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _verdict(answer: str) -> str:
    """Of "stream: OK" or "stream: Name FOUND"; anything else is no verdict."""
    words = answer.removeprefix("stream: ")
    if words == CLEAN:
        return ""
    if words.endswith(f" {FOUND}"):
        return words.removesuffix(f" {FOUND}")[:200]
    raise ScannerAway(answer[:200])
