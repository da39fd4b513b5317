"""One spelling for what is written in many: full width, zero width, blanks, capitals.

Codes, numbers and months are read through `plain`, headers through `label`; text is not.
"""

from __future__ import annotations

import re
import unicodedata

# Pasted from chat software and file managers; invisible, so nobody can see why a code fails.
ZERO_WIDTH = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\u061c\ufeff\u00ad\u180e"))
_SPACES = re.compile(r"\s+")
_WORN_BY_HEADERS = "*:'\"#"


def plain(text: str) -> str:
    """NFKC, without zero-width characters, trimmed."""
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFKC", text.translate(ZERO_WIDTH)).strip()


def label(text: str) -> str:
    """A header as it is compared: plain, without blanks and required marks, in small letters."""
    return _SPACES.sub("", plain(text)).strip(_WORN_BY_HEADERS).casefold()


def forbidden_character(text: str, line_breaks: bool) -> bool:
    """Whether the text holds a control character or one that reverses the reading order.

    `line_breaks` lets newline and tab pass, as in text.
    """
    if text.isascii() and text.isprintable():
        return False
    for character in text:
        kind = unicodedata.category(character)
        if kind == "Cc" and not (line_breaks and character in "\n\r\t"):
            return True
        # Bidi controls show a text in another order than it is stored in.
        if kind == "Cf" and character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069":
            return True
        if line_breaks and character in "\u200e\u200f\u061c":
            return True
    return False
