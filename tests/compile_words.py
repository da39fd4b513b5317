"""Compile every edited .po into the .mo that the app reads: python -m tests.compile_words"""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

WORDS = Path(__file__).resolve().parent.parent / "data" / "words"


def main() -> None:
    for source in sorted(WORDS.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as edited, source.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, read_po(edited))


if __name__ == "__main__":
    main()
