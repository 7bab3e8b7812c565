"""The process that opens uploaded files: one for each of ours, started with the first file and asked again and again.

To start Python and its libraries anew for each file took longer than all the rest of an upload.
"""

from __future__ import annotations

import atexit
import os
import select
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress

from competition import file_reader
from competition.file_reader import CLOCK_AT_MOST, DONE, ORDER

TRIES = 2
BLOCK = 65536


class Reader:
    """A running file_reader, which belongs to the process that started it."""

    def __init__(self) -> None:
        self.door, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-I", file_reader.__file__, "serve"],
                stdin=theirs,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={},
            )
        self.owner = os.getpid()

    def order(self, words: str, source: int, target: int) -> None:
        socket.send_fds(self.door, [words.encode().ljust(ORDER)], [source, target])

    def end(self) -> None:
        """Hang up; the reader ends by itself."""
        self.door.close()
        if self.owner == os.getpid():
            self.process.wait(CLOCK_AT_MOST)


class Readers:
    """Starts a reader where there is none, or just one of the process that this one was forked from."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.reader: Reader | None = None

    def order(self, words: str, source: int, target: int) -> None:
        """Raises OSError where the reader is gone."""
        with self.lock:
            if self.reader is None or self.reader.owner != os.getpid():
                self.reader = Reader()
            self.reader.order(words, source, target)

    def forget(self) -> None:
        with self.lock:
            reader, self.reader = self.reader, None
        if reader is not None:
            with suppress(subprocess.TimeoutExpired):
                reader.end()


readers = Readers()
atexit.register(readers.forget)


def ask(source: int, *arguments: str) -> bytes:
    """What the reader says of the file behind the descriptor; nothing where it crashed or took too long."""
    for _try in range(TRIES):
        ours, theirs = os.pipe()
        try:
            try:
                readers.order(" ".join(arguments), source, theirs)
            finally:
                os.close(theirs)
            answer = _all_of(ours)
        except OSError:
            readers.forget()
            continue
        finally:
            os.close(ours)
        return answer.removesuffix(DONE) if answer.endswith(DONE) else b""
    return b""


def _all_of(descriptor: int) -> bytes:
    """Until the other side closes it, which it does at the latest when its time is over."""
    parts, ends = [], time.monotonic() + CLOCK_AT_MOST + 1
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    while poll.poll(max(0.0, ends - time.monotonic()) * 1000):
        if not (part := os.read(descriptor, BLOCK)):
            return b"".join(parts)
        parts.append(part)
    return b""
