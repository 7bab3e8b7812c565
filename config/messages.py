"""Compiles translations (locale/*/LC_MESSAGES/*.po to .mo) without GNU gettext, which few machines have.

python -m config.messages
"""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def compile_messages(folder: Path = LOCALE) -> list[Path]:
    """Compile what is newer than its result; returns the files written. Fuzzy translations are left out."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalog = read_po(file, locale=source.parent.parent.name, abort_invalid=True)
        unfinished = target.with_suffix(".mo.new")  # a reader never meets half a file
        with unfinished.open("wb") as file:
            write_mo(file, catalog, use_fuzzy=False)
        unfinished.replace(target)
        written.append(target)
    return written


if __name__ == "__main__":
    for path in compile_messages():
        print(f"messages: {path.relative_to(LOCALE.parent)}")
