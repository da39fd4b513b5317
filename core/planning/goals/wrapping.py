"""Titles of goals fitted into a row or a box. A Chinese letter is as wide as two Latin ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import east_asian_width

_UNBROKEN = re.compile(r"[+\-−±<>≤≥]?\d[\d.,/]*[%‰]?|.[、，。：；）》”]*", re.DOTALL)


def width(text: str) -> int:
    """Half-widths of a text."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def cut(text: str, most: int) -> str:
    """At most so many Chinese letters; what is cut ends in …"""
    if width(text) <= 2 * most:
        return text
    found = ""
    for letter in text:
        if width(found + letter) > 2 * most - 2:
            break
        found += letter
    return f"{found}…"


def wrapped(text: str, letters: int, lines: int) -> str:
    """Lines of at most so many Chinese letters; what does not fit ends in …

    A number with its sign, point and per cent stands on one line where it fits into one.
    """
    found = [""]
    for piece in _pieces(text, letters):
        if width(found[-1] + piece) > 2 * letters:
            if len(found) == lines:
                found[-1] = cut(found[-1] + piece + "  ", letters)
                break
            found.append("")
        found[-1] += piece
    return "\n".join(found)


def _pieces(text: str, letters: int) -> Iterator[str]:
    """Letters with the stop behind them, and whole numbers; one longer than a line is broken."""
    for piece in _UNBROKEN.findall(text):
        if width(piece) > 2 * letters:
            yield from piece
        else:
            yield piece
