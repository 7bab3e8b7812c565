"""Opens one uploaded PDF or image, in a process of its own: what crashes, loops or eats memory here hurts nobody else.

    python -I file_reader.py look pdf|png|jpeg|webp    prints {"pages": n} or {"problem": code} as JSON
    python -I file_reader.py draw                      prints the first page of a PDF as a WebP picture
    python -I file_reader.py serve                     does the above again and again, each in a fork of its own

The file comes on standard input. To `serve`, standard input is a socket: each order is ORDER bytes, "look pdf" padded
with spaces, and brings two descriptors, the file to read and where to answer. An answer that is whole ends with DONE.
Knows nothing of Django; `competition.file_inspection` starts it.
"""

from __future__ import annotations

import io
import json
import os
import resource
import signal
import socket
import sys
from typing import Any

MEMORY_AT_MOST = 1024**3  # bytes
SECONDS_AT_MOST = 20  # of the processor
CLOCK_AT_MOST = 30  # seconds
ORDER, DONE = 32, b"\x00whole"
PIXELS_AT_MOST = 50_000_000
PICTURE_WIDTH, PICTURE_HEIGHT = 240, 340  # at most; a page of A4 fills it
PROTECTED, DAMAGED, TOO_MANY_PIXELS = "protected", "damaged", "too_many_pixels"


def _limit() -> None:
    for kind, limit in (
        (resource.RLIMIT_AS, MEMORY_AT_MOST),
        (resource.RLIMIT_CPU, SECONDS_AT_MOST),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (limit if hard < 0 else min(limit, hard),) * 2)


def look_at_pdf(content: bytes) -> dict[str, Any]:
    import pypdfium2 as pdfium
    from pypdfium2 import raw

    try:
        document = pdfium.PdfDocument(content)
        if raw.FPDF_GetSecurityHandlerRevision(document) >= 0:
            return {"problem": PROTECTED}
        if not (pages := len(document)):
            return {"problem": DAMAGED}
        document[0].get_size()
    except pdfium.PdfiumError as error:
        needs_password = "assword" in str(error)
        return {"problem": PROTECTED if needs_password else DAMAGED}
    return {"pages": pages}


def look_at_image(content: bytes, kind: str) -> dict[str, Any]:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # asked below, where the answer can be said
    try:
        with Image.open(io.BytesIO(content), formats=[kind]) as image:
            if image.width * image.height > PIXELS_AT_MOST:
                return {"problem": TOO_MANY_PIXELS}
            image.load()
    except (OSError, SyntaxError, ValueError, EOFError):
        return {"problem": DAMAGED}
    return {"pages": None}


def draw_first_page(content: bytes) -> bytes:
    """The first page of a PDF as a small WebP picture on white."""
    import pypdfium2 as pdfium

    page = pdfium.PdfDocument(content)[0]
    width, height = page.get_size()
    scale = min(PICTURE_WIDTH / max(width, 1), PICTURE_HEIGHT / max(height, 1))
    picture = io.BytesIO()
    page.render(scale=scale).to_pil().convert("RGB").save(picture, "WEBP", quality=80)
    return picture.getvalue()


def main(act: str, kind: str = "pdf") -> None:
    if act == "serve":
        serve(socket.socket(fileno=os.dup(0)))
        return
    _limit()
    content = sys.stdin.buffer.read()
    if act == "draw":
        sys.stdout.buffer.write(draw_first_page(content))
        return
    seen = look_at_pdf(content) if kind == "pdf" else look_at_image(content, kind.upper())
    sys.stdout.write(json.dumps(seen))


def serve(door: socket.socket) -> None:
    """Fork for each order that comes, until the other side hangs up. A fork begins with everything imported."""
    import pypdfium2  # noqa: F401
    from PIL import Image

    Image.init()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks: they answer for themselves
    while True:
        order, descriptors, _flags, _address = socket.recv_fds(door, ORDER, 2)
        if not order:
            return
        if len(descriptors) == 2 and not os.fork():
            door.close()
            _answer(order.decode().split(), *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _answer(order: list[str], source: int, target: int) -> None:
    """What a fork does: never returns."""
    code = 1
    try:
        signal.alarm(CLOCK_AT_MOST)
        os.dup2(source, 0)
        os.dup2(target, 1)
        main(*order)
        sys.stdout.flush()
        os.write(1, DONE)
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    main(*sys.argv[1:])
